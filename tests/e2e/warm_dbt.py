"""What dbt works out once in every process, worked out before warm_process.py forks: three seconds of each night.

Belongs here: one command that reads the project as a night does, and builds nothing. Importing this is running it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from orchestration.dbt import PARSED, invoke, manifest_path, read_manifest

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"

with tempfile.TemporaryDirectory() as folder:
    manifest = manifest_path(PROJECT)
    read_manifest(manifest)
    invoke(PROJECT, Path(folder), ["ls", "--select", "seeds", "--quiet"], parsed=manifest.with_name(PARSED))

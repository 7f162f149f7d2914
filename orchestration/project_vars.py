"""The business numbers of a dbt project (`vars` in dbt_project.yml), for what is not SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def project_vars(project_dir: Path) -> dict[str, Any]:
    """name → value; empty for a project that states none."""
    return yaml.safe_load((project_dir / "dbt_project.yml").read_text(encoding="utf-8")).get("vars", {})

"""dbt as the stages use it: an up-to-date manifest, and one way to build a selection in the run's private file.

Stays out: which models belong to which stage; assets/transform.py and assets/segment.py say that.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import dagster as dg
from dagster_dbt import DbtCliResource

from orchestration.dbt_output import DbtOutput
from orchestration.resources import Walk

DBT = str(Path(sys.executable).parent / "dbt")
AFTER_SCORES = "tag:after_scores"


class DbtProjectBroken(RuntimeError):
    """dbt cannot read the project; the message carries dbt's own words."""


def manifest_path(project_dir: Path) -> Path:
    """Path of an up-to-date manifest.json; runs `dbt parse` when a project file is newer."""
    manifest = project_dir / "target" / "manifest.json"
    if not manifest.exists() or manifest.stat().st_mtime <= _last_change(project_dir):
        _parse(project_dir, manifest)
    return manifest


def _parse(project_dir: Path, manifest: Path) -> None:
    manifest.parent.mkdir(exist_ok=True)
    # Parsed aside and moved into place whole: two commands may start at the same moment.
    with tempfile.TemporaryDirectory(dir=manifest.parent, prefix="parse-") as aside:
        folders = [
            "--project-dir",
            project_dir,
            "--profiles-dir",
            project_dir,
            "--target-path",
            aside,
            "--log-path",
            aside,
        ]
        parse = subprocess.run([DBT, "parse", *folders], capture_output=True, text=True)
        if parse.returncode:
            raise DbtProjectBroken(parse.stdout[-4000:] + parse.stderr[-2000:])
        os.replace(Path(aside) / "manifest.json", manifest)


def _last_change(project_dir: Path) -> float:
    folders = ("models", "macros", "seeds", "tests")
    files = [path for folder in folders for path in (project_dir / folder).rglob("*") if path.is_file()]
    return max(path.stat().st_mtime for path in [*files, *project_dir.glob("*.yml")])


def build(context: dg.AssetExecutionContext, dbt: DbtCliResource, walk: Walk) -> Iterator:
    """`dbt build` of the assets in `context`. Both selections of a run share a target path, and so one parse."""
    with redirect_stdout(DbtOutput(context.log.info, context.log.warning)):
        yield from dbt.cli(
            ["build", "--vars", walk.dbt_vars], context=context, target_path=walk.run_dir / "dbt"
        ).stream()


def documented_columns(manifest: Path, schemas: tuple[str, ...]) -> dict[str, list[str]]:
    """`schema.table` → documented column names, for every model and declared score table in `schemas`."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))
    described: dict[str, list[str]] = {}
    for node in [*nodes["nodes"].values(), *nodes["sources"].values()]:
        if node["resource_type"] in ("model", "source", "seed") and node["schema"] in schemas:
            described[f"{node['schema']}.{node['name']}"] = list(node["columns"])
    return described

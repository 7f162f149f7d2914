"""Publish: the run's warehouse → an audited, read-only release, the pointer that readers follow, and its memory.

Stays out: what the audit looks for and how the pointer moves (data_quality.audit, data_quality.publish).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import dagster as dg

from data_quality.contracts import SourceTable
from data_quality.metrics.definitions import load_metrics
from data_quality.publish import publish as publish_release
from data_quality.results import GateResult
from data_quality.staging import Manifest
from orchestration.history.nights import remember_published
from orchestration.intake.load import all_loads
from orchestration.resources import Walk
from orchestration.twin.estate import LABEL


def publish_assets(
    described: Mapping[str, list[str]], tables: Sequence[SourceTable], upstream: list[dg.AssetKey]
) -> dg.AssetsDefinition:
    """The asset `release`: it exists when the audit of the staged file has passed."""

    @dg.asset(name="release", group_name="release", deps=upstream)
    def release(context: dg.AssetExecutionContext, walk: Walk) -> dg.MaterializeResult:
        gate_reports = [*_kept(walk.run_dir / "export_gate.json"), *_kept(walk.run_dir / "score_gate.json")]
        manifest = Manifest(
            release_id=f"{walk.started_at:%Y%m%dT%H%M%S}-{walk.run_id[:8]}",
            as_of_date=walk.as_of,
            published_at=walk.started_at,
            run_id=walk.run_id,
            rapport_version=version("rapport-crm"),
            is_generated_data=(walk.home_path / LABEL).exists(),
        )
        published = publish_release(
            walk.build_file,
            walk.home_path,
            manifest,
            gate_reports,
            [asdict(load) for load in all_loads(walk.home_path)],
            described,
            metrics=load_metrics(walk.project_path),
            sources=tables,
            on_progress=context.log.info,
        )
        remember_published(walk.home_path, context.log.info)
        return dg.MaterializeResult(metadata={"release_id": published.release_id, "as_of_date": str(walk.as_of)})

    return release


def _kept(path: Path) -> list[GateResult]:
    if not path.exists():
        raise FileNotFoundError(
            f"this run has no {path.stem} results: a release without its gates is refused, run the whole nightly job"
        )
    return [GateResult(**row) for row in json.loads(path.read_text(encoding="utf-8"))]

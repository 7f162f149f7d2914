"""Everything Dagster knows of Rapport, put together in one explicit function.

Belongs here: which assets, checks, jobs and resources there are.
Stays out: what any of them does; each has a file of its own.
"""

from __future__ import annotations

import dagster as dg

from data_quality.company_sources import declared_tables
from data_quality.staging import PII_SCHEMA, PUBLISHED_SCHEMAS
from orchestration.absent_models import absent_models, expected_sources, leave_out
from orchestration.assets.deliver import deliver
from orchestration.assets.gather import gather_assets
from orchestration.assets.history import history
from orchestration.assets.identity import identity
from orchestration.assets.ingest import ingest_assets
from orchestration.assets.publish import publish_assets
from orchestration.assets.score import score
from orchestration.assets.segment import segment_assets
from orchestration.assets.totals import totals
from orchestration.assets.transform import transform_assets
from orchestration.checks import export_gate, score_gate
from orchestration.dbt import documented_columns, manifest_path, read_manifest
from orchestration.dbt_stages import mark_stages
from orchestration.jobs import nightly_job, nightly_schedule
from orchestration.progress import progress_logger
from orchestration.resources import Walk
from orchestration.settings import Settings, read_settings


def build_defs(settings: Settings, as_of_date: str = "", **overrides: object) -> dg.Definitions:
    """The definitions for one home. `overrides` replace resources by name, for tests.

    Raises ContractError when a source is declared wrongly, DbtProjectBroken when dbt cannot read the project.
    """
    tables = declared_tables(settings.project_dir, settings.home)
    sources = expected_sources(settings, tables)
    manifest = read_manifest(manifest_path(settings.project_dir))
    described = documented_columns(manifest, (*PUBLISHED_SCHEMAS, PII_SCHEMA))
    manifest = leave_out(mark_stages(manifest), absent_models(manifest["nodes"], sources))
    gather, transform, segment = gather_assets(manifest), transform_assets(manifest), segment_assets(manifest)
    built = [*gather.keys, *transform.keys, *segment.keys, *totals.keys]
    job = nightly_job()
    resources = {
        "walk": Walk(home=str(settings.home), project_dir=str(settings.project_dir), as_of_date=as_of_date),
    }
    return dg.Definitions(
        assets=[
            ingest_assets(tables, sources, settings),
            gather,
            identity,
            transform,
            score,
            history,
            segment,
            totals,
            publish_assets(described, tables, upstream=built),
            deliver,
        ],
        asset_checks=[export_gate(tables, sources, settings.retired_sources), score_gate],
        jobs=[job],
        schedules=[nightly_schedule(job, settings)],
        resources={**resources, **overrides},
        loggers={"progress": progress_logger},
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` loads."""
    return build_defs(read_settings())

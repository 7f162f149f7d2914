"""Ingest: what can be pulled → landing → raw. Every declared source table is an asset.

Stays out: how an API is asked (orchestration.pull), how a file is read (orchestration.intake), what its columns mean
(the dbt project).
"""

from collections.abc import Mapping

import dagster as dg

from data_quality.contracts import SourceTable
from orchestration.intake.intake import intake
from orchestration.intake.load import Load
from orchestration.resources import Walk


def asset_key(table: SourceTable) -> dg.AssetKey:
    """The key that dagster-dbt gives the same table as a dbt source."""
    return dg.AssetKey([table.source, table.name])


def ingest_assets(
    tables: list[SourceTable], credentials: Mapping[str, Mapping[str, str]] | None = None
) -> dg.AssetsDefinition:
    """One op that pulls, takes in whatever has landed, and materialises every declared source table.

    `credentials` (source → name → value) are handed over here because Dagster would keep a resource's in its log.
    """

    @dg.multi_asset(
        name="ingest",
        specs=[
            dg.AssetSpec(asset_key(table), group_name=table.source, description=table.description) for table in tables
        ],
    )
    def ingest(context: dg.AssetExecutionContext, walk: Walk):
        _pull(context, walk, tables, credentials or {})
        loads = intake(walk.home_path, tables, walk.started_at, on_progress=context.log.info)
        for table in tables:
            yield dg.MaterializeResult(asset_key=asset_key(table), metadata=_counts(table, loads))

    return ingest


def _counts(table: SourceTable, loads: list[Load]) -> dict[str, int]:
    mine = [load for load in loads if (load.source, load.table) == (table.source, table.name)]
    return {
        "files": len(mine),
        "rows_read": sum(load.rows_read for load in mine),
        "rows_loaded": sum(load.rows_loaded for load in mine),
        "rows_quarantined": sum(load.rows_quarantined for load in mine),
    }


def _pull(
    context: dg.AssetExecutionContext,
    walk: Walk,
    tables: list[SourceTable],
    credentials: Mapping[str, Mapping[str, str]],
) -> None:
    """A source that cannot be pulled is stale tonight; what else there is makes a night all the same."""
    if not credentials:
        return
    # dlt takes a second to import, which a company that drops files need not wait for.
    from orchestration.pull.nightly import pull_sources

    pulls = pull_sources(credentials, tables, walk.home_path, walk.started_at, on_progress=context.log.info)
    for pulled in pulls:
        for failure in pulled.failures:
            context.log.warning(f"{pulled.source} is stale: {failure}")

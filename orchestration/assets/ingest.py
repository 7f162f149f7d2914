"""Ingest: what can be pulled → landing → raw. Every declared source table is an asset.

Stays out: how an API is asked (orchestration.pull), how a file is read (orchestration.intake), what its columns mean
(the dbt project).
"""

from collections.abc import Collection

import dagster as dg

from data_quality.contracts import SourceTable
from orchestration.intake.intake import intake
from orchestration.intake.load import Load
from orchestration.resources import Walk
from orchestration.settings import Settings


def asset_key(table: SourceTable) -> dg.AssetKey:
    """The key that dagster-dbt gives the table as a dbt source. Systems of the company's own share one per kind."""
    return dg.AssetKey([table.dbt_source, table.name])


def ingest_assets(tables: list[SourceTable], sources: Collection[str], settings: Settings) -> dg.AssetsDefinition:
    """One op that pulls and takes in whatever has landed; it materialises every declared table of `sources`.

    The settings, which hold credentials, are handed over here because Dagster would keep a resource's in its log.
    """

    shown = _by_key([table for table in tables if table.dbt_source in sources])

    @dg.multi_asset(
        name="ingest",
        specs=[
            dg.AssetSpec(key, group_name=mine[0].dbt_source, description=mine[0].description)
            for key, mine in shown.items()
        ],
    )
    def ingest(context: dg.AssetExecutionContext, walk: Walk):
        _pull(context, walk, tables, settings)
        loads = intake(walk.home_path, tables, walk.started_at, on_progress=context.log.info)
        for key, mine in shown.items():
            yield dg.MaterializeResult(asset_key=key, metadata=_counts(mine, loads))

    return ingest


def _by_key(tables: list[SourceTable]) -> dict[dg.AssetKey, list[SourceTable]]:
    """The tables of every asset; the one that the project declares comes first."""
    keys: dict[dg.AssetKey, list[SourceTable]] = {}
    for table in sorted(tables, key=lambda table: table.source != table.dbt_source):
        keys.setdefault(asset_key(table), []).append(table)
    return keys


def _counts(tables: list[SourceTable], loads: list[Load]) -> dict[str, int]:
    names = {(table.source, table.name) for table in tables}
    mine = [load for load in loads if (load.source, load.table) in names]
    return {
        "files": len(mine),
        "rows_read": sum(load.rows_read for load in mine),
        "rows_loaded": sum(load.rows_loaded for load in mine),
        "rows_quarantined": sum(load.rows_quarantined for load in mine),
    }


def _pull(context: dg.AssetExecutionContext, walk: Walk, tables: list[SourceTable], settings: Settings) -> None:
    """A source that cannot be pulled is stale tonight; what else there is makes a night all the same."""
    if not settings.fetched:
        return
    # dlt and the clients of remote folders take a second to import, which who drops files need not wait for.
    from orchestration.pull.nightly import pull_sources

    for pulled in pull_sources(settings, tables, walk.started_at, on_progress=context.log.info):
        for failure in pulled.failures:
            context.log.warning(f"{pulled.source} is stale: {failure}")

"""Gather: raw → the people and organisations of every system side by side, which is all that identity needs."""

from pathlib import Path

import dagster as dg
from dagster_dbt import dbt_assets

from orchestration.dbt import BEFORE_IDENTITY, TRANSLATOR, build
from orchestration.resources import Walk


def gather_assets(manifest: Path) -> dg.AssetsDefinition:
    """The dbt models that identity reads, with what they read in staging."""

    @dbt_assets(manifest=manifest, select=BEFORE_IDENTITY, name="gather", dagster_dbt_translator=TRANSLATOR)
    def gather(context: dg.AssetExecutionContext, walk: Walk):
        yield from build(context, walk, "--select", BEFORE_IDENTITY)

    return gather

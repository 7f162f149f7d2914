"""Gather: raw → the people and organisations of every system side by side, which is all that identity needs."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from orchestration.dbt import TRANSLATOR, build
from orchestration.dbt_stages import GATHER
from orchestration.resources import Walk


def gather_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The dbt models that identity reads, with what they read in staging."""

    @dbt_assets(manifest=manifest, select=f"tag:{GATHER}", name=GATHER, dagster_dbt_translator=TRANSLATOR)
    def gather(context: dg.AssetExecutionContext, walk: Walk):
        yield from build(context, walk, GATHER)

    return gather

"""Segment: scores + marts → customers with their scores, and segments with a reason per member."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from orchestration.dbt import TRANSLATOR, build
from orchestration.dbt_stages import SEGMENT
from orchestration.resources import Walk


def segment_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The dbt models that read scores: `dim_customers` and the segments."""

    @dbt_assets(manifest=manifest, select=f"tag:{SEGMENT}", name=SEGMENT, dagster_dbt_translator=TRANSLATOR)
    def segment(context: dg.AssetExecutionContext, walk: Walk):
        yield from build(context, walk, SEGMENT)

    return segment

"""Segment: scores + marts → customers with their scores, and segments with a reason per member."""

from pathlib import Path

import dagster as dg
from dagster_dbt import dbt_assets

from orchestration.dbt import AFTER_SCORES, TRANSLATOR, build
from orchestration.resources import Walk


def segment_assets(manifest: Path) -> dg.AssetsDefinition:
    """The dbt models that read scores: `dim_customers` and the segments."""

    @dbt_assets(manifest=manifest, select=AFTER_SCORES, name="segment", dagster_dbt_translator=TRANSLATOR)
    def segment(context: dg.AssetExecutionContext, walk: Walk):
        yield from build(context, walk, "--select", AFTER_SCORES, is_last=True)

    return segment

"""Transform: raw → staging → intermediate → marts → features, everything that dbt builds before the scores."""

from pathlib import Path

import dagster as dg
from dagster_dbt import dbt_assets

from orchestration.dbt import AFTER_SCORES, TRANSLATOR, build
from orchestration.resources import Walk


def transform_assets(manifest: Path) -> dg.AssetsDefinition:
    """All dbt models but those that read scores; a failing dbt test of severity error stops the run here."""

    @dbt_assets(manifest=manifest, exclude=AFTER_SCORES, name="transform", dagster_dbt_translator=TRANSLATOR)
    def transform(context: dg.AssetExecutionContext, walk: Walk):
        yield from build(context, walk, "--exclude", AFTER_SCORES)

    return transform

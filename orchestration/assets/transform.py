"""Transform: customers resolved → marts → features, everything that dbt builds between identity and the scores."""

from pathlib import Path

import dagster as dg
from dagster_dbt import dbt_assets

from orchestration.dbt import AFTER_SCORES, BEFORE_IDENTITY, TRANSLATOR, build
from orchestration.resources import Walk


def transform_assets(manifest: Path) -> dg.AssetsDefinition:
    """The dbt models of neither gather nor segment; a failing dbt test of severity error stops the run here."""

    @dbt_assets(
        manifest=manifest,
        exclude=f"{BEFORE_IDENTITY} {AFTER_SCORES}",
        name="transform",
        dagster_dbt_translator=TRANSLATOR,
    )
    def transform(context: dg.AssetExecutionContext, walk: Walk):
        yield from build(context, walk, "--exclude", BEFORE_IDENTITY, AFTER_SCORES)

    return transform

"""Transform: customers resolved → marts → features, everything that dbt builds between identity and the scores."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from orchestration.dbt import TRANSLATOR, build
from orchestration.dbt_stages import TRANSFORM
from orchestration.resources import Walk


def transform_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The dbt models of neither gather nor segment; a failing dbt test of severity error stops the run here."""

    @dbt_assets(manifest=manifest, select=f"tag:{TRANSFORM}", name=TRANSFORM, dagster_dbt_translator=TRANSLATOR)
    def transform(context: dg.AssetExecutionContext, walk: Walk):
        yield from build(context, walk, TRANSFORM)

    return transform

"""Totals: scores and segments → what each segment will bring, with its interval.

Stays out: how totals are made (models_ml.segment_totals), who is in a segment (dbt).
"""

import json

import dagster as dg
import duckdb

from models_ml import lifetime_value, registry
from models_ml.datasets import current_rows
from models_ml.inputs import REQUIRED_FEATURES
from models_ml.result import SEGMENT_TOTALS
from models_ml.segment_totals import segment_totals
from orchestration.assets.score import score_key
from orchestration.kept_models import models_folder
from orchestration.resources import Walk

SCORE, SNAPSHOTS = lifetime_value.SCORE, "ftr_customer_snapshots"


@dg.multi_asset(
    name="totals",
    specs=[
        dg.AssetSpec(
            score_key("segment_totals"),
            group_name="scores",
            deps=[
                score_key(SCORE),
                dg.AssetKey(["segments", "customer_segments"]),
                dg.AssetKey(["features", SNAPSHOTS]),
            ],
        )
    ],
)
def totals(context: dg.AssetExecutionContext, walk: Walk):
    """One row a segment, and one for all customers; none while the value score is withheld."""
    with walk.warehouse() as warehouse:
        card = _card(warehouse)
        table = SEGMENT_TOTALS.to_frame()
        if card["is_published"]:
            model = lifetime_value.load(registry.load(models_folder(walk.home_path) / card["model_version"]))
            # A million customers by all columns would be gigabytes; by what the model looks at they are not.
            columns = ", ".join(sorted({*REQUIRED_FEATURES, *model.reads}))
            today = f"select {columns} from features.{SNAPSHOTS} where as_of_date = ?"
            rows = current_rows(warehouse.execute(today, [walk.as_of]).pl(), walk.as_of)
            members = warehouse.sql("select segment_name, customer_id from segments.customer_segments").pl()
            table = segment_totals(model, card, rows, members, walk.as_of)
            context.log.info(f"{SCORE}: {card['totals']['verdict']}")
        warehouse.register("arriving", table.to_arrow())
        warehouse.execute("create or replace table scores.segment_totals as select * from arriving")
    yield dg.MaterializeResult(metadata={"rows": table.height})


def _card(warehouse: duckdb.DuckDBPyConnection) -> dict:
    [(card,)] = warehouse.execute("select card from scores.model_cards where score_name = ?", [SCORE]).fetchall()
    return json.loads(card)

"""Score: features → models trained, backtested and applied → the score tables of the run's warehouse.

Stays out: any modelling (models_ml), any check of the scores (orchestration.checks).
"""

import json
from collections.abc import Callable

import dagster as dg
import duckdb
import polars as pl

from models_ml import churn, lifetime_value, next_purchase, registry
from models_ml.result import ScoreResult
from orchestration.resources import Walk

TRAINERS: dict[str, Callable[..., ScoreResult]] = {
    "churn": churn.train_and_score,
    "next_purchase": next_purchase.train_and_score,
    "lifetime_value": lifetime_value.train_and_score,
}
SCORES = tuple(TRAINERS)


def score_key(table: str) -> dg.AssetKey:
    """The key that dagster-dbt gives the table of the dbt source `ml`."""
    return dg.AssetKey(["ml", table])


@dg.multi_asset(
    name="score",
    specs=[
        dg.AssetSpec(
            score_key(table),
            group_name="scores",
            deps=[
                dg.AssetKey(["features", "ftr_customer_snapshots"]),
                dg.AssetKey(["features", "lbl_customer_outcomes"]),
            ],
        )
        for table in (*SCORES, "backtests", "model_cards")
    ],
)
def score(context: dg.AssetExecutionContext, walk: Walk):
    """Every score trained on past snapshots, judged on later ones, and applied to today's."""
    with walk.warehouse() as warehouse:
        features = warehouse.sql("select * from features.ftr_customer_snapshots").pl()
        labels = warehouse.sql("select * from features.lbl_customer_outcomes").pl()
        results = {
            name: train(features, labels, walk.as_of, on_progress=context.log.info) for name, train in TRAINERS.items()
        }
        tables = {name: result.scores for name, result in results.items()}
        tables["backtests"] = pl.concat([result.backtests for result in results.values()])
        tables["model_cards"] = pl.DataFrame([_card_row(result.card) for result in results.values()])
        _write(warehouse, tables)
    for result in results.values():
        context.log.info(f"{result.card['score_name']}: {result.card['verdict']}")
        if result.artifacts:
            registry.save(result.artifacts, walk.home_path / "models" / result.card["model_version"])
    for name, table in tables.items():
        yield dg.MaterializeResult(asset_key=score_key(name), metadata={"rows": table.height})


def _card_row(card: dict) -> dict:
    headline = {name: card[name] for name in ("score_name", "model_version", "champion", "is_published", "verdict")}
    return {**headline, "card": json.dumps(card, sort_keys=True, default=str)}


def _write(warehouse: duckdb.DuckDBPyConnection, tables: dict[str, pl.DataFrame]) -> None:
    warehouse.execute("begin")
    warehouse.execute("create schema if not exists scores")
    for name, table in tables.items():
        warehouse.register("arriving", table.to_arrow())
        warehouse.execute(f"create or replace table scores.{name} as select * from arriving")
        warehouse.unregister("arriving")
    warehouse.execute("commit")

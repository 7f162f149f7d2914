"""Score: features → models trained, backtested and applied → the score tables of the run's warehouse.

Stays out: any modelling (models_ml), any check of the scores (orchestration.checks).
"""

import json
from collections.abc import Callable

import dagster as dg
import duckdb
import polars as pl

from models_ml import (
    churn,
    deal_win,
    lead_conversion,
    lifetime_value,
    next_purchase,
    product_sequences,
    registry,
    subscription_churn,
    ticket_escalation,
    ticket_topics,
)
from models_ml.once import remembering
from models_ml.result import ScoreResult
from models_ml.tracking import tracked
from orchestration import ticket_texts
from orchestration.project_vars import project_vars
from orchestration.resources import Walk

TRAINERS: dict[str, Callable[..., ScoreResult]] = {
    "churn": churn.train_and_score,
    "next_purchase": next_purchase.train_and_score,
    "lifetime_value": lifetime_value.train_and_score,
}
SNAPSHOTS = ("ftr_customer_snapshots", "lbl_customer_outcomes")
PURCHASES = ("ftr_purchase_days_counted",)
OUTCOMES: dict[str, tuple[Callable[..., ScoreResult], tuple[str, str]]] = {
    "deal_win": (deal_win.train_and_score, ("ftr_opportunity_snapshots", "lbl_opportunity_outcomes")),
    "lead_conversion": (lead_conversion.train_and_score, ("ftr_lead_snapshots", "lbl_lead_outcomes")),
    "subscription_churn": (subscription_churn.train_and_score, ("ftr_subscriber_snapshots", "lbl_subscriber_outcomes")),
    "ticket_escalation": (ticket_escalation.train_and_score, ("ftr_ticket_snapshots", "lbl_ticket_outcomes")),
}
"""Scores of deals and the like, whose frames are their own."""
SCORES = (*TRAINERS, *OUTCOMES)
SEQUENCES = {"product_sequences": "found", "product_sequence_curves": "curves"}
COUNTED = ("ftr_sequence_cases", "ftr_sequence_controls", "ftr_sequence_products")
TOPICS = {"ticket_topics": "tickets", "topics": "topics"}


def score_key(table: str) -> dg.AssetKey:
    """The key that dagster-dbt gives the table of the dbt source `ml`."""
    return dg.AssetKey(["ml", table])


def _read_by(table: str) -> list[dg.AssetKey]:
    if table in TOPICS:
        return [dg.AssetKey(name.split(".")) for name in ticket_texts.READS]
    read = OUTCOMES[table][1] if table in OUTCOMES else COUNTED if table in SEQUENCES else (*SNAPSHOTS, *PURCHASES)
    return [dg.AssetKey(["features", feature]) for feature in read]


@dg.multi_asset(
    name="score",
    specs=[
        dg.AssetSpec(
            score_key(table),
            group_name="scores",
            deps=_read_by(table),
        )
        for table in (*SCORES, *SEQUENCES, *TOPICS, "backtests", "model_cards")
    ],
)
def score(context: dg.AssetExecutionContext, walk: Walk):
    """Every score trained on past snapshots, judged on later ones, and applied to today's."""
    with walk.warehouse() as warehouse:
        say, frames = context.log.info, _frames(warehouse, SNAPSHOTS)
        with remembering():
            results = {name: train(*frames, walk.as_of, on_progress=say) for name, train in TRAINERS.items()}
            curve = tracked(*frames, *_frames(warehouse, PURCHASES), walk.as_of)
            results["lifetime_value"].card["tracking"] = curve
        for name, (train, read) in OUTCOMES.items():
            results[name] = train(*_frames(warehouse, read), walk.as_of, on_progress=say)
        tables = {name: result.scores for name, result in results.items()}
        sequences = _sequences(warehouse, walk)
        tables |= {table: getattr(sequences, part) for table, part in SEQUENCES.items()}
        topics = _topics(warehouse, walk)
        tables |= {table: getattr(topics, part) for table, part in TOPICS.items()}
        tables["backtests"] = pl.concat([result.backtests for result in results.values()])
        cards = [*(result.card for result in results.values()), sequences.card, topics.card]
        tables["model_cards"] = pl.DataFrame([_card_row(card) for card in cards])
        _write(warehouse, tables)
    for card in cards:
        context.log.info(f"{card['score_name']}: {card['verdict']}")
    for result in results.values():
        if result.artifacts:
            registry.save(result.artifacts, walk.home_path / "models" / result.card["model_version"])
    for name, table in tables.items():
        yield dg.MaterializeResult(asset_key=score_key(name), metadata={"rows": table.height})


def _frames(warehouse: duckdb.DuckDBPyConnection, tables: tuple[str, ...]) -> list[pl.DataFrame]:
    return [warehouse.sql(f"select * from features.{table}").pl() for table in tables]


def _sequences(warehouse: duckdb.DuckDBPyConnection, walk: Walk) -> product_sequences.Sequences:
    """What is bought after what: counted by dbt, judged by the rules that the project states in its vars."""
    counted = _frames(warehouse, COUNTED)
    rules = product_sequences.Rules.of(project_vars(walk.project_path))
    return product_sequences.find_sequences(*counted, walk.as_of, rules)


def _topics(warehouse: duckdb.DuckDBPyConnection, walk: Walk) -> ticket_topics.Topics:
    """What tickets are about: learned on a sample of them, told of all."""
    sample, names = ticket_texts.sample(warehouse), ticket_texts.names(warehouse)
    return ticket_topics.find_topics(sample, ticket_texts.batches(warehouse), names, walk.as_of)


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

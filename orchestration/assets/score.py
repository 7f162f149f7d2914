"""Score: features → models trained, backtested and applied → the score tables of the run's warehouse.

Stays out: any modelling (models_ml), any check of the scores (orchestration.checks).
"""

import json
from types import ModuleType

import dagster as dg
import duckdb
import polars as pl

from models_ml import (
    churn,
    contact_habits,
    deal_win,
    lead_conversion,
    lifetime_value,
    next_items,
    next_purchase,
    product_sequences,
    registry,
    subscription_churn,
    ticket_escalation,
    ticket_topics,
)
from models_ml.once import remembering
from models_ml.result import NEXT_ITEMS, Progress, ScoreResult
from models_ml.retraining import trained_or_kept
from models_ml.slices import sliced
from models_ml.tracking import tracked
from orchestration import item_days, own_contacts, ticket_texts
from orchestration.kept_models import kept_models, models_folder
from orchestration.project_vars import project_vars
from orchestration.resources import Walk

OF_CUSTOMERS = {"churn": churn, "next_purchase": next_purchase, "lifetime_value": lifetime_value}
SNAPSHOTS = ("ftr_customer_snapshots", "lbl_customer_outcomes")
PURCHASES = ("ftr_purchase_days_counted",)
DEMOGRAPHICS = "int_customer_demographics"
"""Not a feature: nothing learns from it."""
OUTCOMES: dict[str, tuple[ModuleType, tuple[str, str]]] = {
    "deal_win": (deal_win, ("ftr_opportunity_snapshots", "lbl_opportunity_outcomes")),
    "lead_conversion": (lead_conversion, ("ftr_lead_snapshots", "lbl_lead_outcomes")),
    "subscription_churn": (subscription_churn, ("ftr_subscriber_snapshots", "lbl_subscriber_outcomes")),
    "ticket_escalation": (ticket_escalation, ("ftr_ticket_snapshots", "lbl_ticket_outcomes")),
}
"""Scores of deals and the like, whose frames are their own."""
SCORES = (*OF_CUSTOMERS, *OUTCOMES)
SEQUENCES = {"product_sequences": "found", "product_sequence_curves": "curves"}
COUNTED = ("ftr_sequence_cases", "ftr_sequence_controls", "ftr_sequence_products")
TOPICS = {"ticket_topics": "tickets", "topics": "topics"}
HABITS = {habit.score: habit for habit in (contact_habits.CHANNEL, contact_habits.HOUR)}


def score_key(table: str) -> dg.AssetKey:
    """The key that dagster-dbt gives the table of the dbt source `ml`."""
    return dg.AssetKey(["ml", table])


def _read_by(table: str) -> list[dg.AssetKey]:
    for tables, reading in ((TOPICS, ticket_texts), ((next_items.SCORE,), item_days), (HABITS, own_contacts)):
        if table in tables:
            return [dg.AssetKey(name.split(".")) for name in reading.READS]
    read = COUNTED if table in SEQUENCES else (*SNAPSHOTS, *PURCHASES)
    if table in OUTCOMES:
        read = OUTCOMES[table][1]
    return [dg.AssetKey(["features", feature]) for feature in read] + [dg.AssetKey(["intermediate", DEMOGRAPHICS])]


@dg.multi_asset(
    name="score",
    specs=[
        dg.AssetSpec(
            score_key(table),
            group_name="scores",
            deps=_read_by(table),
        )
        for table in (*SCORES, next_items.SCORE, *HABITS, *SEQUENCES, *TOPICS, "backtests", "model_cards")
    ],
)
def score(context: dg.AssetExecutionContext, walk: Walk):
    """Every score applied to today's snapshots, by the model that readers have or by a new one, trained on past
    snapshots and judged on later ones.
    """
    say, kept = context.log.info, kept_models(walk.home_path, SCORES)

    def scored(name: str, module: ModuleType, frames: list[pl.DataFrame]) -> ScoreResult:
        walked = module.train_and_score, module.score_again
        return trained_or_kept(kept.get(name), *frames, walk.as_of, *walked, on_progress=say)

    with walk.warehouse() as warehouse:
        frames = _frames(warehouse, SNAPSHOTS)
        with remembering():
            results = {name: scored(name, module, frames) for name, module in OF_CUSTOMERS.items()}
            value = results["lifetime_value"].card
            if "tracking" not in value:
                value["tracking"] = tracked(*frames, *_frames(warehouse, PURCHASES), walk.as_of)
        for name, (module, read) in OUTCOMES.items():
            results[name] = scored(name, module, _frames(warehouse, read))
        demographics = warehouse.sql(f"select * from intermediate.{DEMOGRAPHICS}").pl()
        for result in results.values():
            if result.told is not None and "customer_id" in result.told.columns:
                result.card["slices"] = sliced(result.told, demographics)
        tables = {name: result.scores for name, result in results.items()}
        sequences = _sequences(warehouse, walk)
        tables |= {table: getattr(sequences, part) for table, part in SEQUENCES.items()}
        topics = _topics(warehouse, walk)
        tables |= {table: getattr(topics, part) for table, part in TOPICS.items()}
        tables[next_items.SCORE], items = _next_items(warehouse, walk, say)
        habits, trained = _habits(warehouse, walk, say)
        told = [items, *trained]
        tables |= habits
        tables["backtests"] = pl.concat([each.backtests for each in (*results.values(), *told)])
        cards = [each.card for each in (*results.values(), *told, sequences, topics)]
        tables["model_cards"] = pl.DataFrame([_card_row(card) for card in cards])
        _write(warehouse, tables)
    for card in cards:
        context.log.info(f"{card['score_name']}: {card['verdict']}")
    for result in results.values():
        if result.artifacts:
            registry.save(result.artifacts, models_folder(walk.home_path) / result.card["model_version"])
    for name, table in tables.items():
        yield dg.MaterializeResult(asset_key=score_key(name), metadata={"rows": table.height})


def _frames(warehouse: duckdb.DuckDBPyConnection, tables: tuple[str, ...]) -> list[pl.DataFrame]:
    return [warehouse.sql(f"select * from features.{table}").pl() for table in tables]


def _sequences(warehouse: duckdb.DuckDBPyConnection, walk: Walk) -> product_sequences.Sequences:
    """What is bought after what: counted by dbt, judged by the rules that the project states in its vars."""
    counted = _frames(warehouse, COUNTED)
    rules = product_sequences.Rules.of(project_vars(walk.project_path))
    return product_sequences.find_sequences(*counted, walk.as_of, rules)


def _next_items(
    warehouse: duckdb.DuckDBPyConnection, walk: Walk, say: Progress
) -> tuple[pl.DataFrame, next_items.Trained]:
    """What the next order of each active customer will probably hold: learned on a sample of all."""
    horizon_days = project_vars(walk.project_path)["horizon_days"]
    trained = next_items.train(
        item_days.sample(warehouse), item_days.names(warehouse), walk.as_of, horizon_days, on_progress=say
    )
    told = [NEXT_ITEMS.to_frame()]
    if trained.model is not None:
        told += [next_items.tell(trained.model, days, walk.as_of) for days in item_days.batches(warehouse, walk.as_of)]
    return pl.concat(told), trained


def _habits(
    warehouse: duckdb.DuckDBPyConnection, walk: Walk, say: Progress
) -> tuple[dict[str, pl.DataFrame], list[contact_habits.Trained]]:
    """How and when each customer who was in touch lately will be in touch next: learned on a sample of all."""
    numbers = project_vars(walk.project_path)
    days = contact_habits.Windows(numbers["affinity_days"], numbers["horizon_days"])
    sample = own_contacts.sample(warehouse)
    trained = [contact_habits.train(sample, walk.as_of, habit, days, on_progress=say) for habit in HABITS.values()]
    models = [each.model for each in trained if each.model is not None]
    told = {name: [habit.schema.to_frame()] for name, habit in HABITS.items()}
    for contacts in own_contacts.batches(warehouse, walk.as_of, days.memory_days) if models else ():
        for model in models:
            told[model.habit.score].append(contact_habits.tell(model, contacts, walk.as_of))
    return {name: pl.concat(tables) for name, tables in told.items()}, trained


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

"""What holds for all three scores: shapes, words, withholding, artifacts, sameness."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from models_ml import churn, lifetime_value, next_purchase
from models_ml.closed_form import expected_purchases
from models_ml.members import LOGISTIC, LearnerKnobs
from models_ml.registry import ArtifactError
from models_ml.result import BACKTEST_SCHEMA, SCORE_SCHEMAS
from models_ml.spending import Lifetime, expected_value

MODULES = {module.SCORE: module for module in (churn, next_purchase, lifetime_value)}
EVERY = pytest.mark.parametrize("name", list(MODULES))


def shuffled(labels: pl.DataFrame) -> pl.DataFrame:
    """Outcomes handed to other customers of the same snapshot: nothing can be known about them any more."""
    rng = np.random.default_rng(1)
    parts = []
    for part in labels.partition_by("as_of_date", maintain_order=True):
        order = rng.permutation(len(part))
        parts.append(
            pl.concat(
                [part.select("customer_id", "as_of_date"), part.drop("customer_id", "as_of_date")[order]],
                how="horizontal",
            )
        )
    return pl.concat(parts)


@EVERY
def test_scores_have_exactly_the_agreed_columns_and_sensible_values(name: str, simulated, results) -> None:
    result = results[name]
    assert result.scores.schema == SCORE_SCHEMAS[name]
    assert len(result.scores) == 1500
    assert result.scores["customer_id"].n_unique() == 1500
    assert result.scores.select(pl.col("score", "low", "high", "reasons").null_count()).row(0) == (0, 0, 0, 0)
    assert (result.scores["low"] <= result.scores["score"]).all()
    assert (result.scores["score"] <= result.scores["high"]).all()
    assert set(result.scores["evidence"]) == {"own", "pooled"}
    once = simulated.features.filter(pl.col("as_of_date") == simulated.as_of, pl.col("frequency") == 0)["customer_id"]
    assert set(result.scores.filter(pl.col("evidence") == "pooled")["customer_id"]) == set(once)
    assert all(1 <= len(json.loads(text)) <= 5 for text in result.scores["reasons"])


@EVERY
def test_the_backtest_table_shows_every_candidate_and_one_champion(name: str, simulated, results) -> None:
    table = results[name].backtests
    assert table.schema == BACKTEST_SCHEMA
    assert table["origin_date"].n_unique() == 4
    assert table["origin_date"].max() + timedelta(days=90) == simulated.as_of
    assert table.filter("is_champion")["candidate"].unique().to_list() == [results[name].card["champion"]]
    assert table.filter("is_baseline")["candidate"].n_unique() == 2
    assert not table.filter(pl.col("is_baseline") & pl.col("is_champion")).height


@EVERY
def test_the_card_says_everything_in_json(name: str, results) -> None:
    card = json.loads(json.dumps(results[name].card, allow_nan=False))
    assert card["is_published"] is True
    title = name.replace("_", " ")
    assert card["verdict"].startswith(f"The {title} score is published. Champion: {card['champion']},")
    assert card["model_version"] == results[name].scores["model_version"][0]
    assert len(card["data"]["splits"]) == 4
    assert 0 < card["interval_coverage"] <= 1


@EVERY
def test_same_input_same_bytes_whatever_the_order_of_rows(name: str, simulated, results) -> None:
    again = MODULES[name].train_and_score(
        simulated.features.sample(fraction=1, shuffle=True, seed=2),
        simulated.labels.sample(fraction=1, shuffle=True, seed=3),
        simulated.as_of,
        90,
    )
    assert again.artifacts == results[name].artifacts
    assert again.card["model_version"] == results[name].card["model_version"]
    assert again.scores.equals(results[name].scores)
    assert again.backtests.equals(results[name].backtests)


@EVERY
def test_outcomes_that_nobody_can_know_withhold_the_score(name: str, simulated) -> None:
    module, knobs = MODULES[name], None
    if module is churn:
        knobs = churn.ChurnKnobs(learner=LearnerKnobs(members=(LOGISTIC,)))
    result = module.train_and_score(simulated.features, shuffled(simulated.labels), simulated.as_of, 90, knobs=knobs)
    assert not result.card["is_published"]
    assert result.card["verdict"].startswith(f"The {name.replace('_', ' ')} score is withheld: ")
    assert result.scores.is_empty()
    assert result.scores.schema == SCORE_SCHEMAS[name]
    assert result.backtests.height > 0
    assert result.artifacts == {}


@EVERY
def test_an_estate_without_purchases_gives_empty_tables_of_the_right_shape(name: str, simulated) -> None:
    result = MODULES[name].train_and_score(
        simulated.features.clear(), simulated.labels.clear(), simulated.as_of, on_progress=None
    )
    assert result.scores.schema == SCORE_SCHEMAS[name]
    assert result.scores.is_empty()
    assert result.backtests.schema == BACKTEST_SCHEMA
    assert result.card["is_published"] is False
    assert result.card["champion"] is None
    assert result.card["verdict"].endswith("score is withheld. No purchases in this estate.")


@EVERY
def test_few_customers_and_one_time_buyers_are_told_apart_in_words(name: str, simulated) -> None:
    module, current = MODULES[name], pl.col("as_of_date") == simulated.as_of
    some = simulated.features.filter(current)["customer_id"].head(20).to_list()
    few = module.train_and_score(
        simulated.features.filter(pl.col("customer_id").is_in(some)),
        simulated.labels.filter(pl.col("customer_id").is_in(some)),
        simulated.as_of,
    )
    assert "Only 20 customers have bought before" in few.card["verdict"]
    assert few.scores.is_empty()
    once = simulated.features.with_columns(
        frequency=pl.lit(0, dtype=pl.Int64), recency_days=pl.lit(0, dtype=pl.Int64), monetary_value=None
    )
    never_again = module.train_and_score(once, simulated.labels, simulated.as_of)
    assert "no customer has bought a second time" in never_again.card["verdict"]
    assert never_again.scores.is_empty()


@EVERY
def test_a_saved_model_predicts_the_same_and_asking_it_changes_nothing(name: str, simulated, results) -> None:
    module, result = MODULES[name], results[name]
    model = module.load(result.artifacts)
    rows = simulated.features.filter(pl.col("as_of_date") == simulated.as_of).sort("customer_id")

    def ask(asked: pl.DataFrame) -> np.ndarray:
        if module is churn:
            return 1 / (1 + np.exp(-model.log_odds(asked)))
        return model.probabilities(asked)[:, -1] if module is next_purchase else model.spend_within(asked, 365)

    first = ask(rows)
    assert first == pytest.approx(result.scores.sort("customer_id")["score"].to_numpy(), rel=1e-12)
    # A scaler or a rank refitted on what is asked would move these: one row alone, or only the best customers.
    assert ask(rows[[3]]) == pytest.approx(first[[3]], rel=1e-12)
    best = np.argsort(rows["total_net_amount"].to_numpy())[-100:]
    assert ask(rows[best]) == pytest.approx(first[best], rel=1e-12)
    assert np.array_equal(ask(rows), first)
    assert model.artifacts() == result.artifacts


def test_a_model_with_a_foreign_type_in_it_is_refused(results) -> None:
    import os

    import skops.io
    from sklearn.preprocessing import FunctionTransformer

    artifacts = results["churn"].artifacts
    assert "churn.skops" in artifacts
    poisoned = artifacts | {"churn.skops": skops.io.dumps({"stack": FunctionTransformer(func=os.system)})}
    with pytest.raises(ArtifactError, match="not trusted"):
        churn.load(poisoned)


def test_the_score_tells_ninety_days_a_year_and_the_lifetime_with_the_champions_factor_on_all(
    simulated, results
) -> None:
    told = results["lifetime_value"].scores.sort("customer_id")
    model = lifetime_value.load(results["lifetime_value"].artifacts)
    rows = simulated.features.filter(pl.col("as_of_date") == simulated.as_of).sort("customer_id")
    history, mean = [rows[name].to_numpy() for name in ("frequency", "recency_days", "t_days")], rows["monetary_value"]
    value = expected_value(model.closed_form.spend, history[0], mean.fill_null(np.nan).to_numpy())
    factor = model.factor(rows)
    quarter = expected_purchases(model.closed_form.purchases, *history, 90.0) * value * factor
    assert told["predicted_clv_90d_amount"].to_numpy() == pytest.approx(quarter)
    assert (told["predicted_clv_90d_amount"] <= told["predicted_clv_amount"]).all()
    lifetime = model.closed_form.lifetime_value(rows, Lifetime(30, 0.10)) * factor
    assert told["discounted_lifetime_value_amount"].to_numpy() == pytest.approx(lifetime)
    # A tenth a year is lost, month by month: the first year alone is worth about 5 % less than it brings.
    assert (told["discounted_lifetime_value_amount"] > 0.9 * told["predicted_clv_amount"]).all()
    assert (told["discounted_lifetime_value_low"] <= told["discounted_lifetime_value_amount"]).all()
    assert (told["discounted_lifetime_value_amount"] <= told["discounted_lifetime_value_high"]).all()
    said = results["lifetime_value"].card["lifetime"]
    assert "Revenue, not margin, of the next 30 years" in said
    assert "discounted at 10% a year" in said
    watched = model.closed_form.lifetime_value(rows, Lifetime(max(history[2]) / 365, 0.10))
    beyond = 1 - watched.sum() / model.closed_form.lifetime_value(rows, Lifetime(30, 0.10)).sum()
    assert results["lifetime_value"].card["lifetime_beyond_past"] == pytest.approx(beyond)
    assert 0.1 < beyond < 0.95

"""A model is trained when the calendar, drift or a changed history says so, and scores every night in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models_ml import churn, lifetime_value, next_purchase, retraining
from models_ml.result import withheld
from models_ml.retraining import Kept, fingerprint, reason_to_train, stability_index, trained_or_kept

MODULES = {"churn": churn, "next_purchase": next_purchase, "lifetime_value": lifetime_value}


def never(*_, **__):
    raise AssertionError("a model was trained")


def kept_of(result) -> Kept:
    return Kept(result.card, result.backtests, result.artifacts)


@pytest.fixture(scope="module")
def published(simulated, results) -> dict[str, Kept]:
    """The three scores as the first night leaves them."""
    heard: list[str] = []
    frames = simulated.features, simulated.labels, simulated.as_of
    kept = {
        name: kept_of(
            trained_or_kept(None, *frames, lambda *_, n=name, **__: results[n], module.score_again, heard.append)
        )
        for name, module in MODULES.items()
    }
    assert heard == [f"{name}: trained anew: no model has been published" for name in MODULES]
    return kept


@pytest.fixture
def later(simulated) -> Callable:
    """`later(days, **changes)`: (features, labels, day) as they stand some days later, if nobody bought anything."""

    def make(days: int, **changes: pl.Expr):
        day = simulated.as_of + timedelta(days=days)
        today = simulated.features.filter(pl.col("as_of_date") == simulated.as_of)
        passed = [pl.col(name) + days for name in ("t_days", "days_since_last_order")]
        today = today.with_columns(pl.lit(day).alias("as_of_date"), *passed)
        return today.with_columns(**changes), simulated.labels, day

    return make


@pytest.mark.parametrize("name", MODULES)
def test_the_same_day_is_scored_again_by_the_same_model_and_to_the_same_scores(
    name: str, simulated, results, published
) -> None:
    heard: list[str] = []
    shuffled = simulated.features.sample(fraction=1, shuffle=True, seed=1)
    again = trained_or_kept(
        published[name], shuffled, simulated.labels, simulated.as_of, never, MODULES[name].score_again, heard.append
    )
    assert_frame_equal(again.scores, results[name].scores, check_row_order=False)
    assert again.card == published[name].card
    assert again.artifacts == results[name].artifacts
    assert heard == [f"{name}: {len(again.scores):,} rows scored by the model of {simulated.as_of}"]


def test_the_next_nights_score_everybody_as_of_their_own_day(published, later, results) -> None:
    features, labels, day = later(6)
    again = trained_or_kept(published["churn"], features, labels, day, never, churn.score_again, print)
    assert again.scores["as_of_date"].unique().to_list() == [day]
    assert again.scores["model_version"].unique().to_list() == [published["churn"].card["model_version"]]
    before = results["churn"].scores.join(again.scores, on="customer_id", suffix="_later")
    assert len(before) == len(again.scores)
    # Six more days without an order: nobody is safer, and the average customer is clearly more at risk.
    assert (before["score_later"] >= before["score"] - 0.001).all()
    assert before["score_later"].mean() > before["score"].mean() + 0.003


def test_a_week_later_a_model_is_trained_anew_and_says_why(published, later) -> None:
    features, labels, day = later(7)
    heard: list[str] = []
    words = f"churn: trained anew: the last one is of {day - timedelta(days=7)}, 7 days ago"
    trained = withheld("churn", day, "The churn score is withheld. Nothing was learned.")
    again = trained_or_kept(
        published["churn"], features, labels, day, lambda *_, **__: trained, churn.score_again, heard.append
    )
    assert heard == [words]
    assert again.card["training"]["as_of_date"] == day.isoformat()


def test_why_a_model_will_not_do(published, later, simulated, monkeypatch) -> None:
    churn_model, day = published["churn"], simulated.as_of
    corrected = simulated.features.with_columns(
        pl.when(pl.int_range(pl.len()) == 0).then(0.5).otherwise(pl.col("total_net_amount")).alias("total_net_amount")
    )
    assert reason_to_train(churn_model, simulated.features, simulated.labels, day) is None
    assert reason_to_train(churn_model, corrected, simulated.labels, day) == f"the history of {day} has changed since"
    assert reason_to_train(churn_model, *later(-1)).startswith("the last one knows what came after")
    assert reason_to_train(churn_model, *later(1, count_visits=pl.int_range(pl.len()))) == "there are other features"
    assert reason_to_train(churn_model, simulated.features.clear(), *later(1)[1:]) == "there is nobody to score"
    unpublished = replace(churn_model, card=churn_model.card | {"is_published": False})
    assert reason_to_train(unpublished, simulated.features, simulated.labels, day) == "no model has been published"
    monkeypatch.setattr(retraining, "program", lambda: "another")
    assert reason_to_train(churn_model, simulated.features, simulated.labels, day) == "the program has changed"


def test_customers_who_are_others_than_before_are_drift(published, later) -> None:
    assert reason_to_train(published["churn"], *later(3)) is None
    dearer = later(3, last_order_amount=pl.col("last_order_amount") * 3)
    assert reason_to_train(published["churn"], *dearer).startswith("last_order_amount has drifted (population")
    unknown = later(3, last_order_amount=pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.col("last_order_amount")))
    assert reason_to_train(published["churn"], *unknown).startswith("last_order_amount has drifted (population")


def test_few_customers_are_left_to_the_calendar(published, later) -> None:
    features, labels, day = later(3, last_order_amount=pl.col("last_order_amount") * 3)
    assert reason_to_train(published["churn"], features.head(299), labels, day) is None


def test_damaged_artifacts_are_trained_anew(published, simulated, results) -> None:
    damaged = replace(published["churn"], artifacts={"churn.json": b"{"})
    heard: list[str] = []
    again = trained_or_kept(
        damaged,
        simulated.features,
        simulated.labels,
        simulated.as_of,
        lambda *_, **__: results["churn"],
        churn.score_again,
        heard.append,
    )
    assert heard[0].startswith("churn: trained anew: churn.json is not JSON")
    assert_frame_equal(again.scores, results["churn"].scores)


def test_the_index_is_that_of_the_textbook_and_a_fingerprint_forgets_order_but_no_cell() -> None:
    assert stability_index(np.array([0.5, 0.5]), np.array([0.5, 0.5])) == 0
    # (0.6 − 0.5)·ln(0.6 / 0.5) + (0.4 − 0.5)·ln(0.4 / 0.5)
    assert stability_index(np.array([0.5, 0.5]), np.array([0.6, 0.4])) == pytest.approx(0.0405, abs=1e-4)
    frame = pl.DataFrame({"a": [1, 2, 3], "b": ["x", None, "z"]})
    assert fingerprint(frame) == fingerprint(frame.reverse().select("b", "a"))
    assert fingerprint(frame) != fingerprint(frame.with_columns(pl.col("b").fill_null("y")))

"""A column that knows the future is found, named with its figures, and never learned from; honest ones never are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from models_ml import churn, lifetime_value, next_purchase
from models_ml.datasets import History, load_history
from models_ml.leak_check import Origin, Standing, seen_too_late, standings, standings_of
from models_ml.members import CLOSED_FORM, LOGISTIC, LearnerKnobs
from models_ml.splits import DataKnobs

from .test_scores import shuffled

MODULES = pytest.mark.parametrize("module", [churn, next_purchase, lifetime_value], ids=lambda module: module.SCORE)


def history_of(estate) -> History:
    return load_history(estate.features, estate.labels, estate.as_of, None, DataKnobs())


def suspects(estate) -> list[str]:
    return [standing.column for standing in standings(history_of(estate)) if standing.is_suspect]


def as_of_today(column: str) -> pl.Expr:
    """The column as it stands on the day of the run, in every snapshot: the classic mistake of a join without dates."""
    return pl.col(column).sort_by("as_of_date").last().over("customer_id")


def with_future_orders(estate, noise: float):
    """Orders of the coming window, give or take."""
    rng = np.random.default_rng(4)
    future = estate.labels.select("customer_id", "as_of_date", planted="future_number_of_orders").sort(
        "as_of_date", "customer_id"
    )
    future = future.with_columns(pl.col("planted") + pl.Series(rng.normal(0, noise, len(future))))
    return replace(estate, features=estate.features.join(future, on=["customer_id", "as_of_date"], how="left"))


@pytest.fixture(scope="module")
def retail(online_retail, make_snapshots):
    return make_snapshots(online_retail, date(2011, 12, 10), horizon=90, step=30, count=11)


@pytest.fixture(scope="module")
def cdnow_estate(cdnow, make_snapshots):
    return make_snapshots(cdnow, date(1998, 7, 1), horizon=91, step=91, count=5)


@pytest.mark.parametrize("name", ["simulated", "retail", "cdnow_estate"])
def test_honest_columns_raise_nothing(name: str, request: pytest.FixtureRequest) -> None:
    """A planted cause of leaving (bad ratings) and real shops: nothing adds half of what is allowed."""
    estate = request.getfixturevalue(name)
    history = history_of(estate)
    ranked = standings(history)
    assert len(ranked) > 15
    assert ranked[0].gain < 0.015
    assert not any(standing.is_suspect for standing in ranked)
    assert not seen_too_late(pl.concat([history.train, history.current], how="diagonal"))


@pytest.mark.parametrize("name", ["simulated", "retail", "cdnow_estate"])
@pytest.mark.parametrize("column", ["total_net_amount", "count_orders"])
def test_a_total_as_of_today_is_found_and_nothing_else_is(
    name: str, column: str, request: pytest.FixtureRequest
) -> None:
    estate = request.getfixturevalue(name)
    leaking = replace(estate, features=estate.features.with_columns(as_of_today(column)))
    assert suspects(leaking) == [column]


@MODULES
def test_a_noisy_count_of_future_orders_is_left_out_and_the_verdict_names_it(module, simulated, results) -> None:
    leaking = with_future_orders(simulated, noise=1.0)
    result = module.train_and_score(leaking.features, leaking.labels, leaking.as_of)
    honest = results[module.SCORE]
    found = next(standing for standing in standings(history_of(leaking)) if standing.column == "planted")
    verdict = result.card["verdict"]
    assert f"Left out: column planted lifts the AUC of who buys again from {found.history:.3f}" in verdict
    assert f"to {found.with_column:.3f} ({found.alone:.3f} alone)" in verdict
    assert found.alone > 0.85
    assert result.scores.drop("model_version").equals(honest.scores.drop("model_version"))
    assert "Left out" not in honest.card["verdict"]


@MODULES
def test_a_total_of_today_that_no_score_can_do_without_withholds_it(module, simulated) -> None:
    features = simulated.features.with_columns(as_of_today("total_net_amount"))
    result = module.train_and_score(features, simulated.labels, simulated.as_of)
    assert not result.card["is_published"]
    assert result.scores.is_empty()
    assert result.card["verdict"].startswith(
        f"The {module.SCORE.replace('_', ' ')} score is withheld. A feature knows more than a past can tell: "
        "column total_net_amount lifts the AUC"
    )


def test_noise_that_hides_the_future_hides_it_from_models_too(simulated) -> None:
    assert suspects(with_future_orders(simulated, noise=50.0)) == []


def test_that_a_value_is_missing_can_be_the_leak(simulated) -> None:
    """Days until the customer came back: missing for those who did not, and meaningless otherwise."""
    came_back = pl.when(pl.col("days_to_next_order").is_not_null()).then(pl.lit(7.0)).alias("answered")
    planted = simulated.labels.select("customer_id", "as_of_date", came_back)
    features = simulated.features.join(planted, on=["customer_id", "as_of_date"], how="left")
    features = features.with_columns(pl.col("answered") + pl.col("days_since_last_order") % 2)
    assert suspects(replace(simulated, features=features)) == ["answered"]


def test_in_a_small_company_chance_accuses_nobody_and_a_plain_leak_is_still_found(simulated) -> None:
    rng = np.random.default_rng(5)
    for _ in range(5):
        few = pl.col("customer_id").is_in(rng.choice(simulated.features["customer_id"].unique().sort(), 150, False))
        small = replace(simulated, features=simulated.features.filter(few), labels=simulated.labels.filter(few))
        noise = {f"noise_{k}": rng.normal(size=len(small.features)) for k in range(40)}
        small = replace(small, features=small.features.with_columns(**{k: pl.Series(v) for k, v in noise.items()}))
        assert suspects(small) == []
        assert suspects(with_future_orders(small, noise=0.1)) == ["planted"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (pl.col("days_since_last_order") - 30, "days_since_last_order"),
        ((pl.col("t_days") % 40).alias("days_since_last_visit"), "days_since_last_visit"),
    ],
    ids=["recency as of later", "a visit on the day itself"],
)
@MODULES
def test_days_since_something_that_has_not_happened_yet_withhold_the_score(module, change, named, simulated) -> None:
    card = module.train_and_score(simulated.features.with_columns(change), simulated.labels, simulated.as_of).card
    assert not card["is_published"]
    assert f"A feature has seen its future: column {named} has seen the day of its snapshot" in card["verdict"]


def test_a_last_purchase_after_the_last_day_seen_is_named(simulated) -> None:
    rows = simulated.features.head(3).with_columns(recency_days=pl.col("t_days") + pl.Series([0, 1, -5]))
    assert seen_too_late(rows) == ["column recency_days has seen the day of its snapshot or a later one in 1 of 3 rows"]


@pytest.mark.parametrize("score", ["churn", "next_purchase", "lifetime_value"])
def test_the_card_shows_the_strongest_column_and_what_it_adds(score: str, results) -> None:
    """In the simulation those who gave a bad rating are about to leave, and nothing else tells."""
    strongest = results[score].card["data"]["strongest_column"]
    assert strongest["column"] == "count_bad_ratings_365d"
    assert 0 < strongest["auc_with_column"] - strongest["auc_of_purchase_history"] < 0.015


def test_with_shuffled_outcomes_no_model_ranks_customers_and_no_column_is_blamed(simulated) -> None:
    """Their AUC is that of a coin, whoever is asked, and the score is withheld."""
    blind = replace(simulated, labels=shuffled(simulated.labels))
    knobs = churn.ChurnKnobs(learner=LearnerKnobs(members=(LOGISTIC,)))
    card = churn.train_and_score(blind.features, blind.labels, blind.as_of, knobs=knobs).card
    assert not card["is_published"]
    assert "A feature" not in card["verdict"]
    for candidate in (CLOSED_FORM, LOGISTIC):
        assert card["mean_metrics"][candidate]["auc"] == pytest.approx(0.5, abs=0.03)
    assert standings(history_of(blind))[0].alone < 0.55


@pytest.mark.parametrize(
    ("history", "with_column", "error", "is_suspect"),
    [
        (0.80, 0.84, 0.005, True),
        (0.80, 0.82, 0.001, False),
        (0.80, 0.84, 0.020, False),
        (0.97, 0.99, 0.002, True),
        (0.55, 0.69, 0.010, False),
        (0.55, 0.76, 0.010, True),
    ],
    ids=["adds too much", "adds little", "maybe chance", "little is lacking", "history knows little", "knows too much"],
)
def test_how_much_is_too_much(history: float, with_column: float, error: float, is_suspect: bool) -> None:
    assert Standing("x", 0.6, history, with_column, error).is_suspect == is_suspect


def test_of_a_rare_outcome_that_one_column_tells_the_column_is_measured_and_not_lost() -> None:
    """One in two hundred tickets escalates, all of them young; steps that are not damped end at AUC 0.003."""
    rng = np.random.default_rng(11)
    age = np.sort(rng.uniform(1, 900, 10_000))
    happened = np.zeros(10_000, dtype=int)
    happened[rng.choice(120, 50, replace=False)] = 1
    rows = pl.DataFrame({"age": age})
    found = standings_of([Origin.of(rows, happened, ())], ["age"])[0]
    assert found.alone > 0.99
    assert found.with_column == pytest.approx(found.alone, abs=0.001)

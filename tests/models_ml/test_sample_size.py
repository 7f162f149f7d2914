"""A small company is not asked to feed hungry models, and its card says so."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from models_ml import churn, lifetime_value
from models_ml.datasets import load_history
from models_ml.design import RANKED, count_variables
from models_ml.members import BOTH, LOGISTIC, STACK, TREES, LearnerKnobs
from models_ml.regressor import BLEND, CORRECTION, TWEEDIE, WITH_TREES
from models_ml.sample_size import carried, events_per_variable

from .conftest import Estate


def few_of(estate: Estate, customers: int) -> Estate:
    names = estate.features["customer_id"].unique().sort().head(customers)
    frames = (frame.filter(pl.col("customer_id").is_in(names.implode())) for frame in (estate.features, estate.labels))
    return Estate(*frames, estate.as_of, estate.horizon)


def test_snapshots_of_one_customer_are_one_event() -> None:
    rows = pl.DataFrame(
        {"customer_id": ["a"] * 50 + ["b"] * 50, "as_of_date": [date(2026, 1, 1)] * 100, "frequency": range(100)}
    )
    variables = 1 + len(RANKED) + 2
    assert count_variables(rows) == variables
    assert events_per_variable(rows["customer_id"], np.ones(100, bool), variables) == pytest.approx(2 / variables)
    assert events_per_variable(rows["customer_id"], np.arange(100) < 30, variables) == pytest.approx(1 / variables)
    assert events_per_variable(rows["customer_id"], np.zeros(100, bool), variables) == 0


def test_a_member_is_left_out_where_one_origin_cannot_feed_it() -> None:
    assert carried((LOGISTIC, TREES), (TREES,), [19.9, 300.0], 20) == (
        (LOGISTIC,),
        "boosted trees not tried: 19.9 customers per variable to learn from, 20 are needed",
    )
    assert carried((LOGISTIC, TREES), (TREES,), [20.0, 300.0], 20) == ((LOGISTIC, TREES), None)
    assert carried((LOGISTIC,), (TREES,), [0.1], 20) == ((LOGISTIC,), None)
    assert carried((TWEEDIE, CORRECTION, TREES), (CORRECTION, TREES), [7.0], 20) == (
        (TWEEDIE,),
        "boosted correction and boosted trees not tried: 7.0 customers per variable to learn from, 20 are needed",
    )


def test_three_hundred_customers_get_no_trees_and_are_told_why(simulated: Estate) -> None:
    small = few_of(simulated, 300)
    result = churn.train_and_score(small.features, small.labels, small.as_of)
    tried = set(result.backtests["candidate"])
    assert {LOGISTIC, STACK} < tried
    assert TREES not in tried
    assert result.card["left_out"].startswith("boosted trees not tried: ")
    result = lifetime_value.train_and_score(small.features, small.labels, small.as_of)
    tried = set(result.backtests["candidate"])
    assert {TWEEDIE, BLEND} < tried
    assert not {CORRECTION, TREES, BOTH, WITH_TREES} & tried
    assert result.card["left_out"].startswith("boosted correction and boosted trees not tried: ")


def test_with_enough_customers_trees_are_tried(results) -> None:
    """1,500 simulated customers and two dozen variables."""
    for score, members in (("churn", {TREES}), ("lifetime_value", {CORRECTION, TREES, BOTH, WITH_TREES})):
        assert results[score].card["left_out"] is None
        assert members <= set(results[score].backtests["candidate"])


@pytest.mark.parametrize("least", [0.0, 1e9], ids=["fed", "starved"])
def test_a_blend_consists_of_the_members_it_is_judged_with(simulated: Estate, least: float) -> None:
    knobs = churn.ChurnKnobs(learner=LearnerKnobs(trees_events_per_variable=least))
    history = load_history(simulated.features, simulated.labels, simulated.as_of, None, knobs.data)
    knobs, _ = churn._carried(history, knobs)
    fold = history.folds[0]
    learned = churn.fit_learned(fold.train, churn._outcome(fold.train), fold.purchases, 90, knobs.learner)
    wanted = churn.members_of(STACK, knobs.learner.members)
    assert set(learned.only(STACK).members.fitted) == set(wanted)
    assert (TREES in wanted) == (least == 0.0)

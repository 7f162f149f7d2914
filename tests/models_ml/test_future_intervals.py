"""One customer's interval holds four of five of what comes, wherever an interval can."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from models_ml.btyd import BetaGeo, GammaGamma
from models_ml.datasets import PurchaseFold
from models_ml.design import HISTORY, history_of
from models_ml.future_intervals import LEAST, MOST, JudgedIntervals, holding, judged_intervals
from models_ml.futures import Shares, drawn, simulate_intervals, spanned
from models_ml.regressor import SpendModel, money_of
from models_ml.splits import Split

MODEL = SpendModel(BetaGeo(1.2, 35.0, 0.5, 6.0), GammaGamma(6.0, 4.0, 15.0))
DAYS, DRAWS = 90, 200
TWICE = 2.0
"""What the champion makes of the closed form's spend."""


def origin(seed: int, *, silent_days: int = 0, evenness: int = 1, growth: float = 1.0, count: int = 1_500):
    """Customers and what they then did: the mean of `evenness` of the futures that the model draws, `growth` times as
    large.
    """
    rng = np.random.default_rng(seed)
    age, frequency = rng.integers(100, 700, count), rng.poisson(4, count)
    last = np.where(frequency > 0, (age * rng.beta(8, 1, count)).astype(int), 0)
    rows = pl.DataFrame(
        {
            "frequency": frequency,
            "recency_days": last,
            "t_days": age + silent_days,
            "monetary_value": np.where(frequency > 0, rng.gamma(6, 4, count), np.nan),
        }
    )
    [future] = drawn(
        rng, MODEL.purchases, MODEL.spend, *history_of(rows), money_of(rows)[1], horizon=DAYS, draws=evenness
    )
    rows = rows.with_columns(
        future_number_of_orders=np.round(future.orders.mean(axis=0) * growth).astype(int),
        future_net_amount=future.amount.mean(axis=0) * growth * TWICE,
    )
    return PurchaseFold(Split(date(2026, 1, 1), (), DAYS), rows, rows, purchases=MODEL.purchases)


def judged(*folds: PurchaseFold) -> JudgedIntervals:
    predicted = [TWICE * MODEL.spend_within(fold.test, DAYS) for fold in folds]
    return judged_intervals(folds, [MODEL] * len(folds), predicted, DAYS, most=1_500, draws=DRAWS, seed=0)


def attainable(found: JudgedIntervals) -> tuple[float, float]:
    orders, spend = found.coverage[0]
    return orders["orders_interval_coverage_attainable"], spend["interval_coverage_attainable"]


def test_where_the_futures_are_true_the_interval_of_spend_spans_four_of_five() -> None:
    found = judged(origin(1), origin(2))
    assert found.shares.spend == pytest.approx(0.8, abs=0.04)
    # A number of orders is whole: what reaches 80 % of the futures often reaches more.
    assert found.shares.orders < found.shares.spend
    assert attainable(found) == pytest.approx((0.8, 0.8), abs=0.04)


@pytest.mark.parametrize(
    ("company", "wider"), [({"evenness": 4}, False), ({"growth": 1.3}, True)], ids=["steadier", "grown"]
)
def test_another_company_than_the_model_knows_is_held_by_what_held_at_its_other_origins(company, wider: bool) -> None:
    found = judged(*(origin(seed, **company) for seed in (1, 2)))
    assert (found.shares.spend > 0.8) == wider
    assert attainable(found) == pytest.approx((0.8, 0.8), abs=0.05)
    untaught = judged(origin(1, **company))
    assert untaught.coverage[0][1]["interval_coverage_attainable"] == pytest.approx(0.75 if wider else 0.89, abs=0.03)


def test_what_is_judged_is_the_interval_that_is_published() -> None:
    """At any share: the published ends hold what came for the same customers as the judgement says.

    Histories are drawn once each, in their order: then both throw the same dice.
    """
    fold = origin(3)
    fold = replace(fold, test=fold.test.unique(HISTORY).sort(*HISTORY))
    found, history = judged(fold).origins[0], (*history_of(fold.test), money_of(fold.test)[1])
    for share in (0.55, 0.8, 0.95):
        ends = simulate_intervals(
            MODEL.purchases, MODEL.spend, *history, horizon=DAYS, shares=Shares(share, share), draws=DRAWS, seed=0
        )
        low, high = holding(found.spend.said, TWICE * ends.spend_low, TWICE * ends.spend_high)
        assert np.mean(found.spend.is_held(share) == ((low <= found.spend.came) & (found.spend.came <= high))) > 0.998
        low, high = holding(found.orders.said, ends.orders_low, ends.orders_high)
        assert (
            np.mean(found.orders.is_held(share) == ((low <= found.orders.came) & (found.orders.came <= high))) > 0.998
        )


def test_customers_with_one_history_are_told_one_interval_in_whatever_order_they_come() -> None:
    rows = origin(3).test
    twice = pl.concat([rows, rows.sample(fraction=1.0, shuffle=True, seed=1)])

    def highs(of: pl.DataFrame, money: np.ndarray) -> np.ndarray:
        asked = {"horizon": DAYS, "shares": Shares(), "draws": DRAWS, "seed": 0}
        return simulate_intervals(MODEL.purchases, MODEL.spend, *history_of(of), money, **asked).spend_high

    both = twice.select(*HISTORY, "monetary_value", high=highs(twice, money_of(twice)[1]))
    assert both.group_by(*HISTORY, "monetary_value").agg(pl.col("high").n_unique())["high"].max() == 1
    assert np.array_equal(both["high"][: len(rows)], highs(rows, money_of(rows)[1]))
    # What is known of one order alone says nothing about money: Gamma-Gamma starts with the second.
    changed = np.where(rows["frequency"] == 0, 1_000.0, 2 * rows["monetary_value"])
    before, after, is_one = highs(rows, money_of(rows)[1]), highs(rows, changed), (rows["frequency"] == 0).to_numpy()
    assert before[is_one].any()
    assert np.array_equal(before[is_one], after[is_one])
    assert after[~is_one].sum() > 1.3 * before[~is_one].sum()


def test_who_hardly_buys_at_all_is_held_more_often_and_teaches_nothing() -> None:
    lively, gone = origin(1), origin(2, silent_days=600)
    both = judged(lively, gone)
    assert both.origins[1].spend.is_attainable.mean() < 0.1
    assert both.coverage[1][1]["interval_coverage"] > 0.9
    assert both.shares.spend == pytest.approx(judged(lively).shares.spend, abs=0.02)
    assert "no interval that holds as few" in both.as_card()["interval"]
    nobody = judged(replace(gone, test=gone.test.filter(False)))
    assert nobody.as_card()["interval_coverage"] is None


def test_too_few_customers_or_a_hopeless_model_leave_the_share_within_bounds() -> None:
    assert judged(origin(1, evenness=4, count=60)).shares == Shares(0.8, 0.8)
    assert judged(origin(1, growth=0.0)).shares.spend == LEAST
    assert judged(origin(1, growth=20.0)).shares.spend == MOST


def test_more_given_back_than_bought_is_outside() -> None:
    fold = origin(4)
    refunded = fold.test.with_columns(future_net_amount=pl.lit(-5.0))
    found = judged(replace(fold, test=refunded))
    assert found.as_card()["interval_coverage"] == 0


def test_an_interval_from_nothing_is_the_shorter_one_and_holds_its_share() -> None:
    rng = np.random.default_rng(0)
    amount = np.where(rng.random((4_000, 3)) < [0.0, 0.4, 0.9], 0, rng.gamma(2, 10, (4_000, 3)))
    low, high = spanned(amount, 0.8)
    assert low[0] == pytest.approx(np.quantile(amount[:, 0], 0.1), rel=0.01)
    assert (low[1:] == 0).all()
    assert np.mean((low <= amount) & (amount <= high), axis=0) == pytest.approx([0.8, 0.8, 0.9], abs=0.01)
    assert high[1] < np.quantile(amount[:, 1], 0.9)
    assert high[2] == 0

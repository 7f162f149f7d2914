"""The interval of a date is one of whole days, and holds eight of ten orders however long waiting is."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from models_ml.btyd import BetaGeo
from models_ml.closed_form import waiting_time
from models_ml.datasets import PurchaseFold
from models_ml.design import history_of
from models_ml.evaluation import interval_coverage
from models_ml.order_dates import Levels, date_metrics, days_ahead, fit_levels, order_positions
from models_ml.splits import Split

HORIZON = 90


def origin(days_between: float, seed: int, power: float = 1.0, customers: int = 4_000) -> PurchaseFold:
    """Customers of a year who buy every so many days at their own Poisson rate, and their next order.

    Who is foreseen wrongly comes after (what was foreseen)^power, in units of a week.
    """
    rng = np.random.default_rng(seed)
    model = BetaGeo(r=2.0, alpha=2.0 * days_between, a=0.5, b=9.0)
    frequency = rng.poisson(rng.gamma(2, 1 / model.alpha, customers) * 365)
    rate = rng.gamma(model.r + frequency, 1 / (model.alpha + 365))
    within = -np.log1p(-rng.random(customers) * -np.expm1(-rate * HORIZON)) / rate
    came = np.minimum(np.floor(7 * (within / 7) ** power), HORIZON - 1).astype(int)
    rows = pl.DataFrame(
        {
            "frequency": frequency,
            "recency_days": np.where(frequency > 0, 365, 0),
            "t_days": np.full(customers, 365),
            "mean_gap_days": np.full(customers, days_between),
            "days_since_last_order": np.ones(customers),
            "days_to_next_order": came,
        }
    )
    return PurchaseFold(Split(date(2026, 1, 1), (), HORIZON), rows, rows, purchases=model)


def coverage(fold: PurchaseFold, levels: Levels) -> float:
    return date_metrics(fold, levels)[0]["interval_coverage_returners"]


@pytest.mark.parametrize(("days_between", "exact"), [(2.0, 0.86), (40.0, 0.8)], ids=["daily needs", "now and then"])
def test_whole_days_hold_eight_of_ten_orders_of_another_origin(days_between: float, exact: float) -> None:
    """The exact model's own tenths hold more where waiting is counted in a few days: whole days are wider."""
    past, later = origin(days_between, seed=1), origin(days_between, seed=2)
    assert coverage(later, fit_levels([order_positions(past)])) == pytest.approx(0.8, abs=0.03)
    assert coverage(later, Levels()) > exact - 0.02
    low, _, high = days_ahead(later.purchases, later.test, fit_levels([order_positions(past)]), HORIZON).T
    came = later.test["days_to_next_order"].to_numpy()
    assert np.mean(came < low) == pytest.approx(np.mean(came > high), abs=0.04)


def test_a_model_whose_days_are_off_is_mended_by_what_came() -> None:
    """Orders come later than foreseen by everybody: the exact model's interval ends too early."""
    past, later = origin(20.0, seed=1, power=1.5), origin(20.0, seed=2, power=1.5)
    assert coverage(later, Levels()) < 0.7
    assert coverage(later, fit_levels([order_positions(past)])) == pytest.approx(0.8, abs=0.03)


def test_where_most_order_on_the_very_day_the_interval_still_holds_the_date_that_is_named() -> None:
    everyday = origin(0.2, seed=1)
    levels = fit_levels([order_positions(everyday)])
    low, middle, high = days_ahead(everyday.purchases, everyday.test, levels, HORIZON).T
    assert np.mean(middle == 0) > 0.7
    assert ((low <= middle) & (middle <= high)).all()
    assert coverage(everyday, levels) >= 0.8


def test_without_an_order_to_learn_from_the_exact_models_tenths_are_read() -> None:
    fold = origin(20.0, seed=1, customers=50)
    assert fit_levels([]) == fit_levels([np.empty((0, 3))]) == Levels(0.1, 0.5, 0.9)
    middle = waiting_time(fold.purchases, *history_of(fold.test), 0.5, HORIZON)
    assert np.array_equal(days_ahead(fold.purchases, fold.test, Levels(), HORIZON)[:, 1], np.ceil(middle) - 1)
    assert interval_coverage(np.empty(0), np.empty(0), np.empty(0)) is None

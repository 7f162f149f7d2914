"""Rules of thumb, computed by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from models_ml.baselines import (
    days_since_last,
    isotonic_rule,
    mean_gap_days_ahead,
    mean_gap_rule,
    past_rate,
    rfm_cell_mean,
    usual_gap_of,
)


def rows(**columns: list) -> pl.DataFrame:
    size = len(next(iter(columns.values())))
    return pl.DataFrame({"as_of_date": [date(2025, 1, 1)] * size, **columns})


def test_the_monotone_rule_learns_shares_and_never_says_never() -> None:
    p = isotonic_rule(np.array([1, 1, 5, 5]), np.array([0, 0, 0, 1]), np.array([0, 1, 5, 99]), increasing=True)
    assert p.tolist() == [0.001, 0.001, 0.5, 0.5]


def test_longer_silence_never_lowers_the_risk() -> None:
    train, test = rows(days_since_last_order=[5, 40, 90, 200]), rows(days_since_last_order=[1, 50, 100, 300])
    p = days_since_last(train, np.array([0, 1, 0, 1]), test)
    assert (np.diff(p) >= 0).all()
    assert p[-1] > p[0]


def test_the_personal_gap_falls_back_to_the_usual_one() -> None:
    train = rows(days_since_last_order=[10, 10, 60, 60], mean_gap_days=[20.0, None, 20.0, None])
    assert usual_gap_of(train) == 20
    p = mean_gap_rule(train, np.array([1, 1, 0, 0]), train)
    assert p.tolist() == [0.999, 0.999, 0.001, 0.001]
    assert mean_gap_days_ahead(train, 30.0, 90).tolist() == [10, 20, 0, 0]
    assert usual_gap_of(rows(mean_gap_days=pl.Series([None, None], dtype=pl.Float64))) == 365


def test_past_rate_spreads_a_newcomers_first_day_over_a_horizon() -> None:
    frame = rows(t_days=[179, 0, 359], total_net_amount=[100.0, 100.0, -5.0])
    assert past_rate(frame, 90) == pytest.approx([50, 100, 0])


def test_rfm_cells_give_equal_customers_equal_values_and_the_mean_where_nothing_is_known() -> None:
    train = rows(
        days_since_last_order=[1, 1, 9, 9, 9], frequency=[4, 4, 0, 0, 0], total_net_amount=[50.0, 50.0, 5.0, 5.0, 5.0]
    )
    spend = np.array([30.0, 10.0, 0.0, 3.0, 0.0])
    assert rfm_cell_mean(train, spend, train) == pytest.approx([20, 20, 1, 1, 1])
    stranger = rows(days_since_last_order=[5], frequency=[2], total_net_amount=[20.0])
    assert rfm_cell_mean(train, spend, stranger)[0] in (spend.mean(), 20.0, 1.0)

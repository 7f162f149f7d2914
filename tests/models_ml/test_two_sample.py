"""Rows of two nights: what chance gives passes, columns that no longer belong together are told and named."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from models_ml.retraining import stability_index
from models_ml.two_sample import MOST_AUC, tell_apart

from .conftest import simulated_log

DAY = date(2026, 11, 1)
ROWS = 800


def rows(seed: int, correlation: float = 0.8, zeros: float = 0.5) -> pl.DataFrame:
    """Visits and spend that go together, tickets that most have none of, an answer that many never gave."""
    rng = np.random.default_rng(seed)
    visits, own = rng.standard_normal((2, ROWS))
    spend = correlation * visits + np.sqrt(1 - correlation**2) * own
    return pl.DataFrame(
        {
            "as_of_date": [DAY] * ROWS,
            "visits": np.exp(visits),
            "spend": np.exp(spend),
            "tickets": rng.poisson(1.0, ROWS) * (rng.random(ROWS) > zeros),
            "has_unsubscribed": rng.random(ROWS) < 0.2,
            "nps": [None if rng.random() < zeros else int(rng.integers(0, 11)) for _ in range(ROWS)],
            "country": ["DE"] * ROWS,
        }
    )


def tenths(before: pl.Series, now: pl.Series) -> tuple[np.ndarray, np.ndarray]:
    edges = np.quantile(before.to_numpy(), np.linspace(0, 1, 11)[1:-1])
    return tuple(np.bincount(np.searchsorted(edges, each.to_numpy()), minlength=10) / ROWS for each in (before, now))


def test_columns_that_no_longer_belong_together_are_told_while_no_column_has_moved() -> None:
    before, now = rows(1), rows(2, correlation=-0.8)
    for column in ("visits", "spend"):
        assert stability_index(*tenths(before[column], now[column])) < 0.05
    told = tell_apart(before, now)
    assert not told.is_one_population
    assert told.auc > 0.8
    assert told.low < told.auc < told.high
    assert [pair.columns for pair in told.pairs] == [("spend", "visits")]
    assert told.pairs[0].before == pytest.approx(0.8, abs=0.08)
    assert "most by how these go together: spend with visits (0." in told.sentence


def test_one_population_is_called_different_no_more_often_than_chance_allows() -> None:
    told = [tell_apart(rows(2 * seed), rows(2 * seed + 1)) for seed in range(40)]
    assert all(each.is_one_population for each in told)
    assert sum(each.p_value < 0.05 for each in told) <= 6
    assert np.mean([each.low <= 0.5 <= each.high for each in told]) >= 0.85


def test_a_share_of_zeros_that_moves_is_left_to_the_stability_index() -> None:
    assert tell_apart(rows(1, zeros=0.5), rows(2, zeros=0.7)).auc < MOST_AUC


def test_the_same_customers_days_later_are_one_population(make_snapshots) -> None:
    """Everybody's silence and age have grown, and some have bought."""
    log, _ = simulated_log(1200, 720, r=1.2, alpha=35, a=0.5, b=6.0, joining_days=300, seed=7)
    day = date(2024, 1, 1) + timedelta(days=600)
    is_kept = pl.col("customer_id").hash(seed=3) % 2 == 0
    before = make_snapshots(log, day, count=0).features.filter(is_kept)
    for later in (1, 7):
        now = make_snapshots(log, day + timedelta(days=later), count=0).features.filter(~is_kept)
        assert tell_apart(before, now).is_one_population, f"{later} days later"
    moved = now.with_columns(now["last_order_amount"].shuffle(seed=5))
    told = tell_apart(before, moved)
    assert not told.is_one_population, "amounts that belong to other customers"
    assert "last_order_amount" in told.pairs[0].columns


def test_the_same_rows_get_the_same_answer() -> None:
    assert tell_apart(rows(1), rows(2)) == tell_apart(rows(1), rows(2))


def test_too_few_rows_and_too_few_columns_say_nothing() -> None:
    assert tell_apart(rows(1).head(199), rows(2)) is None
    assert tell_apart(rows(1).select("as_of_date", "visits", "country"), rows(2)) is None

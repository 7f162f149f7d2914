"""What a card says of what was said and what came: true of calibrated predictions, telling of all others."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from models_ml.backtest import Backtest
from models_ml.reliability import buyer_groups, mean_interval, said_and_seen, share_interval
from models_ml.splits import Fold, Split

CUSTOMERS, ORIGINS = 2000, 3


def backtest() -> Backtest:
    """The same customers at three origins; a tenth first bought lately, a tenth has been silent for long."""
    number = np.arange(CUSTOMERS)
    rows = pl.DataFrame(
        {
            "customer_id": [f"c{one}" for one in number],
            "frequency": np.where(number % 2 == 0, 0, 3),
            "t_days": np.where(number % 10 == 0, 30, 400),
            "recency_days": np.where(number % 10 == 1, 20, np.where(number % 10 == 0, 0, 390)),
        }
    )
    table = Backtest(baselines=())
    for origin in range(ORIGINS):
        table.add(Fold(Split(date(2026, 9 - origin, 1), (), 90), rows, rows), {}, lambda _: {})
    return table


def probabilities(seed: int = 0) -> tuple[list[np.ndarray], list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    said = [rng.uniform(0.05, 0.95, CUSTOMERS) for _ in range(ORIGINS)]
    return said, [(rng.uniform(size=CUSTOMERS) < p).astype(int) for p in said]


def test_of_those_told_thirty_percent_three_in_ten_came() -> None:
    tenths = said_and_seen(backtest(), *probabilities(), share_interval)["by_tenth"]
    assert [row["group"] for row in tenths] == [str(number) for number in range(1, 11)]
    assert [row["said"] for row in tenths] == sorted(row["said"] for row in tenths)
    held = sum(row["low"] <= row["said"] <= row["high"] for row in tenths)
    assert held >= 9, tenths


def test_a_model_that_is_too_sure_shows() -> None:
    said, seen = probabilities()
    sure = [1 / (1 + np.exp(-3 * np.log(p / (1 - p)))) for p in said]
    tenths = said_and_seen(backtest(), sure, seen, share_interval)["by_tenth"]
    assert tenths[0]["said"] < tenths[0]["low"]
    assert tenths[-1]["said"] > tenths[-1]["high"]


def test_customers_seen_at_three_origins_are_not_three_customers() -> None:
    happened, subject = np.tile([1, 0, 0, 0], 75), np.tile([f"c{number}" for number in range(100)], 3)
    low, high = share_interval(happened, subject)
    assert low < 0.25 < high
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(0.25 * 0.75 / 100), rel=0.05)
    spent = np.tile(np.arange(100.0), 3)
    low, high = mean_interval(spent, subject)
    assert (high - low) / 2 == pytest.approx(1.96 * np.arange(100.0).std() / 10, rel=0.01)


def test_kinds_of_buyers_are_told_apart() -> None:
    table = backtest()
    groups = said_and_seen(table, *probabilities(), share_interval, lambda rows: buyer_groups(rows, 90))["by_group"]
    assert {row["group"]: row["subjects"] for row in groups} == {
        "new": 200, "one-time": 800, "regular": 800, "lapsed": 200,
    }  # fmt: skip


def test_a_handful_of_rows_is_left_out() -> None:
    rows = pl.DataFrame({"customer_id": [f"c{one}" for one in range(30)]})
    table = Backtest(baselines=())
    table.add(Fold(Split(date(2026, 9, 1), (), 90), rows, rows), {}, lambda _: {})
    assert said_and_seen(table, [np.linspace(0, 1, 30)], [np.zeros(30)], share_interval)["by_tenth"] == []

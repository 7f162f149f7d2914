"""Repeat purchases week by week, as the closed form foresaw them and as they came: does the model keep pace?

Belongs here: the tracking curve of the model fitted at the latest backtest origin, for the model card. Stays out: who
is right about single customers (reliability.py), drawing it.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from models_ml.btyd import PurchaseModel
from models_ml.closed_form import expected_purchases
from models_ml.examination import examined_history
from models_ml.splits import DataKnobs, NoScore

WEEK = 7


def tracked(
    features: pl.DataFrame, labels: pl.DataFrame, purchases: pl.DataFrame, as_of_date: date
) -> list[dict[str, object]]:
    """The curve from the first purchase up to `as_of_date`, by the model that knew nothing from the latest origin on.

    `purchases` counts customers by (first_date, purchase_date). Empty without a history to judge by.
    """
    try:
        history = examined_history(features, labels, as_of_date, None, DataKnobs())
    except NoScore:
        return []
    latest = history.folds[0]
    return tracking(latest.purchases, purchases, latest.split.origin, as_of_date)


def tracking(model: PurchaseModel, purchases: pl.DataFrame, origin: date, end: date) -> list[dict[str, object]]:
    """Rows {week_end, actual, expected, is_foreseen}: cumulative repeat purchase days of those first seen before
    `origin`, at the end of each full week before `end` (the first day not counted). `model` is in days.

    Expected is Σ E[X(t)] over customers since their own first purchase (Fader, Hardie & Lee 2005, section 5).
    """
    # In order: floating sums depend on it, and a card is the same to the byte whatever the order of the rows.
    cohort = purchases.filter(pl.col("first_date") < origin, pl.col("purchase_date") < end)
    cohort = cohort.sort("first_date", "purchase_date")
    if cohort.is_empty():
        return []
    start = cohort["first_date"].min()
    # Weeks are counted from the origin, so that one ends where foresight begins.
    first, last = -((origin - start).days // WEEK), (end - origin).days // WEEK
    weeks = [origin + timedelta(days=WEEK * number) for number in range(first, last + 1)]
    is_first = pl.col("first_date") == pl.col("purchase_date")
    starts, repeats = cohort.filter(is_first), cohort.filter(~is_first)
    ends = np.array([(week - start).days for week in weeks], dtype=float)
    return [
        {"week_end": week.isoformat(), "actual": int(actual), "expected": float(expected), "is_foreseen": week > origin}
        for week, actual, expected in zip(
            weeks, _came(repeats, start, ends), _foreseen(model, starts, start, ends), strict=True
        )
    ]


def _came(repeats: pl.DataFrame, start: date, ends: np.ndarray) -> np.ndarray:
    day = (repeats["purchase_date"] - start).dt.total_days().to_numpy()
    order = np.argsort(day)
    counted = np.concatenate([[0], np.cumsum(repeats["count_customers"].to_numpy()[order])])
    return counted[np.searchsorted(day[order], ends, side="left")]


def _foreseen(model: PurchaseModel, starts: pl.DataFrame, start: date, ends: np.ndarray) -> np.ndarray:
    day = (starts["first_date"] - start).dt.total_days().to_numpy()
    customers = starts["count_customers"].to_numpy()
    # Half a week is fine enough to read the curve between: it bends over months.
    grid = np.arange(0.0, ends.max() + WEEK, WEEK / 2)
    nobody = np.zeros(1)
    of_one = np.array([float(expected_purchases(model, nobody, nobody, nobody, until)[0]) for until in grid])
    # Who is first seen on a day has been seen for one day less when the day after it begins, as everywhere.
    since = np.maximum(ends[:, None] - day[None, :] - 1, 0)
    return np.interp(since, grid, of_one) @ customers

"""The day of the next order: conditional waiting times of the closed form, at levels that held in the backtest.

Belongs here: turning a closed form into days ahead, and judging such days. Stays out: how likely an order is at all
(next_purchase.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from models_ml.baselines import mean_gap_days_ahead, usual_gap_of
from models_ml.btyd import PurchaseModel
from models_ml.closed_form import share_by, waiting_time
from models_ml.datasets import PurchaseFold
from models_ml.design import history_of
from models_ml.evaluation import interval_coverage


@dataclass(frozen=True)
class Levels:
    """Shares of the conditional waiting-time distribution at which low, middle and high are read.

    0.1, 0.5, 0.9 if the model were exact; otherwise those between which the whole days that are published held 80 % of
    the orders at the backtest's origins, as many before as after (a conformal correction).
    """

    low: float = 0.1
    middle: float = 0.5
    high: float = 0.9


def order_positions(fold: PurchaseFold) -> np.ndarray:
    """Where each order within the horizon fell in its customer's conditional waiting-time distribution: shares at which
    its day began, was half over and ended, shape (orders, 3), in [0, 1].
    """
    returned = _returned(fold)
    history, day = history_of(returned), _days(returned)
    horizon = fold.split.horizon_days
    return np.column_stack([share_by(fold.purchases, *history, day + part, horizon) for part in (0.0, 0.5, 1.0)])


def fit_levels(positions: list[np.ndarray]) -> Levels:
    """Levels from the positions of all origins' orders; the exact model's when there is no order.

    A day lies within whole days when it ends after the low level and begins before the high one: so one tenth of the
    orders' days have ended by the former, and one tenth begin after the latter. Where days are as long as waiting is,
    this takes levels nearer to each other than tenths of waiting time.
    """
    found = np.concatenate([np.empty((0, 3)), *positions])
    if not len(found):
        return Levels()
    begun, halfway, ended = found.T
    ends = np.quantile(ended, 0.1), np.quantile(begun, 0.9)
    low, middle, high = np.clip([ends[0], np.median(halfway), ends[1]], 0.001, 0.999)
    return Levels(float(min(low, middle)), float(middle), float(max(middle, high)))


def days_ahead(purchases: PurchaseModel, rows: pl.DataFrame, levels: Levels, horizon_days: int) -> np.ndarray:
    """Whole days from as_of_date (0 = that day) to an order within the horizon; columns low, middle, high."""
    history = history_of(rows)
    shares = (levels.low, levels.middle, levels.high)
    times = np.column_stack([waiting_time(purchases, *history, share, horizon_days) for share in shares])
    return np.clip(np.ceil(times) - 1, 0, horizon_days - 1)


def date_metrics(fold: PurchaseFold, levels: Levels) -> tuple[dict[str, float | None], dict[str, float | None]]:
    """What a named day was worth among customers who did buy: of the closed form, and of the personal mean gap.

    `levels` must come from other origins, or the coverage flatters.
    """
    returned, horizon = _returned(fold), fold.split.horizon_days
    actual = _days(returned)
    low, middle, high = days_ahead(fold.purchases, returned, levels, horizon).T
    guess = mean_gap_days_ahead(returned, usual_gap_of(fold.train), horizon)
    ours = _distance(actual, middle) | {"interval_coverage_returners": interval_coverage(actual, low, high)}
    return ours, _distance(actual, guess)


def _distance(actual: np.ndarray, day: np.ndarray) -> dict[str, float | None]:
    if not len(actual):
        return {"mae_days_returners": None, "hit_within_7_days_returners": None}
    miss = np.abs(actual - day)
    return {"mae_days_returners": float(miss.mean()), "hit_within_7_days_returners": float(np.mean(miss <= 7))}


def _returned(fold: PurchaseFold) -> pl.DataFrame:
    return fold.test.filter(pl.col("days_to_next_order").is_not_null())


def _days(rows: pl.DataFrame) -> np.ndarray:
    return rows["days_to_next_order"].cast(pl.Float64).to_numpy()

"""What the library lifetimes itself would have said at the origins of a backtest, as further rows of its tables.

Belongs here: its fit and its predictions at each origin, measured as every candidate is. Stays out: the candidates, of
which the closed form is the same model by our own code (models_ml), speed beside lifetimes (btyd_speed.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import polars as pl

from models_ml.datasets import History, PurchaseFold
from models_ml.design import history_of
from models_ml.evaluation import c_index, classification_metrics, value_metrics
from models_ml.lifetime_value import LifetimeValueKnobs
from models_ml.regressor import money_of, spend_cap
from tests.models_ml.lifetimes_oracle import ConvergenceError, fitted, fitted_spending

Fitter = TypeVar("Fitter")
PENALIZERS = (0.0, 0.001, 0.01, 0.1)
"""The first that lifetimes converges with: without any, regular buyers send its parameters to infinity."""


def rows_of_lifetimes(history: History) -> pl.DataFrame:
    """Rows of `scores.backtests`: score_name, candidate, origin_date, metric, value, and two flags that are false."""
    cap = spend_cap(_spend(history.train), LifetimeValueKnobs().cap_quantile)
    found = [
        (score, f"lifetimes: {what}", fold.split.origin, metric, value)
        for fold in history.folds
        for score, what, metrics in _said(fold, history.horizon_days, cap)
        for metric, value in metrics.items()
    ]
    columns = ("score_name", "candidate", "origin_date", "metric", "value")
    told = pl.DataFrame(found, schema=columns, orient="row", infer_schema_length=None)
    return told.with_columns(is_baseline=pl.lit(False), is_champion=pl.lit(False))


def _said(fold: PurchaseFold, horizon_days: int, cap: float) -> Iterator[tuple[str, str, dict]]:
    """(score, which of its answers, metrics); nothing where it does not converge."""
    rows, history = fold.test, history_of(fold.test)
    days = rows["days_to_next_order"].fill_null(-1).to_numpy()
    silent = (rows["future_number_of_orders"] == 0).cast(pl.Int64).to_numpy()
    purchases = _converged(lambda penalizer: fitted("BG/NBD", *history, penalizer=penalizer))
    if purchases is None:
        return
    dead = 1 - purchases.conditional_probability_alive(*history)
    is_recent = (rows["days_since_last_order"] <= 2 * horizon_days).to_numpy()
    yield "churn", "1 - p_alive", classification_metrics(silent, dead, is_recent)
    orders = purchases.conditional_expected_number_of_purchases_up_to_time(horizon_days, *history)
    yield "next_purchase", "expected purchases", {"c_index": c_index(days, days >= 0, orders)}
    frequency, value = money_of(rows)
    is_told = (frequency > 0) & (np.nan_to_num(value) > 0)
    told = frequency[is_told], value[is_told]
    spending = _converged(lambda penalizer: fitted_spending(*told, penalizer=penalizer))
    if spending is None:
        return
    basket = spending.conditional_expected_average_profit(
        np.where(is_told, frequency, 0), np.where(is_told, value, 0.0)
    )
    yield "lifetime_value", "BG/NBD with Gamma-Gamma", value_metrics(_spend(rows), np.asarray(orders * basket), cap)


def _converged(fit: Callable[[float], Fitter]) -> Fitter | None:
    for penalizer in PENALIZERS:
        try:
            return fit(penalizer)
        except ConvergenceError:
            continue
    return None


def _spend(rows: pl.DataFrame) -> np.ndarray:
    return rows["future_net_amount"].cast(pl.Float64).to_numpy()

"""The season of orders: what the time of year multiplies orders and spend within the horizon with.

Belongs here: telling it from labelled snapshots, and whether it made the closed form's orders better. Stays out: how
much of it is expected again (season.py), the values that it moves (lifetime_value_model.py).

It is told by orders alone: a season brings people in, and a few large amounts would decide what spend says of it.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from models_ml.btyd import BetaGeo
from models_ml.closed_form import expected_purchases
from models_ml.datasets import History, PurchaseFold
from models_ml.design import history_of
from models_ml.season import JudgedSeasons, Moved, Season, expected_again, judged

ORDERS = Moved("orders and spend", "closed form's squared error of orders")


def orders_season_of(rows: pl.DataFrame, purchases: BetaGeo, horizon_days: int, origin: date) -> Season:
    """From labelled snapshots that were over by `origin`: what to add to the logarithm of orders within the horizon."""

    def gaps(at: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray]:
        came, said = _came(rows), _said(rows, purchases, window)
        # Half an order keeps a snapshot after which nobody came finite.
        total = np.maximum(np.bincount(at, weights=came), 0.5)
        level = total / np.bincount(at, weights=said)
        return np.log(level), np.bincount(at, weights=(came - said * level[at]) ** 2) / total**2

    return expected_again(rows, (horizon_days,), origin, gaps)


def orders_seasons(history: History) -> JudgedSeasons:
    """Of the folds and of today, as the closed form sees them."""
    days = history.horizon_days

    def seen(rows: pl.DataFrame, purchases: BetaGeo, origin: date) -> Season:
        return orders_season_of(rows, purchases, days, origin)

    def losses(fold: PurchaseFold, season: Season) -> tuple[float, float]:
        came, said = _came(fold.test), _said(fold.test, fold.purchases, days)
        times = np.exp(season.at(fold.split.origin, days))
        return tuple(float(np.mean((each - came) ** 2)) for each in (said * times, said))

    return judged(ORDERS, history, seen, losses)


def _came(rows: pl.DataFrame) -> np.ndarray:
    return rows["future_number_of_orders"].cast(pl.Float64).to_numpy()


def _said(rows: pl.DataFrame, purchases: BetaGeo, horizon_days: int) -> np.ndarray:
    return expected_purchases(purchases, *history_of(rows), horizon_days)

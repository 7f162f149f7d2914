"""Customers of whom nothing is known but how often and how long ago they bought, seen every 30 days for a year and
more.

Belongs here: their snapshots, and what a backtest with two origins makes of them. Stays out: what came of them, which
each test decides.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl

from models_ml.btyd import BetaGeo
from models_ml.datasets import History, PurchaseFold
from models_ml.splits import Split

MODEL, HORIZON = BetaGeo(1.2, 35.0, 0.5, 6.0), 90
TODAY = date(2026, 11, 1)
Came = Callable[[np.random.Generator, date, pl.DataFrame], pl.DataFrame]
"""(chance, day, its rows) → the same rows with what came of them."""


def monthly(months: int, count: int, came: Came, seed: int = 0) -> pl.DataFrame:
    """Snapshots until three months before today, of `count` customers each."""
    rng, parts = np.random.default_rng(seed), []
    for step in range(3, 3 + months):
        day, frequency, age = TODAY - timedelta(30 * step), rng.poisson(3, count), rng.integers(60, 700, count)
        rows = pl.DataFrame(
            {"frequency": frequency, "recency_days": np.where(frequency > 0, age // 2, 0), "t_days": age}
        ).with_columns(as_of_date=pl.lit(day))
        parts.append(came(rng, day, rows))
    return pl.concat(parts)


def two_origins(rows: pl.DataFrame) -> History:
    """Each with a year before it where the rows reach so far, and today."""
    folds = []
    for step in (3, 6):
        origin = TODAY - timedelta(30 * step)
        train = rows.filter(pl.col("as_of_date") <= origin - timedelta(HORIZON))
        split = Split(origin, tuple(train["as_of_date"].unique()), HORIZON)
        folds.append(PurchaseFold(split, train, rows.filter(pl.col("as_of_date") == origin), purchases=MODEL))
    return History(tuple(folds), rows, rows.head(1).with_columns(as_of_date=pl.lit(TODAY)), MODEL, HORIZON, {})

"""How much all customers of a past snapshot spent, relative to what the closed form expects of them.

Belongs here: telling what comes and goes with the snapshot (season, growth) from what is always so (refunds, say).
Stays out: who spends more than expected (regressor.py).
"""

from __future__ import annotations

import numpy as np
import polars as pl

FURTHEST = 10.0
"""A snapshot of which hardly anything came is this far from what was expected and no further."""


def snapshot_levels(dates: pl.Series, spend: np.ndarray, expected: np.ndarray, horizon_days: int) -> np.ndarray:
    """One factor a row, to divide its spend by: its snapshot's spend ÷ expected, without what all snapshots share.

    A model that sees these levels takes the season it was taught in for the next one's. Their common logarithm is kept
    as far as it is beyond chance, (m² − v/K)₊/m² of it (empirical Bayes; Efron & Morris 1973), where v is the variance
    of the snapshots' and K how many windows of `horizon_days` beside each other they stand for. One alone shares
    nothing.
    """
    days, at = np.unique(dates.to_numpy(), return_inverse=True)
    ratio = np.bincount(at, weights=spend) / np.bincount(at, weights=expected)
    levels = np.log(np.clip(ratio, 1 / FURTHEST, FURTHEST))
    if len(days) == 1:
        return np.exp(levels)[at]
    common = levels.mean()
    windows = min(len(days), 1 + (days[-1] - days[0]) / np.timedelta64(horizon_days, "D"))
    chance = levels.var(ddof=1) / windows
    kept = 1 - chance / common**2 if common**2 > chance else 0.0
    return np.exp(levels - kept * common)[at]

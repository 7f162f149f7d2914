"""Monotone sanity: a customer who has been silent for longer, all else equal, is never said to be likelier to order.

Belongs here: the same customers silent for longer, and how many of them a model would call safer.
Stays out: keeping trees from it while they learn (members.py), what happens to a score that fails (churn.py).

It holds of churn, over a whole horizon. It does not hold of the next days: who shops every Saturday is the likelier to
come the longer the last Saturday is ago, and the next purchase is free to learn so.

A salesperson who sees the risk of a customer fall while nothing was bought stops believing any of it. The closed forms
cannot do so, trees are kept from it, a linear model of overlapping features can (Gupta et al. 2016, "Monotonic
calibrated interpolated look-up tables", JMLR 17:109, on why such shapes are worth a little accuracy).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import expit

from models_ml.design import FADING

LONGER_DAYS = (7, 30, 90)
FALL = 0.01
"""A fall of the probability by more than this counts; less is not seen on any page."""
MOST_FALLING = 0.01
"""Share of customers who may fall at any of the steps."""


@dataclass(frozen=True)
class SilenceCheck:
    """`share_falling` of customers, the most at any step, would be called safer after `days` more of silence."""

    share_falling: float
    days: int

    @property
    def is_sane(self) -> bool:
        return self.share_falling <= MOST_FALLING

    @property
    def sentence(self) -> str:
        return (
            f"{self.share_falling:.1%} of customers would be called safer after {self.days} more days of silence, all "
            f"else equal; at most {MOST_FALLING:.0%} may be."
        )

    def as_json(self) -> dict:
        found = {"share_falling": self.share_falling, "days": self.days, "limit": MOST_FALLING}
        return found | {"sentence": self.sentence}


def longer_silent(rows: pl.DataFrame, days: int | pl.Series) -> pl.DataFrame:
    """The same customers as they would be `days` later (one number, or one each) without an order, and without anything
    else having happened.
    """
    later_by = pl.lit(days)
    changes = [pl.col(name).cast(pl.Float64) + later_by for name in ("days_since_last_order", "t_days")]
    for multiple, gap in (("gap_multiple", "mean_gap_days"), ("longest_gap_multiple", "longest_gap_days")):
        if {multiple, gap} <= set(rows.columns):
            changes.append(pl.col(multiple) + pl.when(pl.col(gap) > 0).then(later_by / pl.col(gap)))
    changes += [
        pl.col(name) * 0.5 ** (later_by / half_life) for name, half_life in FADING.items() if name in rows.columns
    ]
    later = rows.with_columns(changes)
    if {"gap_multiple", "gap_multiple_quantile"} <= set(rows.columns):
        known = rows.select("gap_multiple", "gap_multiple_quantile").drop_nulls().unique().sort("gap_multiple")
        if len(known):
            quantile = np.interp(later["gap_multiple"].fill_null(np.nan).to_numpy(), *known.to_numpy().T)
            later = later.with_columns(pl.Series("gap_multiple_quantile", quantile).fill_nan(None))
    return later


def check_silence(rows: pl.DataFrame, log_odds_of_none: Callable[[pl.DataFrame], np.ndarray]) -> SilenceCheck:
    """Ask a model about customers as they are and as they would be; `log_odds_of_none` gives those of no order."""
    now = expit(log_odds_of_none(rows))
    falling = {
        days: float(np.mean(expit(log_odds_of_none(longer_silent(rows, days))) < now - FALL)) for days in LONGER_DAYS
    }
    worst = max(falling, key=falling.__getitem__)
    return SilenceCheck(falling[worst], worst)

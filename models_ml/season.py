"""The season: how far what came at this time of last year lay from what a closed form says of it, half of it expected
again.

Belongs here: what is kept of a season, how much of last year's is expected, the rule by which it is used. Stays out:
what it moves: the chance of silence (silence_season.py), how much is bought (orders_season.py); levels that training is
freed of (snapshot_levels.py).

No closed form knows a season, and what is learned is kept from learning one by heart (design.py). Last year's gap
between what came at a snapshot and what the closed form says of it, beyond that of all snapshots of the year, is what
the time of year added. Half of it is expected again: a year is one example, and what happened only then is in it, too.
On a two-year retail log that cut the calibration error of churn from 0.065 to 0.025; carrying the latest gap on instead
made it worse. Where customers are few the gaps are chance, and are drawn towards none by as much (empirical Bayes;
Efron & Morris 1973).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from models_ml.btyd import BetaGeo
from models_ml.datasets import History, PurchaseFold

EXPECTED_AGAIN = 0.5
YEAR = timedelta(days=365)
NEAR = timedelta(days=16)
"""Snapshots a month apart have one this near to any day."""
FEWEST_SNAPSHOTS = 4
"""Of the year: with horizons of a quarter, one of each."""
LEAST_GAIN = 0.001
"""Of the closed form's loss. Chance gave or took half of that of its Brier score on CDNOW, which has no second year; on
the twin, which has a Christmas, it was four times as much.
"""
Gaps = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]
"""(number of each row's day, window) → how far what came on each day lay from what was said, and the variance that
chance gives to that.
"""


@dataclass(frozen=True)
class Season:
    """What to add to what is said, on its own scale, of each of the `windows`, at `days` of last year, rising; nothing
    if empty.
    """

    days: tuple[date, ...] = ()
    windows: tuple[int, ...] = ()
    shifts: tuple[tuple[float, ...], ...] = ()

    def at(self, day: date, window: int) -> float:
        """From the same time of last year, 0 where that is not known; of the next shorter window where this is not."""
        then = day - YEAR
        if not self.days or not self.days[0] - NEAR <= then <= self.days[-1] + NEAR:
            return 0.0
        shifts = self.shifts[max(sum(each <= window for each in self.windows) - 1, 0)]
        return float(np.interp(then.toordinal(), [each.toordinal() for each in self.days], shifts))

    def of(self, rows: pl.DataFrame, window: int) -> np.ndarray | float:
        """The shift of each row by its day."""
        if not self.days:
            return 0.0
        by_day = {day: self.at(day, window) for day in rows["as_of_date"].unique()}
        return rows["as_of_date"].replace_strict(by_day, return_dtype=pl.Float64).to_numpy()

    def as_json(self) -> dict:
        return {
            "days": [day.isoformat() for day in self.days],
            "windows": list(self.windows),
            "shifts": [list(shifts) for shifts in self.shifts],
        }


NO_SEASON = Season()


def season_from_json(said: dict) -> Season:
    days, shifts = map(date.fromisoformat, said["days"]), map(tuple, said["shifts"])
    return Season(tuple(days), tuple(said["windows"]), tuple(shifts))


def expected_again(rows: pl.DataFrame, windows: tuple[int, ...], origin: date, gaps: Gaps) -> Season:
    """From labelled snapshots that were over by `origin`; none unless they reach a year back from it."""
    days, at = np.unique(rows["as_of_date"].to_numpy(), return_inverse=True)
    days = [day.item() for day in days]
    in_year = np.array([day >= origin - YEAR - NEAR for day in days], dtype=bool)
    if not days or days[0] > origin - YEAR + NEAR or in_year.sum() < FEWEST_SNAPSHOTS:
        return NO_SEASON
    shifts = []
    for window in windows:
        gap, variance = (each[in_year] for each in gaps(at, window))
        chance, spread = np.mean(variance), gap.var(ddof=1)
        kept = 1 - chance / spread if spread > chance else 0.0
        shifts.append(tuple((EXPECTED_AGAIN * kept * (gap - gap.mean())).tolist()))
    return Season(tuple(day for day, is_in in zip(days, in_year, strict=True) if is_in), windows, tuple(shifts))


@dataclass(frozen=True)
class Moved:
    """What a season moves, in words; to the other side where its scale is that of the opposite."""

    words: str
    loss: str
    is_opposite: bool = False

    def times(self, shift: float) -> float:
        return float(np.exp(-shift if self.is_opposite else shift))


@dataclass(frozen=True)
class JudgedSeasons:
    """A season for each of the backtest's folds and for today; the closed form's loss at the origins that had one, with
    and without it.
    """

    moved: Moved
    folds: tuple[Season, ...]
    today: Season
    losses: tuple[tuple[float, float], ...]

    @property
    def has_helped(self) -> bool:
        """Where no origin had a season, it is taken for what it was on other logs."""
        if not self.losses:
            return True
        with_it, without = np.mean(self.losses, axis=0)
        return bool(with_it < (1 - LEAST_GAIN) * without)

    def used(self) -> JudgedSeasons:
        """Itself, or without any season where it has not helped."""
        none = tuple(NO_SEASON for _ in self.folds)
        return self if self.has_helped else replace(self, folds=none, today=NO_SEASON)

    def as_card(self, day: date) -> dict:
        with_it, without = np.mean(self.losses, axis=0).tolist() if self.losses else (None, None)
        return {
            "is_used": bool(self.today.days),
            "moves": self.moved.words,
            "times": {window: self.moved.times(self.today.at(day, window)) for window in self.today.windows},
            "origins": len(self.losses),
            "judged_by": self.moved.loss,
            "with_season": with_it,
            "without": without,
            "sentence": self._sentence(day),
        }

    def _sentence(self, day: date) -> str:
        if not self.has_helped:
            return (
                "Last year's season is not expected again: at past dates that would have been no nearer to what came."
            )
        if not self.today.days:
            return "No season is known: that takes a year and three months of history."
        window = self.today.windows[-1]
        return (
            f"Half of what this time of year added a year ago is expected again: {self.moved.words} within {window} "
            f"days times {self.moved.times(self.today.at(day, window)):.2f}."
        )


def judged(
    moved: Moved,
    history: History,
    seen: Callable[[pl.DataFrame, BetaGeo, date], Season],
    losses: Callable[[PurchaseFold, Season], tuple[float, float]],
) -> JudgedSeasons:
    """Of the folds and of today, as `seen` in (rows, closed form, origin), used only where it has helped.

    `losses` of the closed form with a fold's season and without are asked of folds that have one.
    """
    folds = tuple(seen(fold.train, fold.purchases, fold.split.origin) for fold in history.folds)
    today = seen(history.train, history.purchases, history.current["as_of_date"][0])
    known = tuple(
        losses(fold, season) for fold, season in zip(history.folds, folds, strict=True) if season != NO_SEASON
    )
    return JudgedSeasons(moved, folds, today, known).used()

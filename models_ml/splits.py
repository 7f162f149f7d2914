"""Cutting snapshots by date: which rows a model may learn from, and which it is judged on.

Belongs here: rolling-origin splits that refuse to overlap, capped training rows, the two ways of having no score.
Stays out: what the rows are of (datasets.py: customers; outcome_rows.py: deals, leads, subscriptions).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import numpy as np
import polars as pl

from models_ml.inputs import OverlapError

Day = TypeVar("Day", date, np.datetime64)


class NoScore(ValueError):
    """No score can be had from these frames; the message is the verdict in words."""


class NotEnoughHistory(NoScore):
    """There is too little to learn from or to judge by."""


ENOUGH = 3
"""Origins that a backtest does with."""
WINDOW_PARTS = 4
"""Windows of snapshots nearer to each other than such a part of a window are nearly the same, and tell the same."""


@dataclass(frozen=True)
class DataKnobs:
    """How much history is used. Training rows are capped because more snapshots of the same customers add little: on
    CDNOW 60,000 instead of 30,000 took 0.1 % off the Brier score of churn, 100,000 hardly more.
    """

    fewest_customers: int = 50
    most_origins: int = 4
    least_grown: float = 0.1
    """Of the customers that the latest origin learns from, how many an earlier one must learn from to be asked at all,
    where there are enough without it: how a model did when the company was a tenth of itself says nothing of today's.
    """
    most_training_rows: int = 60_000
    most_judged_customers: int = 100_000
    most_judged_later: int = 30_000
    """Customers of each snapshot that comes after an origin: there are many such, and bands are made of tenths."""
    seed: int = 20_240_229


@dataclass(frozen=True)
class Split:
    """Snapshots to learn from and the one to predict. Raises OverlapError when a label window passes the origin.

    At the `later_dates` what was learned at the origin would still have been asked: until the next origin.
    """

    origin: date
    train_dates: tuple[date, ...]
    horizon_days: int
    later_dates: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        for day in self.train_dates:
            end = day + timedelta(days=self.horizon_days)
            if end > self.origin:
                raise OverlapError(
                    f"the snapshot of {day} has labels up to {end} (exclusive), past the origin {self.origin}: "
                    f"training on it would see the {self.horizon_days} days that are to be predicted"
                )

    def __str__(self) -> str:
        end = self.origin + timedelta(days=self.horizon_days - 1)
        return (
            f"origin {self.origin}: learns from {period_of(self.train_dates)}, whose windows end before it; "
            f"judged on {self.origin} to {end}"
        )


def period_of(days: tuple[date, ...]) -> str:
    if len(days) == 1:
        return f"the snapshot {days[0]}"
    return f"{len(days)} snapshots {min(days)} to {max(days)}"


@dataclass(frozen=True)
class Fold:
    """One split with its rows: labelled `train` rows and `test` rows, and those of each later date."""

    split: Split
    train: pl.DataFrame
    test: pl.DataFrame
    later: tuple[pl.DataFrame, ...] = ()


def rolling_origins(labelled: list[date], horizon_days: int, most: int) -> list[Split]:
    """Latest snapshots with complete labels and something to learn from, newest first.

    A horizon apart when that leaves enough (their windows are then disjoint), else every snapshot in turn.
    """
    horizon = timedelta(days=horizon_days)
    dates = sorted(set(labelled), reverse=True)
    usable = [day for day in dates if dates[-1] + horizon <= day]
    spaced = days_apart(usable, horizon)
    chosen = spaced if len(spaced) >= ENOUGH else usable
    until = [date.max, *chosen]
    return [
        Split(
            day,
            tuple(d for d in reversed(dates) if d + horizon <= day),
            horizon_days,
            _between(dates[::-1], day, end, horizon / WINDOW_PARTS),
        )
        for day, end in zip(chosen[:most], until, strict=False)
    ]


def days_apart(newest_first: Iterable[Day], apart: timedelta) -> list[Day]:
    """Of falling days the first, and each that lies so far before the one kept last."""
    found: list[Day] = []
    for day in newest_first:
        if not found or day + apart <= found[-1]:
            found.append(day)
    return found


def _between(days: list[date], origin: date, end: date, apart: timedelta) -> tuple[date, ...]:
    """Of rising days those after the origin and before the end, so far apart from both and from each other."""
    found = [origin]
    for day in days:
        if day - found[-1] >= apart and end - day >= apart:
            found.append(day)
    return tuple(found[1:])


def cut_folds(rows: pl.DataFrame, subject: str, horizon_days: int, knobs: DataKnobs) -> Iterator[Fold]:
    """Labelled rows at the rolling origins, newest first, with enough subjects to learn from and be judged by.

    `subject` is the column that says whom a row is about.
    """

    def of(day: date, most: int) -> pl.DataFrame:
        return sample_rows(rows.filter(pl.col("as_of_date") == day), most, knobs.seed)

    learned_from: list[int] = []
    for split in rolling_origins(rows["as_of_date"].unique().to_list(), horizon_days, knobs.most_origins):
        test = of(split.origin, knobs.most_judged_customers)
        train = rows.filter(pl.col("as_of_date").is_in(list(split.train_dates)))
        learned_from.append(train[subject].n_unique())
        is_told = min(learned_from[-1], len(test)) >= knobs.fewest_customers
        has_grown = learned_from[-1] >= knobs.least_grown * learned_from[0]
        if is_told and (has_grown or len(learned_from) <= ENOUGH):
            later = tuple(of(day, knobs.most_judged_later) for day in split.later_dates)
            yield Fold(split, sample_rows(train, knobs.most_training_rows, knobs.seed), test, later)


def sample_rows(rows: pl.DataFrame, most: int, seed: int) -> pl.DataFrame:
    """A fixed random subset in the frame's own order, so that the same rows in give the same rows out."""
    if len(rows) <= most:
        return rows
    return rows[np.sort(np.random.default_rng(seed).choice(len(rows), most, replace=False))]

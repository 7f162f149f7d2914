"""What was said beside what came: a champion's backtest predictions and the outcomes, tenth by tenth and kind by kind.

Belongs here: means of both with an interval around what came, for the model card. Stays out: metrics of one origin
(evaluation.py), which model wins (champion.py), mending what is off (calibration.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import polars as pl

from models_ml.backtest import Backtest
from models_ml.design import history_of

CONFIDENCE = 0.95
NORMAL_95 = 1.959964
FEWEST_ROWS = 20
"""Of fewer rows the interval would span the whole picture."""

Interval = Callable[[np.ndarray, np.ndarray], tuple[float, float]]


def said_and_seen(
    backtest: Backtest,
    said: list[np.ndarray],
    seen: list[np.ndarray],
    interval: Interval,
    group_of: Callable[[pl.DataFrame], np.ndarray] | None = None,
) -> dict[str, list[dict]]:
    """Rows {group, said, seen, low, high, subjects} `by_tenth` of what was said, lowest first, and `by_group`.

    `said` and `seen` hold one array an origin, in the order of `backtest.folds`; all origins are looked at together.
    """
    subject = np.concatenate([fold.test[backtest.subject].to_numpy() for fold in backtest.folds])
    all_said, all_seen = np.concatenate(said), np.concatenate(seen).astype(float)
    cuts = np.unique(np.quantile(all_said, np.linspace(0, 1, 11))[1:-1])
    tenth = np.searchsorted(cuts, all_said, side="right")
    found = {"by_tenth": _rows(tenth, [str(number + 1) for number in range(len(cuts) + 1)])}
    if group_of is not None:
        groups = np.concatenate([group_of(fold.test) for fold in backtest.folds])
        names = [name for name in BUYERS if name in set(groups)]
        found["by_group"] = _rows(np.array([names.index(group) for group in groups]), names)

    return {name: list(summed(rows, all_said, all_seen, subject, interval)) for name, rows in found.items()}


def _rows(number: np.ndarray, names: list[str]) -> list[tuple[str, np.ndarray]]:
    return [(name, np.flatnonzero(number == index)) for index, name in enumerate(names)]


def summed(rows: list[tuple[str, np.ndarray]], said, seen, subject, interval: Interval) -> Iterator[dict]:
    """A row of `said_and_seen` for each group of at least FEWEST_ROWS; `rows` holds (name, positions)."""
    for name, at in rows:
        if len(at) < FEWEST_ROWS:
            continue
        low, high = interval(seen[at], subject[at])
        yield {
            "group": name,
            "said": float(said[at].mean()),
            "seen": float(seen[at].mean()),
            "low": low,
            "high": high,
            "subjects": len(np.unique(subject[at])),
        }


def share_interval(happened: np.ndarray, subject: np.ndarray) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927), each subject counted once: one seen at four origins is no four people."""
    from scipy.stats import binomtest

    subjects = len(np.unique(subject))
    found = binomtest(round(float(happened.mean()) * subjects), subjects).proportion_ci(CONFIDENCE, method="wilson")
    # Rounding to whole subjects may leave the share itself just outside.
    return min(float(found.low), float(happened.mean())), max(float(found.high), float(happened.mean()))


def mean_interval(amount: np.ndarray, subject: np.ndarray) -> tuple[float, float]:
    """95 % interval of a mean, with the error of subjects as clusters (Liang & Zeger 1986)."""
    clusters = np.bincount(np.unique(subject, return_inverse=True)[1], weights=amount - amount.mean())
    reach = NORMAL_95 * float(np.sqrt(np.sum(clusters**2))) / len(amount)
    return float(amount.mean()) - reach, float(amount.mean()) + reach


NEW, ONE_TIME, REGULAR, LAPSED = "new", "one-time", "regular", "lapsed"
BUYERS = (NEW, ONE_TIME, REGULAR, LAPSED)


def buyer_groups(rows: pl.DataFrame, horizon_days: int) -> np.ndarray:
    """Of each buyer: new (first bought within a horizon), lapsed (silent for more than two), one-time or regular."""
    frequency, recency, age = history_of(rows)
    kinds = [age <= horizon_days, age - recency > 2 * horizon_days, frequency == 0]
    return np.select(kinds, [NEW, LAPSED, ONE_TIME], REGULAR)

"""The windows in which a next order is looked for: which are judged, what is learned of them, and how far that reaches.

Belongs here: probabilities of an order by window, from a closed form or from what was learned on top of it.
Stays out: judging and choosing (next_purchase.py), days (order_dates.py), the learned members (classifier.py).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
from scipy.special import expit

from models_ml.btyd import BetaGeo, PurchaseModel
from models_ml.classifier import Learned, closed_form_log_odds, fit_learned
from models_ml.members import LearnerKnobs
from models_ml.season import Season

WINDOWS = (30, 60, 90)
"""Published, in days."""


def windows_within(horizon_days: int) -> tuple[int, ...]:
    """Windows that labels of this horizon can judge: the published ones that fit into it.

    Where none fits, customers buy so often that most come within the horizon, and what tells them apart is how early:
    then a seventh, a half and the whole of it.
    """
    parts = {max(1, horizon_days // 7), max(1, horizon_days // 2), horizon_days}
    return tuple(window for window in WINDOWS if window <= horizon_days) or tuple(sorted(parts))


def bought(rows: pl.DataFrame, windows: tuple[int, ...]) -> np.ndarray:
    """1 where an order came within the window: days_to_next_order counts from as_of_date, so 0 … window − 1."""
    days = rows["days_to_next_order"].cast(pl.Float64).fill_null(np.inf).to_numpy()
    return (days[:, None] < np.array(windows)).astype(float)


def learn(rows: pl.DataFrame, purchases: BetaGeo, windows: tuple[int, ...], knobs: LearnerKnobs) -> dict[int, Learned]:
    """One classifier a window, or none at all: mixing learned and closed-form windows could make them cross."""
    silent = 1 - bought(rows, windows).astype(int)
    models = {w: fit_learned(rows, silent[:, i], purchases, w, knobs) for i, w in enumerate(windows)}
    return {} if any(model is None for model in models.values()) else models


def needed(windows: tuple[int, ...]) -> tuple[int, ...]:
    """Of the judged windows, those that publishing asks for: the published ones, else the longest to start from."""
    return tuple(window for window in windows if window in WINDOWS) or windows[-1:]


def log_odds_of_none(
    candidate: str,
    purchases: PurchaseModel,
    learned: dict[int, Learned],
    season: Season,
    rows: pl.DataFrame,
    window: int,
) -> np.ndarray:
    """Log odds of no order within the window, moved by the season; `learned` is empty where a closed form speaks.

    Past the longest learned window nothing is known but what the closed form says, so it keeps what learning changed
    there: closed(window) + learned(longest) − closed(longest). On a grocer's log, learned at 28 days and judged at 60
    and 90, that took 4 to 5 % off the closed form's Brier score. Unclipped, or customers sure to buy would lose their
    order.
    """
    shift = season.of(rows, window)
    if not learned:
        return closed_form_log_odds(rows, purchases, window) + shift
    if window in learned:
        return learned[window].log_odds(rows, candidate) + shift
    longest = max(learned)
    beyond, there = (closed_form_log_odds(rows, purchases, each, largest=np.inf) for each in (window, longest))
    return beyond + learned[longest].log_odds(rows, candidate) - there + shift


def probabilities(
    candidate: str,
    purchases: PurchaseModel,
    learned: dict[int, Learned],
    season: Season,
    rows: pl.DataFrame,
    windows: tuple[int, ...],
) -> np.ndarray:
    """One column a window, never falling with the window."""
    return _of_an_order(log_odds_of_none(candidate, purchases, learned, season, rows, window) for window in windows)


def learned_probabilities(
    learned: dict[int, Learned], season: Season, rows: pl.DataFrame, windows: tuple[int, ...]
) -> dict[str, np.ndarray]:
    """The same of every learned candidate, in windows that were learned."""
    said = {window: learned[window].said(rows) for window in windows} if learned else {}
    candidates = said[windows[-1]] if said else ()
    return {
        name: _of_an_order(said[window][name] + season.of(rows, window) for window in windows) for name in candidates
    }


def _of_an_order(log_odds_of_none: Iterable[np.ndarray]) -> np.ndarray:
    return np.maximum.accumulate(1 - expit(np.column_stack(list(log_odds_of_none))), axis=1)

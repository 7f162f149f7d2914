"""The season of silence: what the time of year adds to the log odds of no order within a window.

Belongs here: telling it from labelled snapshots, and whether it made the closed form's probabilities better. Stays out:
how much of it is expected again (season.py), the models that it moves (churn.py, purchase_windows.py).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
from scipy.special import expit

from models_ml.btyd import BetaGeo
from models_ml.classifier import closed_form_log_odds
from models_ml.datasets import History, PurchaseFold
from models_ml.design import logit
from models_ml.once import once
from models_ml.purchase_windows import bought, windows_within
from models_ml.season import JudgedSeasons, Moved, Season, expected_again, judged

SILENCE = Moved("the odds of an order", "closed form's Brier score", is_opposite=True)
Silent = Callable[[pl.DataFrame], np.ndarray]
"""1 where no order came, 0 where one did: shape (rows, windows)."""


@once
def silence_seasons(history: History) -> JudgedSeasons:
    """Churn and next purchase ask for the same, and decide the same."""
    windows = windows_within(history.horizon_days)
    return judged_seasons(history, windows, lambda rows: 1 - bought(rows, windows))


def season_of(
    rows: pl.DataFrame, silent: np.ndarray, purchases: BetaGeo, windows: tuple[int, ...], origin: date
) -> Season:
    """From labelled snapshots that were over by `origin`; `silent` has the shape (rows, windows)."""

    def gaps(at: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray]:
        count, said = np.bincount(at), expit(closed_form_log_odds(rows, purchases, window))
        came, told = (np.bincount(at, weights=each) / count for each in (silent[:, windows.index(window)], said))
        return logit(came) - logit(told), 1 / (count * np.maximum(came * (1 - came), 1 / count))

    return expected_again(rows, windows, origin, gaps)


def judged_seasons(history: History, windows: tuple[int, ...], silent: Silent) -> JudgedSeasons:
    """Of the folds and of today, as the closed form sees them."""

    def seen(rows: pl.DataFrame, purchases: BetaGeo, origin: date) -> Season:
        return season_of(rows, silent(rows), purchases, windows, origin)

    def losses(fold: PurchaseFold, season: Season) -> tuple[float, float]:
        log_odds = np.column_stack([closed_form_log_odds(fold.test, fold.purchases, each) for each in windows])
        shifted, came = log_odds + [season.at(fold.split.origin, each) for each in windows], silent(fold.test)
        return tuple(float(np.mean((expit(each) - came) ** 2)) for each in (shifted, log_odds))

    return judged(SILENCE, history, seen, losses)

"""Probabilities calibrated at some origins of a backtest and judged at the one left out.

Belongs here: that rotation, for models that are not fitted to the outcome they foretell. Stays out: the map and the
band themselves (calibration.py), whether what came out is good enough (calibration_check.py).
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from models_ml.calibration import Platt, fit_platt
from models_ml.design import logit


def calibrate_across(said: list[np.ndarray], came: list[np.ndarray]) -> tuple[list[np.ndarray], Platt]:
    """Probabilities `said` and outcomes (0/1) `came`, an array an origin → what each origin would have been told by the
    map of the others, and the map of all.
    """
    log_odds = [logit(each) for each in said]
    maps = [_fitted(_without(log_odds, index), _without(came, index)) for index in range(len(said))]
    told = [expit(each.apply(odds)) for each, odds in zip(maps, log_odds, strict=True)]
    return told, _fitted(log_odds, came)


def _without(parts: list[np.ndarray], index: int) -> list[np.ndarray]:
    """All but one; the only one where there is no other."""
    return parts[:index] + parts[index + 1 :] if len(parts) > 1 else parts


def _fitted(log_odds: list[np.ndarray], came: list[np.ndarray]) -> Platt:
    outcome = np.concatenate(came)
    return fit_platt(np.concatenate(log_odds), outcome) if 0 < outcome.mean() < 1 else Platt()

"""What Pareto/NBD says about a customer with a history: left or not, and what a customer who stayed will do.

Belongs here: formulas of this model, vectorised and in log space. Stays out: what is the same for all models
(closed_form.py), the likelihood (pareto.py).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize.elementwise import find_root
from scipy.special import exprel

from models_ml.btyd import ParetoNbd
from models_ml.pareto import stayed_and_left
from models_ml.patterns import find_patterns
from models_ml.power_integral import power_integral


def log_odds_left(model: ParetoNbd, x: np.ndarray, tx: np.ndarray, T: np.ndarray) -> np.ndarray:
    """Log odds of having left by T (Fader & Hardie 2005, "A Note on Deriving the Pareto/NBD Model", equation 36)."""
    stayed, left, _ = stayed_and_left((model.r, model.alpha, model.s, model.beta), x, tx, T)
    return left - stayed


def buys_if_alive(model: ParetoNbd, x: np.ndarray, T: np.ndarray, horizon: float | np.ndarray) -> np.ndarray:
    """P(a purchase within `horizon` | still a customer at T).

    Rate and leaving are then independent, Gamma(r + x, alpha + T) and Gamma(s, beta + T), so the first purchase comes
    at y with density (r + x)/(alpha + T) · (1 + y/(alpha + T))^−(r+x+1) · (1 + y/(beta + T))^−s.
    """
    (x, T, horizon), which = find_patterns(*np.broadcast_arrays(x, T, horizon))
    return _buys(model, x, T, horizon)[which]


def _buys(model: ParetoNbd, x: np.ndarray, T: np.ndarray, horizon: np.ndarray) -> np.ndarray:
    shape, known = model.r + x, model.alpha + T
    return np.exp(np.log(shape / known) + power_integral(shape + 1, known, model.s, model.beta + T, horizon).log)


def time_to_buy_if_alive(
    model: ParetoNbd, x: np.ndarray, T: np.ndarray, share: np.ndarray, horizon: float
) -> np.ndarray:
    """The time, at most `horizon`, at which `buys_if_alive` is `share`: a search, for there is no formula."""

    def missing(time: np.ndarray, x: np.ndarray, T: np.ndarray, share: np.ndarray) -> np.ndarray:
        return _buys(model, x, T, time) - share

    (x, T, share), which = find_patterns(x, T, share)
    return find_root(missing, (np.zeros(len(x)), np.full(len(x), float(horizon))), args=(x, T, share)).x[which]


def purchases_if_alive(
    model: ParetoNbd, x: np.ndarray, T: np.ndarray, horizons: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Σ weights·E[purchases within each horizon | still a customer at T]: Fader & Hardie (2005), equation 41.

    Written with exprel, because the published 1/(s − 1) is 0/0 at s = 1.
    """
    longer = np.log1p(np.asarray(horizons) / (model.beta + T)[:, None])
    active_days = (model.beta + T) * ((longer * exprel((1 - model.s) * longer)) @ np.asarray(weights))
    return (model.r + x) / (model.alpha + T) * active_days

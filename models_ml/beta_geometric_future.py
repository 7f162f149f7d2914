"""What BG/NBD and MBG/NBD say about a customer with a history: left or not, and what a customer who stayed will do.

Belongs here: formulas of these two models, vectorised and in log space. Stays out: what is the same for all models
(closed_form.py), the likelihood (beta_geometric.py).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.linalg import eigh_tridiagonal

from models_ml.btyd import BetaGeo
from models_ml.patterns import find_patterns

NODES = 32


def log_odds_left(model: BetaGeo, x: np.ndarray, tx: np.ndarray, T: np.ndarray) -> np.ndarray:
    """Log odds of having left by T: −∞ for those who had no chance to (Fader & Hardie 2008, "Computing P(alive) …")."""
    chances = _chances(model, x)
    silence = np.log(model.alpha + T) - np.log(model.alpha + tx)
    odds = np.log(model.a) - np.log(model.b + np.maximum(chances, 1) - 1) + (model.r + x) * silence
    return np.where(chances > 0, odds, -np.inf)


def buys_if_alive(model: BetaGeo, x: np.ndarray, T: np.ndarray, horizon: float | np.ndarray) -> np.ndarray:
    """P(a purchase within `horizon` | still a customer at T).

    The rate is then Gamma(r + x, alpha + T), and leaving happens only right after a purchase, so P(silent) is
    ((alpha + T) / (alpha + T + horizon))^(r + x) (from Fader, Hardie & Lee 2005, section 4).
    """
    return -np.expm1((model.r + x) * -np.log1p(horizon / (model.alpha + T)))


def time_to_buy_if_alive(model: BetaGeo, x: np.ndarray, T: np.ndarray, share: np.ndarray, _: float) -> np.ndarray:
    """The horizon at which `buys_if_alive` is `share`."""
    return (model.alpha + T) * np.expm1(-np.log1p(-share) / (model.r + x))


def purchases_if_alive(
    model: BetaGeo, x: np.ndarray, T: np.ndarray, horizons: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Σ weights·E[purchases within each horizon | still a customer at T].

    The published form (Fader, Hardie & Lee 2005, equation 10) needs a hypergeometric function that overflows for long
    histories. Given rate and p, the customer buys (1 − e^(−λpt))/p times; averaged over λ that is
    (1 − (1 + pt/(alpha+T))^−(r+x))/p, a smooth function of p that a Gauss rule for its posterior Beta(a, b + chances)
    integrates to machine precision; 30 years ahead to 0.00004 of it, and of a first purchase today to 0.01.
    """
    # A million customers share some 20,000 pairs of x and T.
    (x, T), which = find_patterns(x, T)
    purchases = np.zeros(len(x))
    for count in np.unique(x):
        rows = x == count
        p, mass = _beta_rule(model.a, model.b + _chances(model, count))
        shape = model.r + count
        for horizon, weight in zip(horizons, weights, strict=True):
            reach = horizon / (model.alpha + T[rows])[:, None]
            leaves = -np.expm1(-shape * np.log1p(p * reach)) / np.maximum(p, 1e-300)
            # p = 0 cannot be a node, but it can underflow to one: there the customer never leaves.
            purchases[rows] += weight * (np.where(p > 1e-14, leaves, shape * reach) @ mass)
    return purchases[which]


def _chances(model: BetaGeo, x: np.ndarray) -> np.ndarray:
    """After how many purchases a customer could have left."""
    return x + 1 - model.spared


@lru_cache(maxsize=1_000)
def _beta_rule(a: float, b: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes in (0, 1) and weights (sum 1) of the Gauss rule for Beta(a, b), by Golub & Welsch (1969)."""
    alpha, beta, n = b - 1.0, a - 1.0, np.arange(1, NODES)
    total = 2 * n + alpha + beta
    diagonal = np.concatenate([[(a - b) / (a + b)], (beta**2 - alpha**2) / (total * (total + 2))])
    with np.errstate(invalid="ignore", divide="ignore"):
        off = 4 * n * (n + alpha) * (n + beta) * (n + alpha + beta) / (total**2 * (total + 1) * (total - 1))
    # n = 1 is 0/0 when alpha + beta = −1; its limit has the factor cancelled.
    off[0] = 4 * a * b / ((a + b) ** 2 * (a + b + 1))
    nodes, vectors = eigh_tridiagonal(diagonal, np.sqrt(off))
    return np.clip((1 + nodes) / 2, 0.0, 1.0), vectors[0] ** 2

"""What a fitted BG/NBD says about each customer: closed forms, vectorised and in log space.

Belongs here: formulas from parameters and (x, t_x, T) to probabilities, expected purchases, waiting times.
Stays out: fitting (btyd.py), money (spending.py), frames and dates.

Every function takes arrays of one length, one entry a customer: `frequency` x (purchase days after the first),
`recency` t_x (first → last purchase) and `age` T (first → last day seen), in the unit of the parameters (days in
Rapport).
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh_tridiagonal
from scipy.special import betaln, expit, gammaln

from models_ml.btyd import BetaGeo

NODES = 32


def log_likelihood(
    model: BetaGeo, frequency: np.ndarray, recency: np.ndarray, age: np.ndarray, weights: np.ndarray | None = None
) -> float:
    """Log-likelihood of the whole table in the data's own time unit (Fader, Hardie & Lee 2005, equation 6)."""
    x, tx, T = _as_floats(frequency, recency, age)
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    stayed = betaln(a, b + x) - (r + x) * np.log(alpha + T)
    left = np.where(x > 0, betaln(a + 1, b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + tx), -np.inf)
    each = common + np.logaddexp(stayed, left)
    return float(each.sum() if weights is None else each @ weights)


def probability_alive(model: BetaGeo, frequency: np.ndarray, recency: np.ndarray, age: np.ndarray) -> np.ndarray:
    """P(still a customer at T). Not a churn score: one-time buyers are alive by construction (x = 0 gives 1)."""
    x, tx, T = _as_floats(frequency, recency, age)
    log_odds_left = (
        np.log(model.a)
        - np.log(model.b + np.maximum(x, 1) - 1)
        + (model.r + x) * (np.log(model.alpha + T) - np.log(model.alpha + tx))
    )
    return np.where(x > 0, expit(-log_odds_left), 1.0)


def probability_no_purchase(
    model: BetaGeo, frequency: np.ndarray, recency: np.ndarray, age: np.ndarray, horizon: float | np.ndarray
) -> np.ndarray:
    """P(no purchase in the next `horizon` | x, t_x, T): left already, or alive and silent.

    Alive at T, the rate is Gamma(r + x, alpha + T), and leaving happens only right after a purchase, so
    P(silent | alive) = ((alpha + T) / (alpha + T + horizon))^(r + x) (from Fader, Hardie & Lee 2005, section 4; Fader &
    Hardie 2008, "Computing P(alive) Using the BG/NBD Model").
    """
    return 1.0 - probability_alive(model, frequency, recency, age) * _buys_if_alive(model, frequency, age, horizon)


def expected_purchases(
    model: BetaGeo, frequency: np.ndarray, recency: np.ndarray, age: np.ndarray, horizon: float
) -> np.ndarray:
    """E[purchase days in the next `horizon` | x, t_x, T] (the quantity of equation 10 of Fader, Hardie & Lee 2005).

    The published form needs a hypergeometric function that overflows for long histories. Given rate and p, an alive
    customer buys (1 − e^(−λpt))/p times; averaged over λ that is (1 − (1 + pt/(alpha+T))^−(r+x))/p, a smooth function
    of p that a Gauss rule for its Beta(a, b + x) posterior integrates to machine precision.
    """
    x, tx, T = _as_floats(frequency, recency, age)
    if_alive = np.empty(len(x))
    for count in np.unique(x):
        rows = x == count
        p, weight = _beta_rule(model.a, model.b + count)
        reach = horizon / (model.alpha + T[rows])[:, None]
        shape = model.r + count
        # p = 0 cannot be a node, but it can underflow to one: there the customer never leaves.
        never_leaves = shape * reach
        leaves = -np.expm1(-shape * np.log1p(p * reach)) / np.maximum(p, 1e-300)
        if_alive[rows] = np.where(p > 1e-14, leaves, never_leaves) @ weight
    return probability_alive(model, x, tx, T) * if_alive


def waiting_time(
    model: BetaGeo,
    frequency: np.ndarray,
    recency: np.ndarray,
    age: np.ndarray,
    share: float | np.ndarray,
    horizon: float,
) -> np.ndarray:
    """Time by which `share` of those like this customer who buy within `horizon` have bought (0 < share < 1).

    The inverse of P(purchase by t) = P(alive)·(1 − ((alpha+T)/(alpha+T+t))^(r+x)); P(alive) cancels in the condition.
    """
    x, _, T = _as_floats(frequency, recency, age)
    bought = share * _buys_if_alive(model, x, T, horizon)
    return (model.alpha + T) * np.expm1(-np.log1p(-bought) / (model.r + x))


def _buys_if_alive(model: BetaGeo, frequency, age, horizon) -> np.ndarray:
    x, T = _as_floats(frequency, age)
    return -np.expm1((model.r + x) * -np.log1p(horizon / (model.alpha + T)))


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


def _as_floats(*columns) -> tuple[np.ndarray, ...]:
    return tuple(np.asarray(column, dtype=float) for column in columns)

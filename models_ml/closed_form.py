"""What a fitted buy-till-you-die model says about each customer, whichever model it is.

Belongs here: probabilities, expected purchases and waiting times, put together from what a model says of leaving and of
those who stayed. Stays out: the models' own formulas (beta_geometric_future.py, pareto_future.py), fitting (btyd.py),
money (spending.py), frames and dates.

Every function takes arrays of one length, one entry a customer: `frequency` x (purchase days after the first),
`recency` t_x (first → last purchase) and `age` T (first → last day seen), in the unit of the parameters (days in
Rapport).
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
from scipy.special import expit

from models_ml import beta_geometric_future, pareto_future
from models_ml.btyd import ParetoNbd, PurchaseModel


def probability_alive(model: PurchaseModel, frequency: np.ndarray, recency: np.ndarray, age: np.ndarray) -> np.ndarray:
    """P(still a customer at T). Not a churn score: in BG/NBD one-time buyers are alive by construction."""
    return expit(-_future(model).log_odds_left(model, *_as_floats(frequency, recency, age)))


def probability_no_purchase(
    model: PurchaseModel, frequency: np.ndarray, recency: np.ndarray, age: np.ndarray, horizon: float | np.ndarray
) -> np.ndarray:
    """P(no purchase in the next `horizon` | x, t_x, T): left already, or alive and silent."""
    buys = _future(model).buys_if_alive(model, *_as_floats(frequency, age), horizon)
    return 1.0 - probability_alive(model, frequency, recency, age) * buys


def expected_purchases(
    model: PurchaseModel, frequency: np.ndarray, recency: np.ndarray, age: np.ndarray, horizon: float
) -> np.ndarray:
    """E[purchase days in the next `horizon` | x, t_x, T]."""
    return discounted_purchases(model, frequency, recency, age, np.array([horizon]), np.ones(1))


def discounted_purchases(
    model: PurchaseModel,
    frequency: np.ndarray,
    recency: np.ndarray,
    age: np.ndarray,
    ends: np.ndarray,
    factors: np.ndarray,
) -> np.ndarray:
    """Expected purchase days of consecutive periods that end at `ends`, each times the factor of its period."""
    # Σ factor·(E[until its end] − E[until its start]), with each E written once.
    weights = factors - np.append(factors[1:], 0.0)
    if_alive = _future(model).purchases_if_alive(model, *_as_floats(frequency, age), ends, weights)
    return probability_alive(model, frequency, recency, age) * if_alive


def waiting_time(
    model: PurchaseModel,
    frequency: np.ndarray,
    recency: np.ndarray,
    age: np.ndarray,
    share: float,
    horizon: float,
) -> np.ndarray:
    """Time by which `share` of those like this customer who buy within `horizon` have bought (0 < share < 1).

    The inverse of P(purchase by t); P(alive) cancels in the condition, and with it recency.
    """
    future, (x, T) = _future(model), _as_floats(frequency, age)
    return future.time_to_buy_if_alive(model, x, T, share * future.buys_if_alive(model, x, T, horizon), horizon)


def share_by(
    model: PurchaseModel,
    frequency: np.ndarray,
    recency: np.ndarray,
    age: np.ndarray,
    time: np.ndarray,
    horizon: float,
) -> np.ndarray:
    """Share of those like this customer who buy within `horizon` that have bought by `time`: undoes `waiting_time`."""
    future, (x, T) = _future(model), _as_floats(frequency, age)
    return future.buys_if_alive(model, x, T, time) / future.buys_if_alive(model, x, T, horizon)


def _future(model: PurchaseModel) -> ModuleType:
    return pareto_future if isinstance(model, ParetoNbd) else beta_geometric_future


def _as_floats(*columns) -> tuple[np.ndarray, ...]:
    return tuple(np.asarray(column, dtype=float) for column in columns)

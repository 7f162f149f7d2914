"""What a purchase is worth to come: Gamma-Gamma values, and the simulated spread of orders and money.

Belongs here: formulas and simulation from fitted parameters. Stays out: fitting (btyd.py), frames and dates.
Amounts are revenue in the currency of the data, undiscounted unless a function says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models_ml.btyd import BetaGeo, GammaGamma, PurchaseModel
from models_ml.closed_form import discounted_purchases, probability_alive

_CHUNK = 20_000


def expected_value(model: GammaGamma, frequency: np.ndarray, monetary_value: np.ndarray) -> np.ndarray:
    """Expected amount of one more purchase day: the customer's own mean, pulled towards the population's.

    Equation 5 of Fader & Hardie (2013). Customers without a usable mean (one-time buyers, missing or not positive) get
    the population mean p·v/(q−1).
    """
    x, total = usable_history(frequency, monetary_value)
    return model.p * (model.v + total) / (model.p * x + model.q - 1)


def usable_history(frequency: np.ndarray, monetary_value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Repeat purchases that tell something about value, and their summed amount; (0, 0) where nothing does."""
    frequency, value = np.asarray(frequency, float), np.asarray(monetary_value, float)
    is_usable = (frequency > 0) & np.isfinite(value) & (value > 0)
    x = np.where(is_usable, frequency, 0.0)
    return x, x * np.where(is_usable, value, 0.0)


def discounted_value(
    purchases: PurchaseModel,
    spend: GammaGamma,
    frequency: np.ndarray,
    recency: np.ndarray,
    age: np.ndarray,
    monetary_value: np.ndarray,
    *,
    months: int = 12,
    monthly_rate: float = 0.01,
    days_a_month: float = 30.0,
) -> np.ndarray:
    """Revenue expected in the next `months`, each month's discounted to today from its end (rate 0.01 = 1 % a month).

    What lifetimes calls customer_lifetime_value, for parameters fitted on days.
    """
    month = np.arange(1, months + 1)
    factors = (1 + monthly_rate) ** -month.astype(float)
    orders = discounted_purchases(purchases, frequency, recency, age, month * days_a_month, factors)
    return orders * expected_value(spend, frequency, monetary_value)


@dataclass(frozen=True)
class FutureQuantiles:
    """Per customer, the simulated lower and upper quantile of purchase days and of spend within the horizon."""

    orders_low: np.ndarray
    orders_high: np.ndarray
    spend_low: np.ndarray
    spend_high: np.ndarray


def simulate_quantiles(
    purchases: BetaGeo,
    spend: GammaGamma,
    frequency: np.ndarray,
    recency: np.ndarray,
    age: np.ndarray,
    monetary_value: np.ndarray,
    *,
    horizon: float,
    low: float,
    high: float,
    draws: int,
    seed: int,
) -> FutureQuantiles:
    """Draw futures from each customer's posterior: alive, rate, chance to leave, number of orders, size of each.

    Given rate λ and leaving chance p, an alive customer makes min(Poisson(λ·horizon), Geometric(p)) purchases; given
    the scale ν, n purchases sum to Gamma(p·n, ν). So a draw needs no event-by-event loop.
    """
    x, T = np.asarray(frequency, float), np.asarray(age, float)
    alive = probability_alive(purchases, x, recency, T)
    known, total = usable_history(x, monetary_value)
    rng = np.random.default_rng(seed)
    quantiles = np.empty((4, len(x)))
    for start in range(0, len(x), _CHUNK):
        rows = slice(start, start + _CHUNK)
        size = (draws, len(x[rows]))
        rate = rng.gamma(purchases.r + x[rows], 1 / (purchases.alpha + T[rows]), size)
        leaving = np.clip(rng.beta(purchases.a, purchases.b + x[rows], size), 1e-12, 1.0)
        orders = np.minimum(rng.poisson(rate * horizon), rng.geometric(leaving))
        orders = np.where(rng.random(size) < alive[rows], orders, 0)
        scale = rng.gamma(spend.q + spend.p * known[rows], 1 / (spend.v + total[rows]), size)
        amount = rng.gamma(np.maximum(spend.p * orders, 1e-9)) / scale
        amount = np.where(orders > 0, amount, 0.0)
        quantiles[:2, rows] = np.quantile(orders, [low, high], axis=0, method="inverted_cdf")
        quantiles[2:, rows] = np.quantile(amount, [low, high], axis=0)
    return FutureQuantiles(*quantiles)

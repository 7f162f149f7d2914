"""Futures drawn from each customer's posterior: orders and money that may come, and the quantiles of them.

Belongs here: simulation from fitted parameters, in memory that does not grow with the customers. Stays out: expected
values (spending.py), sums over customers (totals.py), frames and dates. Amounts are revenue in the data's currency.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models_ml.btyd import BetaGeo, GammaGamma
from models_ml.closed_form import probability_alive
from models_ml.spending import Lifetime, usable_history

_CHUNK = 20_000


@dataclass(frozen=True)
class Futures:
    """Drawn futures of the customers `rows`, each array of shape (draws, customers): purchase days within the horizon
    and what is spent on them; and what they were drawn from: the `rate` of buying, the number of the `last` purchase
    (0: has left) and the `scale` of amounts.
    """

    rows: slice
    orders: np.ndarray
    amount: np.ndarray
    rate: np.ndarray
    last: np.ndarray
    scale: np.ndarray


def drawn(
    rng: np.random.Generator,
    purchases: BetaGeo,
    spend: GammaGamma,
    frequency: np.ndarray,
    recency: np.ndarray,
    age: np.ndarray,
    monetary_value: np.ndarray,
    *,
    horizon: float,
    draws: int,
) -> Iterator[Futures]:
    """Draw from each customer's posterior: alive, rate, chance to leave, number of orders, size of each.

    Given rate λ and leaving chance p, an alive customer makes min(Poisson(λ·horizon), Geometric(p)) purchases; given
    the scale ν, n purchases sum to Gamma(p·n, ν). So a draw needs no event-by-event loop.
    """
    x, T = np.asarray(frequency, float), np.asarray(age, float)
    alive = probability_alive(purchases, x, recency, T)
    known, total = usable_history(x, monetary_value)
    for start in range(0, len(x), _CHUNK):
        rows = slice(start, start + _CHUNK)
        size = (draws, len(x[rows]))
        rate = rng.gamma(purchases.r + x[rows], 1 / (purchases.alpha + T[rows]), size)
        leaving = np.clip(rng.beta(purchases.a, purchases.b + x[rows], size), 1e-12, 1.0)
        within, last = rng.poisson(rate * horizon), rng.geometric(leaving)
        last = np.where(rng.random(size) < alive[rows], last, 0)
        orders = np.minimum(within, last)
        scale = rng.gamma(spend.q + spend.p * known[rows], 1 / (spend.v + total[rows]), size)
        yield Futures(rows, orders, _amount(rng, spend, orders, scale), rate, last, scale)


@dataclass(frozen=True)
class FutureQuantiles:
    """Per customer, the simulated lower and upper quantile of purchase days and of spend within the horizon; and of
    discounted spend within the lifetime, where one was asked for.
    """

    orders_low: np.ndarray
    orders_high: np.ndarray
    spend_low: np.ndarray
    spend_high: np.ndarray
    lifetime_low: np.ndarray | None = None
    lifetime_high: np.ndarray | None = None


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
    lifetime: Lifetime | None = None,
) -> FutureQuantiles:
    """Quantiles `low` and `high` of `drawn` futures. The lifetime is told from half of the same customers drawn."""
    rng = np.random.default_rng(seed)
    quantiles = np.empty((4 if lifetime is None else 6, len(frequency)))
    half = (draws + 1) // 2
    history = frequency, recency, age, monetary_value
    for each in drawn(rng, purchases, spend, *history, horizon=horizon, draws=draws):
        quantiles[:2, each.rows] = np.quantile(each.orders, [low, high], axis=0, method="inverted_cdf")
        quantiles[2:4, each.rows] = np.quantile(each.amount, [low, high], axis=0)
        if lifetime is not None:
            amount = _lifetime_amount(rng, spend, lifetime, each.rate[:half], each.last[:half], each.scale[:half])
            quantiles[4:, each.rows] = np.quantile(amount, [low, high], axis=0)
    return FutureQuantiles(*quantiles)


def _amount(rng: np.random.Generator, spend: GammaGamma, orders: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return np.where(orders > 0, rng.gamma(np.maximum(spend.p * orders, 1e-9)) / scale, 0.0)


def _lifetime_amount(
    rng: np.random.Generator,
    spend: GammaGamma,
    lifetime: Lifetime,
    rate: np.ndarray,
    last: np.ndarray,
    scale: np.ndarray,
) -> np.ndarray:
    """Discounted spend of customers whose `last` purchase is the one after which they leave (0: they have left).

    Purchases at one rate lie evenly over the time until the last of them, last/λ on average, or until the end; so all
    are discounted by the mean of that time.
    """
    orders = np.minimum(rng.poisson(rate * lifetime.days), last)
    lost = np.log1p(lifetime.annual_rate) / 365 * np.minimum(np.maximum(last, 1) / rate, lifetime.days)
    worth = -np.expm1(-lost) / lost if lifetime.annual_rate else 1.0
    return _amount(rng, spend, orders, scale) * worth

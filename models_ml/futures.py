"""Futures drawn from each customer's posterior: orders and money that may come, and the spans of them.

Belongs here: simulation from fitted parameters, in memory that does not grow with the customers. Stays out: expected
values (spending.py), how much a span must hold (future_intervals.py), sums over customers (totals.py), frames and
dates. Amounts are revenue in the data's currency.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models_ml.btyd import BetaGeo, GammaGamma
from models_ml.closed_form import probability_alive
from models_ml.patterns import find_patterns
from models_ml.spending import Lifetime, usable_history
from models_ml.threads import side_by_side

_CHUNK = 2_000
_BLOCK = 10 * _CHUNK


@dataclass(frozen=True)
class Futures:
    """Drawn futures of the customers `rows`, each array of shape (draws, customers): purchase days within the horizon,
    what is spent on them, and in which the customer `is_active` still.

    And of these alone, draw by draw, what they were drawn from: the `rate` of buying, the number of the `last` purchase
    and the `scale` of amounts.
    """

    rows: slice
    orders: np.ndarray
    amount: np.ndarray
    is_active: np.ndarray
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
        is_active = rng.random((draws, len(x[rows]))) < alive[rows]
        # Nothing else is drawn of futures without the customer.
        whose = start + np.nonzero(is_active)[1]
        rate = rng.standard_gamma((purchases.r + x)[whose]) / (purchases.alpha + T)[whose]
        leaving = np.clip(rng.beta(purchases.a, (purchases.b + x)[whose]), 1e-12, 1.0)
        within, last = rng.poisson(rate * horizon), rng.geometric(leaving)
        scale = rng.standard_gamma((spend.q + spend.p * known)[whose]) / (spend.v + total)[whose]
        bought = np.minimum(within, last)
        orders, amount = np.zeros(is_active.shape, int), np.zeros(is_active.shape)
        orders[is_active], amount[is_active] = bought, _amount(rng, spend, bought, scale)
        yield Futures(rows, orders, amount, is_active, rate, last, scale)


@dataclass(frozen=True)
class Shares:
    """Shares of a customer's drawn futures that intervals span: of purchase days, and of spend."""

    orders: float = 0.8
    spend: float = 0.8


@dataclass(frozen=True)
class FutureIntervals:
    """Per customer, both ends of what purchase days and spend within the horizon span; and of what discounted spend
    within the lifetime does, where one was asked for.
    """

    orders_low: np.ndarray
    orders_high: np.ndarray
    spend_low: np.ndarray
    spend_high: np.ndarray
    lifetime_low: np.ndarray | None = None
    lifetime_high: np.ndarray | None = None


def simulate_intervals(
    purchases: BetaGeo,
    spend: GammaGamma,
    frequency: np.ndarray,
    recency: np.ndarray,
    age: np.ndarray,
    monetary_value: np.ndarray,
    *,
    horizon: float,
    shares: Shares,
    draws: int,
    seed: int,
    lifetime: Lifetime | None = None,
) -> FutureIntervals:
    """What `drawn` futures span. The lifetime is told from half of the same customers drawn, by the share of spend.

    Of customers with one history between them the same can be told, so their futures are drawn once.
    """
    histories, which = _distinct(frequency, recency, age, monetary_value)
    half = (draws + 1) // 2

    def ends_of(start: int) -> np.ndarray:
        # Dice of its own for each block: what they throw must not depend on which block is first.
        rng = np.random.default_rng((seed, start))
        history = [part[start : start + _BLOCK] for part in histories]
        ends = np.empty((4 if lifetime is None else 6, len(history[0])))
        for each in drawn(rng, purchases, spend, *history, horizon=horizon, draws=draws):
            ends[:2, each.rows] = spanned(each.orders, shares.orders)
            ends[2:4, each.rows] = spanned(each.amount, shares.spend)
            if lifetime is not None:
                amount = np.zeros_like(each.amount[:half])
                amount[each.is_active[:half]] = _lifetime_amount(rng, spend, lifetime, each, half)
                ends[4:, each.rows] = spanned(amount, shares.spend)
        return ends

    blocks = side_by_side(ends_of, range(0, max(len(histories[0]), 1), _BLOCK))
    return FutureIntervals(*np.concatenate(blocks, axis=1)[:, which])


def _distinct(
    frequency: np.ndarray, recency: np.ndarray, age: np.ndarray, monetary_value: np.ndarray
) -> tuple[list[np.ndarray], np.ndarray]:
    """The distinct histories, and which of them each customer has."""
    purchases, which = find_patterns(frequency, recency, age)
    (pattern, money), which = find_patterns(which, monetary_value)
    return [*(part[pattern.astype(int)] for part in purchases), money], which


def spanned(futures: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """(low, high) of each customer's `futures`, shape (draws, customers), none below 0: the middle `share` of them.

    Where the tail below the middle brings nothing, the low end is 0 whatever the tail, and a tail above it as large as
    (1 − share)/2 would leave too little out: the interval is then the lowest `share`. It is the shorter one.
    """
    tail, ordered = (1 - share) / 2, np.sort(futures, axis=0)
    # The least future that so many are at most, as inverted_cdf of np.quantile has it, which takes five times as long.
    places = np.ceil(np.round(np.array([tail, share, 1 - tail]) * len(futures), 9)).astype(int)
    low, from_nothing, high = ordered[np.maximum(places, 1) - 1]
    return low, np.where(low > 0, high, from_nothing)


def _amount(rng: np.random.Generator, spend: GammaGamma, orders: np.ndarray, scale: np.ndarray) -> np.ndarray:
    amount, is_some = np.zeros(len(orders)), orders > 0
    amount[is_some] = rng.standard_gamma(spend.p * orders[is_some]) / scale[is_some]
    return amount


def _lifetime_amount(
    rng: np.random.Generator, spend: GammaGamma, lifetime: Lifetime, futures: Futures, draws: int
) -> np.ndarray:
    """Discounted spend in the first `draws` futures with the customer.

    Purchases at one rate lie evenly over the time until the last of them, last/λ on average, or until the end; so all
    are discounted by the mean of that time.
    """
    first = slice(np.count_nonzero(futures.is_active[:draws]))
    rate, last = futures.rate[first], futures.last[first]
    orders = np.minimum(rng.poisson(rate * lifetime.days), last)
    lost = np.log1p(lifetime.annual_rate) / 365 * np.minimum(last / rate, lifetime.days)
    worth = -np.expm1(-lost) / lost if lifetime.annual_rate else 1.0
    return _amount(rng, spend, orders, futures.scale[first]) * worth

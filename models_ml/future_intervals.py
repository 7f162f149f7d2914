"""Intervals of single customers held against what came: how much of their futures they must span to hold 80 % of it.

Belongs here: where what came fell among a customer's drawn futures, the share fitted to that, and how many intervals
held at origins whose share came from the others. Stays out: drawing futures and spanning them (futures.py), intervals
of totals (totals_judged.py), of probabilities (calibration.py) and of dates (order_dates.py).

Intervals that span more hold more, so the least share that held enough at past origins is a conformal correction
(Gupta, Kuchibhotla & Ramdas 2022, "Nested conformal prediction"). Whoever buys nothing with a chance of 80 % or more
has no interval that holds 80 %: 0 alone holds more, and what leaves 0 out holds next to nothing. No share is fitted to
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
import polars as pl

from models_ml.datasets import PurchaseFold
from models_ml.design import history_of
from models_ml.futures import Shares, drawn
from models_ml.regressor import SpendModel, money_of
from models_ml.splits import sample_rows

ASKED = 0.8
COVERAGE = ("interval_coverage", "interval_coverage_attainable")
"""Share of what came that intervals held: of all customers, and of those for whom they can hold 80 % and no more."""
LEAST, MOST = 0.5, 0.98
"""Bounds of a fitted share: outside, the model's futures are another company's, and no share mends that."""
_TRIED = np.linspace(LEAST, MOST, 97).round(3)
FEWEST_JUDGED = 100
"""Of fewer customers, chance moves what their intervals held by more than 4 points: futures are taken as they are."""


@dataclass(frozen=True)
class Placed:
    """Where what `came` fell among each customer's futures: shares of them with less than it (`below`), with at most it
    (`by`) and with nothing; and what was `said`, which every interval holds.
    """

    below: np.ndarray
    by: np.ndarray
    nothing: np.ndarray
    came: np.ndarray
    said: np.ndarray

    @property
    def is_attainable(self) -> np.ndarray:
        """For whom an interval can hold 80 % and no more."""
        return self.nothing < ASKED

    def is_held(self, share: float) -> np.ndarray:
        """Whether `holding` what was said, the futures `spanned` by the share hold what came."""
        tail = (1 - share) / 2
        is_from_nothing = self.nothing >= tail
        # Less than nothing came where more was given back than bought; no future holds that.
        above_low = np.where(is_from_nothing, self.by > 0, self.by >= tail)
        below_high = self.below < np.where(is_from_nothing, share, 1 - tail)
        return (above_low | (self.came >= self.said)) & (below_high | (self.came <= self.said))


@dataclass(frozen=True)
class PlacedFutures:
    """Purchase days and spend of the customers of one origin."""

    orders: Placed
    spend: Placed


@dataclass(frozen=True)
class JudgedIntervals:
    """What came at each of the backtest's origins, and what intervals must span after it."""

    origins: tuple[PlacedFutures, ...]

    @cached_property
    def shares(self) -> Shares:
        return fit_shares(self.origins)

    @cached_property
    def coverage(self) -> list[tuple[dict[str, float | None], dict[str, float | None]]]:
        """Metrics of (orders, spend) of each origin, its intervals spanned by the shares that the others ask for."""
        found = []
        for index, each in enumerate(self.origins):
            shares = fit_shares(self.origins[:index] + self.origins[index + 1 :])
            orders = {f"orders_{name}": held for name, held in _coverage(each.orders, shares.orders).items()}
            found.append((orders, _coverage(each.spend, shares.spend)))
        return found

    def as_card(self) -> dict:
        by_name = {name: [of_spend[name] for _, of_spend in self.coverage] for name in COVERAGE}
        held = {name: [each for each in found if each is not None] for name, found in by_name.items()}
        return {
            "interval": f"{ASKED:.0%} of what came at the backtest's origins lay within {self.shares.spend:.1%} of the "
            f"customer's own simulated futures ({self.shares.orders:.1%} for orders): the middle of them, or, where "
            "the least of them bring nothing, the lowest from 0 on. Whoever buys nothing with a chance of "
            f"{ASKED:.0%} or more has no interval that holds as few as that",
            "interval_shares": asdict(self.shares),
            **{name: float(np.mean(found)) if found else None for name, found in held.items()},
        }


def judged_intervals(
    folds: Sequence[PurchaseFold],
    models: list[SpendModel],
    predicted: list[np.ndarray],
    horizon_days: int,
    *,
    most: int,
    draws: int,
    seed: int,
) -> JudgedIntervals:
    """Of `most` customers of each origin. `predicted` is the champion's spend: drawn amounts are moved as far as it is
    from the closed form.
    """
    origins = zip(folds, models, predicted, strict=True)
    return JudgedIntervals(tuple(_placed(*each, horizon_days, most, draws, seed) for each in origins))


def _placed(
    fold: PurchaseFold, model: SpendModel, predicted: np.ndarray, horizon_days: int, most: int, draws: int, seed: int
) -> PlacedFutures:
    positions = pl.DataFrame({"position": np.arange(len(fold.test))})
    at = sample_rows(positions, most, seed)["position"].to_numpy()
    rows, spend = fold.test[at], predicted[at]
    factor = spend / np.maximum(model.spend_within(rows, horizon_days), 1e-12)
    came = rows.select("future_number_of_orders", "future_net_amount").cast(pl.Float64).to_numpy().T
    shares = np.empty((2, 3, len(rows)))
    rng, history = np.random.default_rng(seed), (*history_of(rows), money_of(rows)[1])
    for each in drawn(rng, model.purchases, model.spend, *history, horizon=horizon_days, draws=draws):
        for measure, futures in enumerate((each.orders, each.amount * factor[each.rows])):
            seen = came[measure, each.rows]
            compared = futures < seen, futures <= seen, futures == 0
            shares[measure][:, each.rows] = [is_so.mean(axis=0) for is_so in compared]
    said = model.orders(rows, horizon_days), spend
    return PlacedFutures(*(Placed(*shares[measure], came[measure], said[measure]) for measure in range(2)))


def fit_shares(origins: tuple[PlacedFutures, ...]) -> Shares:
    """The least shares whose intervals held 80 % of what came, at all origins together."""
    return Shares(_least_share([each.orders for each in origins]), _least_share([each.spend for each in origins]))


def _least_share(found: list[Placed]) -> float:
    if sum(int(each.is_attainable.sum()) for each in found) < FEWEST_JUDGED:
        return ASKED
    for share in _TRIED:
        held = np.concatenate([each.is_held(share)[each.is_attainable] for each in found])
        if held.mean() >= ASKED:
            return float(share)
    return MOST


def _coverage(found: Placed, share: float) -> dict[str, float | None]:
    held = found.is_held(share)
    return dict(zip(COVERAGE, (_mean(held), _mean(held[found.is_attainable])), strict=True))


def _mean(held: np.ndarray) -> float | None:
    return float(held.mean()) if len(held) else None


def holding(said: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The interval, as far as it takes to hold what is said: the mean of a skewed future can lie beyond most of it."""
    return np.minimum(low, said), np.maximum(high, said)

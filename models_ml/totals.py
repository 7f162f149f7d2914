"""Totals of many customers: how many orders and how much money they will bring together, with an 80 % interval.

Belongs here: the chance in a total, by simulation, and the error that all of it shares, from the backtest's dates.
Stays out: one customer's interval (futures.py), whose totals are wanted (segment_totals.py), holding them against what
came (totals_judged.py).

Chance evens out over many customers, so the sum of their intervals is far too wide; what is wrong for everybody at once
(parameters, season, growth) does not, so their independent sum is far too narrow. How large that is only the past can
tell: at each date, how far the total was from what came, beyond what chance explains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from models_ml.design import history_of
from models_ml.futures import drawn
from models_ml.regressor import SpendModel, money_of
from models_ml.reliability import FEWEST_ROWS
from models_ml.splits import sample_rows

MEASURES = ("orders", "spend")
TENTHS = 10
"""Errors are told apart by tenth of what a customer is expected to spend: there models are wrong most differently, and
every set of customers is made of tenths.
"""


@dataclass(frozen=True)
class TotalKnobs:
    """`most_simulated` of a set's customers are drawn, and their chance is scaled to all of them.

    Each draw of chance meets so many of the shared error, which all totals of a night take alike: of 400 in all, its
    tenth would be 8 % off by chance.
    """

    draws: int = 400
    errors_a_draw: int = 25
    most_simulated: int = 2_000
    low: float = 0.1
    high: float = 0.9
    seed: int = 0


@dataclass(frozen=True)
class Outlook:
    """What one set of customers is expected to bring, by measure and tenth (`said`, shape (2, tenths)), what chance
    adds or takes in each draw (`chance`, shape (2, tenths, draws), mean 0), and the `customers` of each tenth.
    """

    said: np.ndarray
    chance: np.ndarray
    customers: np.ndarray


@dataclass(frozen=True)
class Simulated:
    """Customers of one day: what is said of each (shape (2, customers)), its tenth (0: least), and of those at the
    positions `drawn` what may come (shape (2, draws, drawn)).
    """

    said: np.ndarray
    tenths: np.ndarray
    drawn: np.ndarray
    futures: np.ndarray

    def outlook(self, is_member: np.ndarray | None = None) -> Outlook:
        """That of all, or of the members."""
        member = np.ones(len(self.tenths), dtype=bool) if is_member is None else is_member
        asked = member[self.drawn]
        chance = (self.futures[:, :, asked] @ _is_of(self.tenths[self.drawn][asked])).transpose(0, 2, 1)
        chance -= chance.mean(axis=2, keepdims=True)
        # The chance in a sum of n grows with the root of n.
        chance *= np.sqrt(member.sum() / max(asked.sum(), 1))
        tenths = self.tenths[member]
        return Outlook(self.said[:, member] @ _is_of(tenths), chance, np.bincount(tenths, minlength=TENTHS))


def tenths_of(spend: np.ndarray) -> np.ndarray:
    """The tenth of each customer by expected spend among all of a day, 0 (least) to 9."""
    place = np.empty(len(spend), dtype=int)
    place[np.argsort(spend, kind="stable")] = np.arange(len(spend))
    return place * TENTHS // max(len(spend), 1)


def simulated(
    model: SpendModel,
    rows: pl.DataFrame,
    spend: np.ndarray,
    times: np.ndarray,
    tenths: np.ndarray,
    horizon_days: int,
    knobs: TotalKnobs,
) -> Simulated:
    """`spend` is what the champion says of each row: simulated amounts are moved as far as it is from the closed form;
    orders by the `times` that a season multiplies them with.

    `tenths` are of all customers of the day, of whom `rows` may be some.
    """
    closed = model.spend_within(rows, horizon_days)
    positions = pl.DataFrame({"position": np.arange(len(rows))})
    at = sample_rows(positions, knobs.most_simulated, knobs.seed)["position"].to_numpy()
    asked, factor = rows[at], (spend / np.maximum(closed, 1e-12))[at]
    futures = np.empty((len(MEASURES), knobs.draws, len(at)))
    rng, history = np.random.default_rng(knobs.seed), (*history_of(asked), money_of(asked)[1])
    for each in drawn(rng, model.purchases, model.spend, *history, horizon=horizon_days, draws=knobs.draws):
        futures[0, :, each.rows] = each.orders * times[at][each.rows]
        futures[1, :, each.rows] = each.amount * factor[each.rows]
    return Simulated(np.stack([model.orders(rows, horizon_days) * times, spend]), tenths, at, futures)


def _is_of(tenths: np.ndarray) -> np.ndarray:
    return (tenths[:, None] == np.arange(TENTHS)).astype(float)


@dataclass(frozen=True)
class SharedError:
    """Relative errors of totals at past dates: shape (dates, measures, tenths). Dates whose windows overlap tell partly
    the same; together they are worth so many `independent` ones.
    """

    errors: np.ndarray
    independent: float

    def factors(self, draws: int, seed: int) -> np.ndarray:
        """What to multiply totals with, shape (measures, tenths, draws).

        The next error as K past ones foretell it, when their mean is known to be 0 and their covariance is not: a
        multivariate t with K degrees of freedom and scale EᵀE/K (Gelman et al. 2013, "Bayesian Data Analysis", section
        3.6), K of the degrees being the independent dates. Tenths that were wrong together stay so. Few dates make long
        tails.
        """
        rng, dates = np.random.default_rng(seed), len(self.errors)
        spread = np.sqrt(self.independent / dates / rng.chisquare(self.independent, draws))
        pulls = rng.standard_normal((draws, dates)) * spread[:, None]
        return np.maximum(1 + np.einsum("do,omt->mtd", pulls, self.errors), 0.0)


def independent_dates(days: Sequence[date], horizon_days: int) -> float:
    """What as many dates are worth whose errors are alike by as much as their windows overlap: n²/Σρ², over all pairs
    (Bayley & Hammersley 1946, "The 'effective' number of independent observations in an autocorrelated time series",
    JRSS Supplement 8:184, of a variance). Ten dates a third of a window apart are worth five.
    """
    number = np.array([day.toordinal() for day in days], float)
    alike = np.clip(1 - np.abs(number[:, None] - number) / horizon_days, 0, 1)
    return float(len(number) ** 2 / np.sum(alike**2))


def relative_errors(found: Outlook, seen: np.ndarray) -> np.ndarray:
    """(seen − said) ÷ said by measure and tenth, without what chance explains; `seen` has the shape of `said`.

    Tenths of too few customers to tell, or of whom nothing was said, are as wrong as all together.
    """
    together = _beyond_chance(found.said.sum(axis=1), seen.sum(axis=1), found.chance.sum(axis=1))
    each = _beyond_chance(found.said, seen, found.chance)
    is_told = (found.customers >= FEWEST_ROWS) & (found.said > 0)
    return np.where(is_told, each, together[:, None])


def _beyond_chance(said: np.ndarray, seen: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Squared errors add up, and chance's share of them is known."""
    error = seen - said
    left = np.sqrt(np.maximum(error**2 - chance.var(axis=-1), 0.0))
    return np.sign(error) * left / np.maximum(said, 1e-12)


MOST_TAKEN = 10.0
"""Half-widths; what lies further off lay outside all the same."""


@dataclass(frozen=True)
class Interval:
    """A total and the two ends of its interval, which holds it."""

    said: float
    low: float
    high: float

    def taken(self, seen: float) -> float:
        """How many half-widths what came lies from what was said, at most MOST_TAKEN."""
        half = self.high - self.said if seen > self.said else self.said - self.low
        return abs(seen - self.said) / max(half, abs(seen - self.said) / MOST_TAKEN, 1e-12)

    def reaching(self, times: float) -> tuple[float, float, float]:
        """(said, low, high) with half-widths so many times as long, but never below 0."""
        low, high = self.said - times * (self.said - self.low), self.said + times * (self.high - self.said)
        return self.said, max(low, 0.0), high


def intervals(found: Outlook, shared: SharedError, knobs: TotalKnobs) -> list[Interval]:
    """By measure."""
    factors = shared.factors(knobs.draws * knobs.errors_a_draw, knobs.seed + 1)
    chance = np.tile(found.chance, knobs.errors_a_draw)
    totals = np.maximum(((found.said[:, :, None] + chance) * factors).sum(axis=1), 0.0)
    said = found.said.sum(axis=1)
    low, high = np.quantile(totals, [knobs.low, knobs.high], axis=1)
    ends = zip(said, np.minimum(low, said), np.maximum(high, said), strict=True)
    return [Interval(*map(float, each)) for each in ends]

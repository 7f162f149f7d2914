"""Buy-till-you-die models: their parameters as plain numbers, fitting them, and when not to believe a fit.

Belongs here: which rows a fit may see, the scale it is done on, fallbacks and their reasons.
Stays out: the likelihoods (beta_geometric.py, pareto.py, gamma_gamma.py), the search for their summit
(maximum_likelihood.py), what the parameters predict (closed_form.py, spending.py), frames, dates.

A fitted model is four (or three) numbers, so it is kept as a frozen dataclass that is JSON both ways.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, astuple, dataclass
from functools import partial
from typing import ClassVar, TypeVar

import numpy as np

from models_ml.beta_geometric import BetaGeometric
from models_ml.gamma_gamma import GammaGammaLikelihood
from models_ml.maximum_likelihood import FitError, Likelihood, fit
from models_ml.pareto import Pareto
from models_ml.patterns import count_patterns

LARGEST_CORRELATION = 0.3
"""Gamma-Gamma assumes that how often and how much are independent; beyond this the fit is not believed."""
FEWEST_REPEATERS = 30
CREDIBILITY_PURCHASES = 2.0
"""Fallback: the population mean weighs as much as two purchases of the customer's own."""
SMALLEST_Q = 1.05
"""With q ≤ 1 the population mean of Gamma-Gamma is infinite: as good as no fit."""
START_OF_SPENDING = np.array([1.0, 2.0, 1.0])
"""p, q and v with a mean of 1."""


@dataclass(frozen=True)
class BetaGeo:
    """BG/NBD: purchase rates are Gamma(r, alpha), the chance to leave after each repeat purchase is Beta(a, b).

    Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way", Marketing Science 24(2). `alpha` carries the
    time unit of the data it was fitted on (days in Rapport).
    """

    title: ClassVar[str] = "BG/NBD"
    is_time: ClassVar[tuple[bool, ...]] = (False, True, False, False)
    spared: ClassVar[int] = 1
    """Purchases nobody leaves after: the first."""
    likelihood: ClassVar[Callable[..., Likelihood]] = partial(BetaGeometric, spared=1)

    r: float
    alpha: float
    a: float
    b: float
    penalizer: float = 0.0
    customers: int = 0

    def as_json(self) -> dict[str, float | str]:
        return {"model": self.title} | asdict(self)


@dataclass(frozen=True)
class ModifiedBetaGeo(BetaGeo):
    """MBG/NBD: BG/NBD in which a customer may leave after the first purchase too.

    Batislam, Denizel & Filiztekin (2007), "Empirical Validation and Comparison of Models for Customer Base Analysis",
    International Journal of Research in Marketing 24(3); erratum: Wagner & Hoppe (2008), 25(3).
    """

    title: ClassVar[str] = "MBG/NBD"
    spared: ClassVar[int] = 0
    likelihood: ClassVar[Callable[..., Likelihood]] = partial(BetaGeometric, spared=0)


@dataclass(frozen=True)
class ParetoNbd:
    """Pareto/NBD: purchase rates are Gamma(r, alpha), rates of leaving Gamma(s, beta).

    Schmittlein, Morrison & Colombo (1987), "Counting Your Customers: Who Are They and What Will They Do Next?",
    Management Science 33(1). `alpha` and `beta` carry the time unit of the data.
    """

    title: ClassVar[str] = "Pareto/NBD"
    is_time: ClassVar[tuple[bool, ...]] = (False, True, False, True)
    likelihood: ClassVar[Callable[..., Likelihood]] = Pareto

    r: float
    alpha: float
    s: float
    beta: float
    penalizer: float = 0.0
    customers: int = 0

    def as_json(self) -> dict[str, float | str]:
        return {"model": self.title} | asdict(self)


PurchaseModel = BetaGeo | ModifiedBetaGeo | ParetoNbd
Kind = TypeVar("Kind", BetaGeo, ModifiedBetaGeo, ParetoNbd)
RIVALS = {kind.title: kind for kind in (ModifiedBetaGeo, ParetoNbd)}
"""BG/NBD is the closed form that is always there; these are tried beside it, and a backtest says whether they win."""


@dataclass(frozen=True)
class GammaGamma:
    """Gamma-Gamma: a purchase is Gamma(p, ν), ν is Gamma(q, v) across customers; mean value v·p/(q−1).

    Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value". `method` is "maximum likelihood" or "credibility"
    (the fallback, which is the same formula with a stated weight); `reason` says why the fallback was needed.
    """

    p: float
    q: float
    v: float
    method: str = "maximum likelihood"
    reason: str = ""
    correlation: float | None = None
    customers: int = 0

    def as_json(self) -> dict[str, float | str | None]:
        return asdict(self)


def fit_purchases(kind: type[Kind], frequency: np.ndarray, recency: np.ndarray, age: np.ndarray) -> Kind:
    """Fit `kind` by maximum likelihood on one row a customer.

    `frequency` counts purchase days after the first; `recency` (first → last purchase) and `age` (first → last day
    seen) share one time unit. Raises ValueError on impossible histories, FitError when there is nobody who bought twice
    or when no penaliser converges. The search sees times as shares of the longest age, as lifetimes' does: what a
    penaliser means does not depend on the unit.
    """
    frequency, recency, age = (np.asarray(column, float) for column in (frequency, recency, age))
    _check_histories(frequency, recency, age)
    if not (frequency > 0).any():
        raise FitError("no customer has bought a second time, so repeat buying cannot be learned")
    (x, tx, T), customers = count_patterns(frequency, recency, age)
    longest = T.max()
    try:
        found, penalizer = fit(kind.likelihood(x, tx / longest, T / longest, customers), np.ones(4))
    except FitError as error:
        raise FitError(f"the {kind.title} fit {error} on {len(frequency)} customers") from error
    numbers = np.where(kind.is_time, found * longest, found)
    return kind(*map(float, numbers), penalizer=penalizer, customers=len(frequency))


def purchase_model_from_json(parameters: dict[str, float | str]) -> PurchaseModel:
    """The model that `as_json` wrote."""
    numbers = {name: value for name, value in parameters.items() if name != "model"}
    return (RIVALS | {BetaGeo.title: BetaGeo})[parameters["model"]](**numbers)


def log_likelihood(model: PurchaseModel, frequency: np.ndarray, recency: np.ndarray, age: np.ndarray) -> float:
    """Log-likelihood of all customers together, in the data's own time unit."""
    patterns, customers = count_patterns(frequency, recency, age)
    mean, _ = model.likelihood(*patterns, customers)(np.array(astuple(model)[:4]))
    return mean * int(customers.sum())


def _check_histories(frequency: np.ndarray, recency: np.ndarray, age: np.ndarray) -> None:
    is_possible = (
        (frequency >= 0)
        & (frequency == np.round(frequency))
        & np.where(frequency > 0, recency >= 0, recency == 0)
        & (recency <= age)
        & np.isfinite(age)
    )
    if not is_possible.all():
        raise ValueError(
            f"{np.sum(~is_possible)} customers have an impossible history: frequency must be a whole number, recency "
            "at most the age, and 0 for those who bought once"
        )


def fit_gamma_gamma(frequency: np.ndarray, monetary_value: np.ndarray) -> GammaGamma:
    """Fit Gamma-Gamma on repeat buyers with a positive mean purchase; fall back to credibility when it cannot hold.

    `monetary_value` is the mean net amount of a customer's repeat purchase days; one-time buyers, missing, zero and
    negative means are left out. Raises FitError when nobody is left.
    """
    frequency, value = np.asarray(frequency, float), np.asarray(monetary_value, float)
    is_usable = (frequency > 0) & np.isfinite(value) & (value > 0)
    frequency, value = frequency[is_usable], value[is_usable]
    if not len(value):
        raise FitError("no repeat buyer has a positive mean purchase, so spending cannot be learned")
    correlation = _correlation(frequency, value)
    if len(value) < FEWEST_REPEATERS:
        reason = f"only {len(value)} repeat buyers with a positive mean purchase ({FEWEST_REPEATERS} needed)"
    elif correlation is not None and abs(correlation) > LARGEST_CORRELATION:
        reason = f"how often and how much are correlated ({correlation:.2f}, more than {LARGEST_CORRELATION})"
    else:
        # Amounts as multiples of the mean: neither the start nor what a penaliser means depends on the currency.
        unit = float(value.mean())
        try:
            (p, q, v), _ = fit(GammaGammaLikelihood(frequency, value / unit), START_OF_SPENDING, _has_finite_mean)
            return GammaGamma(float(p), float(q), float(v * unit), correlation=correlation, customers=len(value))
        except FitError as error:
            reason = f"the Gamma-Gamma fit {error} to a finite mean"
    return GammaGamma(
        p=1.0,
        q=1.0 + CREDIBILITY_PURCHASES,
        v=CREDIBILITY_PURCHASES * float(value.mean()),
        method="credibility",
        reason=reason,
        correlation=correlation,
        customers=len(value),
    )


def _has_finite_mean(parameters: np.ndarray) -> bool:
    return parameters[1] > SMALLEST_Q


def _correlation(frequency: np.ndarray, value: np.ndarray) -> float | None:
    if len(value) < 3 or frequency.std() == 0 or value.std() == 0:
        return None
    return float(np.corrcoef(frequency, value)[0, 1])

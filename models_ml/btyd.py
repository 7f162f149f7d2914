"""Buy-till-you-die parameters: fitting BG/NBD and Gamma-Gamma, and carrying them as plain numbers.

Belongs here: the only door to the `lifetimes` library, its failures and their fallbacks.
Stays out: what the parameters predict (closed_form.py, spending.py), frames, dates.

A fitted model is four (or three) numbers, so it is kept as a frozen dataclass that is JSON both ways; the library's own
objects cannot be serialised and are thrown away after the fit.
"""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass

import numpy as np

PENALIZERS = (0.0, 1e-4, 1e-3, 1e-2, 1e-1)
"""Tried in turn. Regular buyers let the likelihood rise for ever (a → 0, b → ∞); a small ridge stops that run."""
LARGEST_CORRELATION = 0.3
"""Gamma-Gamma assumes that how often and how much are independent; beyond this the fit is not believed."""
FEWEST_REPEATERS = 30
CREDIBILITY_PURCHASES = 2.0
"""Fallback: the population mean weighs as much as two purchases of the customer's own."""


class FitError(ValueError):
    """No model could be fitted; the message says why in words."""


@dataclass(frozen=True)
class BetaGeo:
    """BG/NBD: purchase rates are Gamma(r, alpha), the chance to leave after each purchase is Beta(a, b).

    Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way", Marketing Science 24(2). `alpha` carries the
    time unit of the data it was fitted on (days in Rapport).
    """

    r: float
    alpha: float
    a: float
    b: float
    penalizer: float = 0.0
    customers: int = 0

    def as_json(self) -> dict[str, float]:
        return asdict(self)


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


def fit_beta_geo(frequency: np.ndarray, recency: np.ndarray, age: np.ndarray) -> BetaGeo:
    """Fit BG/NBD by maximum likelihood on one row a customer.

    `frequency` counts purchase days after the first; `recency` (first → last purchase) and `age` (first → last day
    seen) share one time unit. Raises FitError when there is nobody who bought twice, or when no penaliser converges.
    """
    rows = np.column_stack([frequency, recency, age]).astype(float)
    if not len(rows) or not (rows[:, 0] > 0).any():
        raise FitError("no customer has bought a second time, so repeat buying cannot be learned")
    patterns, counts = np.unique(rows, axis=0, return_counts=True)
    for penalizer in PENALIZERS:
        found = _lifetimes_fit("BetaGeoFitter", penalizer, *patterns.T, weights=counts)
        if found is not None:
            r, alpha, a, b = found
            return BetaGeo(r, alpha, a, b, penalizer, len(rows))
    raise FitError(
        f"the BG/NBD fit did not converge on {len(rows)} customers with any penaliser up to {PENALIZERS[-1]}"
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
        for penalizer in PENALIZERS:
            found = _lifetimes_fit("GammaGammaFitter", penalizer, frequency, value)
            # With q ≤ 1 the population mean is infinite: as good as no fit.
            if found is not None and found[1] > 1.05:
                return GammaGamma(*found, correlation=correlation, customers=len(value))
        reason = "the Gamma-Gamma fit did not converge to a finite mean"
    return GammaGamma(
        p=1.0,
        q=1.0 + CREDIBILITY_PURCHASES,
        v=CREDIBILITY_PURCHASES * float(value.mean()),
        method="credibility",
        reason=reason,
        correlation=correlation,
        customers=len(value),
    )


def _correlation(frequency: np.ndarray, value: np.ndarray) -> float | None:
    if len(value) < 3 or frequency.std() == 0 or value.std() == 0:
        return None
    return float(np.corrcoef(frequency, value)[0, 1])


def _lifetimes_fit(
    fitter: str, penalizer: float, *columns: np.ndarray, weights: np.ndarray | None = None
) -> tuple[float, ...] | None:
    """Parameters of one attempt, or None when it did not converge to something finite."""
    with _quiet():
        import lifetimes
        from lifetimes.utils import ConvergenceError

        try:
            model = getattr(lifetimes, fitter)(penalizer_coef=penalizer).fit(*columns, weights=weights)
        except (ConvergenceError, np.linalg.LinAlgError):
            return None
    parameters = tuple(float(value) for value in model.params_.to_numpy())
    return parameters if np.isfinite(parameters).all() and max(parameters) < 1e6 else None


@contextmanager
def _quiet():
    """Undo what lifetimes does to its surroundings: it mutes warnings globally and prints on failure."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield

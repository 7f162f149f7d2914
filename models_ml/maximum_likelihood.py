"""Climbing a likelihood of a few positive parameters: the optimiser, the penaliser ladder, and what counts as a fit.

Belongs here: everything that is the same for all buy-till-you-die models.
Stays out: the likelihoods themselves (beta_geometric.py, pareto.py, gamma_gamma.py), fallbacks (btyd.py).

Parameters are positive and differ by orders of magnitude, so the search goes by their logarithms. The penalised
objective is that of `lifetimes`: minus the mean log-likelihood of a customer, plus penaliser · Σ parameter².
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from scipy.optimize import OptimizeResult, minimize

PENALIZERS = (0.0, 1e-4, 1e-3, 1e-2, 1e-1)
"""Tried in turn. Regular buyers let the likelihood rise for ever (a → 0, b → ∞); a small ridge stops that run."""
SMALLEST, LARGEST = np.log(1e-12), np.log(1e6)
"""Of log parameters. Beyond the largest one has run away: the data do not determine it. At the smallest it is as good
as 0, which has a meaning (nobody leaves): there the ground is made level, and the search rests.
"""
SMALLEST_SLOPE = 1e-9
"""By log parameter, of the mean customer. Where the summit curves by 1e-3 (flat), this still fixes six digits."""
SLOPE_OF_ROUNDING = 1e-6
"""A search that rounding errors end is believed where the slope was as small as this."""
ROUGH_ROWS = 10_000
"""A first search on so many rows says where the summit is and how it curves; the whole then needs a few passes."""


class FitError(ValueError):
    """No model could be fitted; the message says why in words."""


class Likelihood(Protocol):
    """Mean log-likelihood of a customer as a function of positive parameters."""

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """The value and its gradient by parameter."""

    def __len__(self) -> int:
        """How many rows one evaluation passes over."""

    def thinned(self, step: int) -> Likelihood:
        """The likelihood of every `step`-th row."""


def fit(
    likelihood: Likelihood, start: np.ndarray, is_believable: Callable[[np.ndarray], bool] = lambda _: True
) -> tuple[np.ndarray, float]:
    """Parameters of the highest likelihood, and the smallest penaliser with which the search arrived at finite ones.

    Raises FitError when it arrives with none.
    """
    for penalizer in PENALIZERS:
        found = climb(likelihood, start, penalizer)
        if found is not None and is_believable(found):
            return found, penalizer
    raise FitError(f"did not converge with any penaliser up to {PENALIZERS[-1]}")


def climb(likelihood: Likelihood, start: np.ndarray, penalizer: float) -> np.ndarray | None:
    """Parameters of the highest penalised likelihood; None when the search did not converge or they ran away."""
    position, curvature = np.log(start), None
    step = len(likelihood) // ROUGH_ROWS
    if step > 1:
        rough = _search(likelihood.thinned(step), position, None, penalizer)
        if _arrived(rough):
            position, curvature = rough.x, (rough.hess_inv + rough.hess_inv.T) / 2
    result = _search(likelihood, position, curvature, penalizer)
    return _parameters(result.x) if _arrived(result) else None


def _search(
    likelihood: Likelihood, position: np.ndarray, curvature: np.ndarray | None, penalizer: float
) -> OptimizeResult:
    def loss(log_parameters: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = _parameters(log_parameters)
        value, gradient = likelihood(parameters)
        slope = -gradient * parameters + 2 * penalizer * parameters**2
        return -value + penalizer * np.sum(parameters**2), np.where(log_parameters > SMALLEST, slope, 0.0)

    options = {"gtol": SMALLEST_SLOPE, "hess_inv0": curvature}
    result = minimize(loss, position, jac=True, method="BFGS", options=options)
    if _arrived(result) or result.x.max() > LARGEST:
        return result
    # Its line search is lost in rounding where a parameter goes to 0; the bounded method lets such a one rest there.
    bounds = [(SMALLEST, LARGEST)] * len(position)
    options = {"gtol": SMALLEST_SLOPE, "ftol": 0.0}
    bounded = minimize(
        loss, np.clip(result.x, SMALLEST, LARGEST), jac=True, method="L-BFGS-B", bounds=bounds, options=options
    )
    bounded.hess_inv = bounded.hess_inv.todense()
    return bounded


def _arrived(result: OptimizeResult) -> bool:
    is_level = result.success or np.abs(result.jac).max() < SLOPE_OF_ROUNDING
    return bool(is_level and np.isfinite(result.fun) and result.x.max() < LARGEST - 0.01)


def _parameters(log_parameters: np.ndarray) -> np.ndarray:
    # A long step may leap to where exp overflows.
    return np.exp(np.clip(log_parameters, SMALLEST, 2 * LARGEST))

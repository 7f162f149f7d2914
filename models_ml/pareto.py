"""Likelihood of Pareto/NBD with its gradient.

Belongs here: the formula on counted patterns. Stays out: the search for its summit (maximum_likelihood.py), what the
parameters predict (pareto_future.py).

Purchase rates are Gamma(r, alpha) and customers may leave at any moment, at rates that are Gamma(s, beta).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, expit, gammaln

from models_ml.power_integral import PowerIntegral, power_integral


@dataclass(frozen=True, eq=False)
class Pareto:
    """One entry a pattern: x, t_x and T as in the papers, and its number of customers."""

    x: np.ndarray
    tx: np.ndarray
    T: np.ndarray
    customers: np.ndarray

    def __len__(self) -> int:
        return len(self.x)

    def thinned(self, step: int) -> Pareto:
        return Pareto(*(column[::step] for column in (self.x, self.tx, self.T, self.customers)))

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Mean log-likelihood and its gradient by (r, alpha, s, beta).

        Schmittlein, Morrison & Colombo (1987) in the form of Fader & Hardie (2005), "A Note on Deriving the Pareto/NBD
        Model", before the integral over the day of leaving is turned into ₂F₁.
        """
        r, alpha, s, beta = parameters
        n, shape = self.customers, r + self.x
        stayed, left, leaving = stayed_and_left(parameters, self.x, self.tx, self.T)
        has_left = expit(left - stayed)
        each = gammaln(shape) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + np.logaddexp(stayed, left)
        by_r = (
            digamma(shape)
            - digamma(r)
            + np.log(alpha)
            - _between(has_left, np.log(alpha + self.T), np.log(alpha + self.tx) + leaving.mean_log_a)
        )
        by_alpha = r / alpha - shape * _between(has_left, 1 / (alpha + self.T), leaving.mean_inverse_a)
        by_s = np.log(beta) - _between(
            has_left, np.log(beta + self.T), np.log(beta + self.tx) + leaving.mean_log_b - 1 / s
        )
        by_beta = s / beta - _between(has_left, s / (beta + self.T), (s + 1) * leaving.mean_inverse_b)
        gradient = np.array([n @ part for part in (by_r, by_alpha, by_s, by_beta)])
        return float(n @ each / n.sum()), gradient / n.sum()


def stayed_and_left(
    parameters: np.ndarray, x: np.ndarray, tx: np.ndarray, T: np.ndarray
) -> tuple[np.ndarray, np.ndarray, PowerIntegral]:
    """Log-likelihoods, but for a common factor, of having stayed until T and of having left since t_x.

    And the integral over the moment of leaving y after t_x, whose means are the gradient's.
    """
    r, alpha, s, beta = parameters
    shape = r + x
    stayed = -shape * np.log(alpha + T) - s * np.log(beta + T)
    leaving = power_integral(shape, alpha + tx, s + 1, beta + tx, T - tx)
    left = np.log(s) - shape * np.log(alpha + tx) - (s + 1) * np.log(beta + tx) + leaving.log
    return stayed, left, leaving


def _between(share: np.ndarray, none: np.ndarray, all_of_it: np.ndarray) -> np.ndarray:
    return none + share * (all_of_it - none)

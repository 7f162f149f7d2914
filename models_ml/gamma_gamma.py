"""Likelihood of the Gamma-Gamma model of spending with its gradient.

Belongs here: the formula on one row a repeat buyer. Stays out: the search for its summit (maximum_likelihood.py), whom
to leave out and when not to believe it (btyd.py), what a purchase is worth (spending.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import digamma, gammaln, xlogy


@dataclass(frozen=True, eq=False)
class GammaGammaLikelihood:
    """One entry a repeat buyer: x purchases of mean amount m > 0. Amounts hardly repeat, so nothing is collapsed."""

    x: np.ndarray
    m: np.ndarray

    def __len__(self) -> int:
        return len(self.x)

    def thinned(self, step: int) -> GammaGammaLikelihood:
        return GammaGammaLikelihood(self.x[::step], self.m[::step])

    @cached_property
    def _by_frequency(self) -> tuple[np.ndarray, np.ndarray]:
        return np.unique(self.x, return_counts=True)

    @cached_property
    def _sums(self) -> tuple[np.ndarray, float, float]:
        """What the customers spent, Σ ln m, and Σ x·ln(x·m)."""
        spent = self.x * self.m
        return spent, float(np.log(self.m).sum()), float(xlogy(self.x, spent).sum())

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Mean log-likelihood and its gradient by (p, q, v): equation 1a of Fader & Hardie (2013)."""
        p, q, v = parameters
        x, n = self._by_frequency
        spent, log_means, weighted_logs = self._sums
        reach = np.log(spent + v)
        shape, buyers = p * self.x + q, len(self.x)
        value = n @ (gammaln(p * x + q) - gammaln(p * x)) + buyers * (q * np.log(v) - gammaln(q))
        value += p * weighted_logs - log_means - shape @ reach
        by_p = (n * x) @ (digamma(p * x + q) - digamma(p * x)) + weighted_logs - self.x @ reach
        by_q = n @ digamma(p * x + q) + buyers * (np.log(v) - digamma(q)) - reach.sum()
        by_v = buyers * q / v - shape @ (1 / (spent + v))
        return float(value / buyers), np.array([by_p, by_q, by_v]) / buyers

"""Likelihood of BG/NBD and MBG/NBD with its gradient.

Belongs here: the formula on counted patterns. Stays out: the search for its summit (maximum_likelihood.py), what the
parameters predict (closed_form.py).

Purchase rates are Gamma(r, alpha); a customer leaves with a chance of Beta(a, b) after each purchase: each one after
the first in BG/NBD, the first too in MBG/NBD. So the two differ in how often a customer could have left: x or x + 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import betaln, digamma, gammaln


@dataclass(frozen=True, eq=False)
class BetaGeometric:
    """One entry a pattern: x, t_x and T as in the papers, and its number of customers.

    `spared` is how many purchases a customer cannot leave after: 1 (the first) in BG/NBD, 0 in MBG/NBD.
    """

    x: np.ndarray
    tx: np.ndarray
    T: np.ndarray
    customers: np.ndarray
    spared: int

    def __len__(self) -> int:
        return len(self.x)

    def thinned(self, step: int) -> BetaGeometric:
        columns = (column[::step] for column in (self.x, self.tx, self.T, self.customers))
        return BetaGeometric(*columns, self.spared)

    @cached_property
    def _by_frequency(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Each x once, its customers, and which of them a pattern has: gamma functions are dear and need x alone."""
        x, which = np.unique(self.x, return_inverse=True)
        return x, np.bincount(which, weights=self.customers), which

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Mean log-likelihood and its gradient by (r, alpha, a, b).

        Fader, Hardie & Lee (2005), equation 6; Batislam, Denizel & Filiztekin (2007) with the erratum of Wagner & Hoppe
        (2008). A customer has stayed, or left right after the last purchase: `odds` is the logarithm of the latter's.
        """
        r, alpha, a, b = parameters
        x, n, which = self._by_frequency
        chances = x + 1 - self.spared
        could_leave = chances > 0
        survived = b + np.maximum(chances - 1, 0)
        value = n @ (gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + chances) - betaln(a, b))
        by_r = n @ (digamma(r + x) - digamma(r) + np.log(alpha))
        by_alpha = n.sum() * r / alpha
        by_a = n @ (digamma(a + b) - digamma(a + b + chances))
        by_b = by_a + n @ (digamma(b + chances) - digamma(b))

        seen, silent, shape = alpha + self.tx, alpha + self.T, r + self.x
        longer = np.log(silent / seen)
        log_silent = np.log(silent)
        with np.errstate(divide="ignore"):
            odds = np.log(np.where(could_leave, a / survived, 0.0))[which] + shape * longer
        smaller = np.exp(-np.abs(odds))
        has_left = self.customers * np.where(odds > 0, 1.0, smaller) / (1 + smaller)
        value += self.customers @ (np.maximum(odds, 0) + np.log1p(smaller) - shape * log_silent)
        by_r += has_left @ longer - self.customers @ log_silent
        by_alpha += has_left @ (shape / silent - shape / seen) - self.customers @ (shape / silent)
        by_a += has_left.sum() / a
        by_b -= np.bincount(which, weights=has_left) @ (1 / survived)
        total = n.sum()
        return float(value / total), np.array([by_r, by_alpha, by_a, by_b]) / total

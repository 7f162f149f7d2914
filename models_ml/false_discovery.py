"""Many questions asked at once: the tests behind "more often than usual", and how many answers may be chance.

Belongs here: p-values of counts, q-values of p-values. Stays out: what is counted (product_sequences).
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainc


def exceeds_expected(count: np.ndarray, expected: np.ndarray, base_count: np.ndarray) -> np.ndarray:
    """Probability of at least `count` where `expected` are, when the expectation itself rests on `base_count` events.

    The exact one-sided test of two Poisson counts (Przyborowski & Wilenski 1940): given their sum, the first is
    binomial. A normal approximation on the log scale calls too many small counts unusual.
    """
    count, expected, base = np.broadcast_arrays(count, expected, base_count)
    is_told = (count > 0) & (base > 0) & (expected > 0)
    share = np.divide(expected, expected + base, out=np.ones(expected.shape), where=is_told)
    return np.where(is_told, betainc(np.maximum(count, 1e-9), base + 1, share), 1.0)


def q_values(p_values: np.ndarray) -> np.ndarray:
    """Benjamini & Hochberg (1995): the smallest false discovery rate at which each would be found."""
    size = len(p_values)
    order = np.argsort(p_values, kind="stable")
    scaled = p_values[order] * size / np.arange(1, size + 1)
    found = np.empty(size)
    found[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return found

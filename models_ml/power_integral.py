"""The one integral behind Pareto/NBD: ∫₀ᴴ (1 + y/A)^−p (1 + y/B)^−q dy, and means under its integrand.

Belongs here: the quadrature. Stays out: what the integral stands for (pareto.py).

The papers write it with Gauss's ₂F₁, whose differences cancel for long histories and whose derivatives have no closed
form. On the scale ℓ = ln(1 + y/A), A ≤ B, the integrand is smooth whatever the parameters, so a Gauss–Legendre rule on
the stretch where it is not negligible gives 10 digits and more, and the derivatives are means under the same nodes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

NODES = 32
NEGLIGIBLE = 38.0
"""e^−38 is beyond the last digit of a double."""
_CHUNK = 4096
"""Rows at a time, so that what belongs to their nodes stays in the processor's cache."""
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(NODES)
_POINTS, _WEIGHTS = (1 + _POINTS) / 2, _WEIGHTS / 2


class PowerIntegral(NamedTuple):
    """Logarithm of the integral (−inf over an empty stretch), and means of functions of y weighted by the integrand."""

    log: np.ndarray
    mean_log_a: np.ndarray
    """Mean of ln(1 + y/A)."""
    mean_inverse_a: np.ndarray
    """Mean of 1/(A + y)."""
    mean_log_b: np.ndarray
    mean_inverse_b: np.ndarray


def power_integral(p: np.ndarray, A: np.ndarray, q: np.ndarray, B: np.ndarray, H: np.ndarray) -> PowerIntegral:
    """One integral an entry; p, q, A, B > 0 and H ≥ 0 are broadcast. A ≤ B must hold for all entries or for none."""
    p, A, q, B, H = np.broadcast_arrays(*(np.asarray(value, float) for value in (p, A, q, B, H)))
    if A.size and A.flat[0] > B.flat[0]:
        log, log_b, inverse_b, log_a, inverse_a = power_integral(q, B, p, A, H)
        return PowerIntegral(log, log_a, inverse_a, log_b, inverse_b)
    found = np.empty((5, A.size))
    for first in range(0, A.size, _CHUNK):
        rows = slice(first, first + _CHUNK)
        found[:, rows] = _integrate(*(value.ravel()[rows, None] for value in (p, A, q, B, H)))
    return PowerIntegral(*found.reshape(5, *A.shape))


def _integrate(p, A, q, B, H) -> tuple[np.ndarray, ...]:
    with np.errstate(over="ignore", divide="ignore"):
        faded_a = np.where(p > 1, NEGLIGIBLE / np.maximum(p - 1, 1e-12), np.inf)
        faded_b = np.log1p(B / A * np.expm1(NEGLIGIBLE / q))
        stretch = np.minimum(np.log1p(H / A), np.minimum(faded_a, faded_b))
        log_a = stretch * _POINTS
        y = A * np.expm1(log_a)
        log_b = np.log1p(y / B)
        # dy = A·e^ℓ dℓ takes one power of (1 + y/A) away.
        mass = np.exp((1 - p) * log_a - q * log_b)
        total = mass @ _WEIGHTS
        each = [(mass * part) @ _WEIGHTS / total for part in (log_a, 1 / (A + y), log_b, 1 / (B + y))]
        return np.log(total * stretch[:, 0] * A[:, 0]), *each

"""The quadrature against adaptive integration, and where a fixed rule usually breaks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from models_ml.power_integral import power_integral


def slow(p: float, A: float, q: float, B: float, H: float) -> tuple[float, ...]:
    """The same by adaptive steps in ln(1 + y/A): logarithm of the integral and the four means."""

    def mass(step: float) -> float:
        return A * np.exp((1 - p) * step - q * np.log1p(A / B * np.expm1(step)))

    def integral(part) -> float:
        ends = np.linspace(0, np.log1p(H / A), 60)
        steps = pairwise(ends)
        return sum(quad(lambda t: mass(t) * part(A * np.expm1(t)), *step, epsrel=1e-13)[0] for step in steps)

    total = integral(lambda y: 1.0)
    parts = (lambda y: np.log1p(y / A), lambda y: 1 / (A + y), lambda y: np.log1p(y / B), lambda y: 1 / (B + y))
    return np.log(total), *(integral(part) / total for part in parts)


@pytest.mark.parametrize(
    "arguments",
    [
        (0.55, 10.6, 1.6, 11.7, 39.0),
        (25.5, 30.0, 1.6, 31.0, 10.0),
        (0.3, 80.0, 1.2, 9.0, 700.0),
        (0.3, 9.0, 1.2, 8000.0, 700.0),
        (900.0, 400.0, 1.1, 500.0, 300.0),
        (1.0, 5.0, 4.0, 0.05, 1000.0),
        (2.0, 5.0, 3.0, 5.0, 1e-6),
    ],
    ids=["CDNOW", "busy", "early leaving", "late leaving", "nine hundred purchases", "far apart", "a moment"],
)
def test_integral_and_means_agree_with_adaptive_integration(arguments: tuple[float, ...]) -> None:
    found = power_integral(*arguments)
    assert [float(part) for part in found] == pytest.approx(slow(*arguments), rel=1e-8, abs=1e-10)


def test_an_empty_stretch_is_nothing_and_poisons_nobody_else() -> None:
    found = power_integral(np.array([2.0, 2.0]), 5.0, 1.5, 6.0, np.array([0.0, 10.0]))
    assert found.log[0] == -np.inf
    assert np.isfinite(found.log[1])
    assert np.isfinite(np.array(found[1:])).all()


def test_more_rows_than_a_chunk_are_the_same_as_one_by_one() -> None:
    H = np.linspace(0.1, 900, 10_000)
    together = power_integral(0.9, 60.0, 1.7, 250.0, H).log
    assert together[[0, 4095, 4096, 9999]] == pytest.approx(
        [float(power_integral(0.9, 60.0, 1.7, 250.0, H[row]).log) for row in (0, 4095, 4096, 9999)], rel=1e-15
    )
    assert (np.diff(together) > 0).all()

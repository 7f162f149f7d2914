"""Probabilities that can be believed, and bands that say how far."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from models_ml.calibration import band_coverage, fit_band, fit_platt
from models_ml.evaluation import expected_calibration_error


def test_platt_undoes_overconfidence() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(0, 1, 20_000)
    y = (rng.random(20_000) < expit(truth)).astype(int)
    shouted = 3 * truth + 1
    fitted = fit_platt(shouted, y)
    assert fitted.slope == pytest.approx(1 / 3, abs=0.02)
    assert fitted.intercept == pytest.approx(-1 / 3, abs=0.05)
    assert expected_calibration_error(y, expit(shouted)) > 0.1
    assert expected_calibration_error(y, expit(fitted.apply(shouted))) < 0.015


def test_platt_never_turns_a_ranking_around_but_falls_back_to_the_base_rate() -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(size=2000)
    y = (rng.random(2000) < expit(-z - 1)).astype(int)
    fitted = fit_platt(z, y)
    assert fitted.slope == 0
    assert expit(fitted.apply(z)) == pytest.approx(np.full(2000, y.mean()))


def origins(drift: float, count: int, seed: int, kinds: int = 1) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Origins whose true log odds are shifted from what was predicted, by a normal draw for each of so many kinds of
    customers (equally many of the lowest, the next …).
    """
    rng = np.random.default_rng(seed)
    predicted, outcome = [], []
    for _ in range(count):
        z = np.sort(rng.normal(-0.5, 1.2, 4000))
        shift = np.repeat(rng.normal(0, drift, kinds), 4000 // kinds)
        predicted.append(expit(z))
        outcome.append((rng.random(4000) < expit(z + shift)).astype(float))
    return predicted, outcome


def test_a_model_that_drifts_gets_a_wider_band() -> None:
    steady, drifting = (fit_band(*origins(drift, 4, seed=1)) for drift in (0.0, 0.6))
    p = np.array([0.05, 0.3, 0.7])
    widths = [np.subtract(*band.around(p)[::-1]) for band in (steady, drifting)]
    assert (widths[1] > 1.7 * widths[0]).all()
    low, high = drifting.around(np.array([0.0, 1e-6, 0.5, 1.0]))
    assert (low <= [0.0, 1e-6, 0.5, 1.0]).all()
    assert (high >= [0.0, 1e-6, 0.5, 1.0]).all()
    assert ((low >= 0) & (high <= 1)).all()


def test_the_band_holds_about_four_in_five_new_origins() -> None:
    hits = []
    for seed in range(60):
        predicted, outcome = origins(0.4, 5, seed)
        band = fit_band(predicted[:4], outcome[:4])
        low, high = band.around(predicted[4])
        near = np.abs(predicted[4] - 0.4) < 0.05
        hits.append(low[near].mean() <= outcome[4][near].mean() <= high[near].mean())
    assert 0.68 <= np.mean(hits) <= 0.95


@pytest.mark.parametrize("kinds", [1, 2, 10])
def test_the_band_holds_four_in_five_whether_customers_drift_together_or_apart(kinds: int) -> None:
    """Of four origins. A Student t with as many degrees of freedom would hold 88 where all drift apart; of companies
    whose customers drift together, what it took at past origins alone misses by 6 and a normal by 9, either way.
    """
    held = np.array([band_coverage(*origins(0.5, 4, seed, kinds)) for seed in range(30)])
    assert held.mean() == pytest.approx(0.8, abs=0.03)
    assert np.abs(held - 0.8).mean() < 0.05


def test_more_dates_make_bands_surer() -> None:
    """By 1.2 points of a hundred instead of 2.8 with four; half a correction would be off by 1.8, a normal by 3.5."""
    held = np.array([band_coverage(*origins(0.5, 10, seed, kinds)) for kinds in (1, 2, 10) for seed in range(15)])
    assert held.mean() == pytest.approx(0.8, abs=0.02)
    assert np.abs(held - 0.8).mean() < 0.016


def test_coverage_is_measured_on_left_out_origins() -> None:
    predicted, outcome = origins(0.0, 4, seed=3)
    assert band_coverage(predicted, outcome) > 0.7
    two, one_turned_around = outcome[:2], [outcome[0], 1 - outcome[1]]
    assert band_coverage(predicted[:2], one_turned_around) <= 0.6 < band_coverage(predicted[:2], two)
    assert band_coverage(predicted[:1], outcome[:1]) is None

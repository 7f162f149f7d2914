"""Probabilities that mean what they say pass, chance included; those that do not are told, the useless withheld."""

from __future__ import annotations

import numpy as np
import pytest

from models_ml.calibration_check import MOST_ERROR, CalibrationCheck, check_calibration, check_totals
from models_ml.evaluation import expected_calibration_error


def judged(customers: int, off_by: float, seed: int = 1) -> CalibrationCheck:
    """Four origins of the same customers; what comes lies `off_by` from what is said, towards one half."""
    rng = np.random.default_rng(seed)
    luck = rng.random(customers)
    said = [np.clip(rng.beta(2, 2, customers), 0.01, 0.99) for _ in range(4)]
    seen = [(luck < p + off_by * np.where(p < 0.5, 1, -1)).astype(int) for p in said]
    return check_calibration(said, seen)


@pytest.mark.parametrize(
    ("customers", "off_by", "is_kept", "is_useless"),
    [
        (20_000, 0.0, True, False),
        (20_000, 0.02, True, False),
        (20_000, 0.06, False, False),
        (20_000, 0.15, False, True),
        (1_000, 0.15, False, True),
    ],
)
def test_an_error_beyond_the_bar_is_told_and_a_large_one_makes_it_useless(customers, off_by, is_kept, is_useless):
    check = judged(customers, off_by)
    assert (check.is_kept, check.is_useless) == (is_kept, is_useless), check
    assert ("misses the bar" in check.sentence) is not is_kept


def test_few_customers_show_errors_that_are_chance_and_no_fault():
    checks = [judged(120, 0.0, seed) for seed in range(40)]
    assert np.mean([check.error for check in checks]) > 2 * MOST_ERROR, "the bare error would accuse nearly all"
    assert sum(not check.is_kept for check in checks) <= 2
    assert not any(check.is_useless for check in checks)


def test_the_error_is_the_mean_of_the_origins_which_the_backtest_table_shows():
    rng = np.random.default_rng(2)
    said = [rng.random(500), rng.random(80)]
    seen = [(rng.random(len(p)) < p**2).astype(int) for p in said]
    by_origin = [expected_calibration_error(y, p) for p, y in zip(said, seen, strict=True)]
    assert check_calibration(said, seen).error == pytest.approx(np.mean(by_origin))


def test_the_card_holds_the_figures_that_the_gate_reads():
    found = judged(20_000, 0.06).as_json()
    assert found["error"] > found["by_chance"] > found["bar"] == MOST_ERROR
    assert found["is_kept"] is False
    assert f"{found['error']:.3f}" in found["sentence"]


@pytest.mark.parametrize(("total_error", "is_kept"), [(0.0, True), (0.1, True), (-0.3, False), (0.3, False)])
def test_a_total_beyond_its_bar_is_told(total_error, is_kept):
    rng = np.random.default_rng(3)
    truth = [rng.gamma(0.5, 100, 5_000) for _ in range(3)]
    said = [amount.mean() * (1 + total_error) * np.ones(len(amount)) for amount in truth]
    check = check_totals(said, truth)
    assert check.error == pytest.approx(abs(total_error), abs=1e-9)
    assert check.is_kept is is_kept
    assert not check.is_useless
    assert check.sentence.startswith("Error of the total ")


def test_a_total_that_few_customers_make_may_be_further_off():
    amounts = [np.array([5_000.0, *[10.0] * 50]) for _ in range(3)]
    said = [np.full(51, amount.sum() / 51 * 0.7) for amount in amounts]
    assert check_totals(said, amounts).is_kept
    assert check_totals(said, [np.zeros(51)] * 3) is None

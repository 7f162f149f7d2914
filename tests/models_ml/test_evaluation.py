"""Metrics on values that can be computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from models_ml.evaluation import (
    auc,
    average_precision,
    c_index,
    classification_metrics,
    expected_calibration_error,
    interval_coverage,
    normalised_gini,
    placements,
    value_metrics,
)


def test_auc_counts_pairs_and_ties_by_half() -> None:
    # Positives 0.8, 0.5; negatives 0.5, 0.1: pairs won 1, 1, tie ½, 1 → 3.5 of 4.
    assert auc(np.array([1, 1, 0, 0]), np.array([0.8, 0.5, 0.5, 0.1])) == 3.5 / 4
    assert auc(np.array([1, 1]), np.array([0.2, 0.3])) is None


def test_auc_is_that_of_scikit_learn_on_many_tied_scores() -> None:
    rng = np.random.default_rng(4)
    outcome, score = rng.integers(0, 2, 5000), rng.integers(0, 40, 5000) / 40
    assert auc(outcome, score) == pytest.approx(roc_auc_score(outcome, score), rel=1e-12)


def test_placements_say_of_each_customer_what_auc_says_of_all() -> None:
    # The positive 0.8 is above both negatives, 0.5 above one and tied with one; the negatives see it from below.
    outcome, score = np.array([1, 1, 0, 0]), np.array([0.8, 0.5, 0.5, 0.1])
    assert placements(outcome, score).tolist() == [1.0, 0.75, 0.75, 1.0]
    rng = np.random.default_rng(4)
    outcome, score = rng.integers(0, 2, 5000), rng.integers(0, 40, 5000) / 40
    placed = placements(outcome, score)
    assert placed[outcome == 1].mean() == pytest.approx(auc(outcome, score), rel=1e-12)
    assert placed[outcome == 0].mean() == pytest.approx(auc(outcome, score), rel=1e-12)


def test_average_precision_is_the_mean_precision_at_hits() -> None:
    assert average_precision(np.array([1, 0, 1]), np.array([0.9, 0.8, 0.7])) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(np.array([0, 0]), np.array([0.9, 0.8])) is None


def test_brier_and_log_loss() -> None:
    metrics = classification_metrics(np.array([1, 0]), np.array([0.8, 0.4]), np.array([True, False]))
    assert metrics["brier"] == pytest.approx((0.04 + 0.16) / 2)
    assert metrics["log_loss"] == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)
    assert metrics["auc"] == 1
    assert metrics["auc_recent"] is None


def test_calibration_error_weighs_equal_frequency_bins() -> None:
    p = np.array([0.1, 0.1, 0.1, 0.1, 0.6, 0.6])
    y = np.array([0, 0, 0, 1, 1, 1])
    # Two bins of three: |0.1 − 0| and |(0.1 + 1.2)/3 − 1|.
    assert expected_calibration_error(y, p, bins=2) == pytest.approx(0.5 * 0.1 + 0.5 * (1 - 1.3 / 3))
    rng = np.random.default_rng(0)
    q = rng.random(30_000)
    assert expected_calibration_error(rng.random(30_000) < q, q) < 0.01
    assert expected_calibration_error(rng.random(30_000) < q**2, q) > 0.1


def test_gini_is_one_for_the_perfect_order_and_minus_one_for_the_reverse() -> None:
    y = np.array([0.0, 0.0, 3.0, 1.0])
    assert normalised_gini(y, y) == pytest.approx(1)
    assert normalised_gini(y, -y) == pytest.approx(-1)
    # Order 1, 3, 0, 0 against 3, 1, 0, 0: areas 13/16 and 15/16, each less the 10/16 of no order at all.
    assert normalised_gini(y, np.array([0.0, 0.0, 1.0, 2.0])) == pytest.approx(3 / 5)
    assert normalised_gini(np.zeros(3), y[:3]) is None


def test_value_metrics_by_hand() -> None:
    y, p = np.array([0.0, 0.0, 10.0, 100.0]), np.array([0.0, 4.0, 10.0, 60.0])
    metrics = value_metrics(y, p, cap=50.0)
    assert metrics["mae"] == 11
    assert metrics["rmse"] == pytest.approx(np.sqrt((16 + 1600) / 4))
    assert metrics["rmse_capped"] == pytest.approx(np.sqrt(16 / 4))
    assert metrics["aggregate_error"] == pytest.approx(74 / 110 - 1)
    assert metrics["dec_wape"] == pytest.approx(44 / 110)
    nobody = value_metrics(np.zeros(20), np.ones(20), cap=np.inf)
    assert nobody["aggregate_error"] is None
    assert nobody["spearman"] is None
    assert nobody["normalised_gini"] is None


def test_top_decile_capture_is_the_share_of_spend_among_the_best_tenth() -> None:
    y = np.arange(20, dtype=float)
    assert value_metrics(y, y, np.inf)["top_decile_capture"] == pytest.approx((18 + 19) / 190)


def test_concordance_counts_comparable_pairs_only() -> None:
    days, bought = np.array([3, 10, 0, 0]), np.array([True, True, False, False])
    # Pairs: first against three others, second against the two who never came.
    assert c_index(days, bought, np.array([0.9, 0.5, 0.2, 0.5])) == pytest.approx((3 + 1 + 0.5) / 5)
    assert c_index(days, np.zeros(4, bool), np.ones(4)) is None


def test_concordance_equals_the_definition_on_random_data() -> None:
    rng = np.random.default_rng(1)
    days, bought, score = rng.integers(0, 30, 200), rng.random(200) < 0.6, rng.integers(0, 20, 200) / 20
    won = pairs = 0.0
    for i in np.flatnonzero(bought):
        for j in range(200):
            if not bought[j] or days[j] > days[i]:
                pairs += 1
                won += 1.0 if score[i] > score[j] else 0.5 if score[i] == score[j] else 0.0
    assert c_index(days, bought, score) == pytest.approx(won / pairs)


def test_coverage_counts_the_bounds_as_inside() -> None:
    assert interval_coverage(np.array([1, 2, 3, 4]), np.array([1, 0, 0, 5]), np.array([1, 2, 2, 9])) == 0.5
    assert interval_coverage(np.array([]), np.array([]), np.array([])) is None

"""Incidence and false discovery, against textbook numbers and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, false_discovery_control

from models_ml.false_discovery import exceeds_expected, q_values
from models_ml.incidence import day_of_share, incidence


def test_kaplan_meier_and_its_interval_by_hand() -> None:
    """Ten watched: two buy on day 1, one leaves unseen, one of seven buys on day 2, nobody on day 3."""
    found = incidence(np.array([[10.0, 10, 7, 6]]), np.array([[0.0, 2, 1, 0]]))
    kept = 0.8 * 6 / 7
    assert found.share[0] == pytest.approx([0, 0.2, 1 - kept, 1 - kept])
    greenwood = 2 / (10 * 8) + 1 / (7 * 6)
    assert found.greenwood[0, 2] == pytest.approx(greenwood)
    low, high = found.interval()
    spread = 1.959964 * np.sqrt(greenwood) / abs(np.log(kept))
    assert low[0, 2] == pytest.approx(1 - kept ** np.exp(-spread), abs=1e-6)
    assert high[0, 2] == pytest.approx(1 - kept ** np.exp(spread), abs=1e-6)
    assert (low[0, 0], high[0, 0]) == (0, 0), "nothing has happened on day 0"


def test_the_interval_never_leaves_what_a_share_can_be() -> None:
    found = incidence(np.array([[3.0, 3, 2]]), np.array([[0.0, 1, 2]]))
    low, high = found.interval()
    assert ((low >= 0) & (high <= 1) & (low <= found.share) & (found.share <= high)).all()


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    bought = rng.binomial(60, 0.1, size=(4_000, 1)).astype(float)
    low, high = incidence(np.full_like(bought, 60), bought).interval()
    assert np.mean((low <= 0.1) & (high >= 0.1)) == pytest.approx(0.95, abs=0.02)


def test_days_of_a_quantile() -> None:
    share = np.array([[0, 0.1, 0.2, 0.4], [0, 0, 0, 0.5]])
    assert day_of_share(share, 0.5).tolist() == [2, 3]


def test_more_than_expected_is_the_exact_test_of_two_counts() -> None:
    count, expected, base = 12, 5.0, 40
    found = exceeds_expected(np.array([count, 0]), np.array([expected, expected]), np.array([base, base]))
    exact = binomtest(count, count + base, expected / (expected + base), alternative="greater").pvalue
    assert found.tolist() == [pytest.approx(exact), 1.0]


def test_q_values_are_those_of_scipy() -> None:
    p_values = np.random.default_rng(2).random(200) ** 2
    assert q_values(p_values) == pytest.approx(false_discovery_control(p_values))
    assert q_values(np.empty(0)).tolist() == []

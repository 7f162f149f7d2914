"""BG/NBD and Gamma-Gamma: published parameters, planted truth, and every way a fit can fail."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from datetime import date

import numpy as np
import polars as pl
import pytest

from models_ml import btyd
from models_ml.btyd import BetaGeo, FitError, GammaGamma, fit_beta_geo, fit_gamma_gamma
from models_ml.closed_form import log_likelihood
from models_ml.datasets import summarise_purchases


def test_cdnow_parameters_are_the_published_ones(cdnow_sample: pl.DataFrame) -> None:
    rows = summarise_purchases(cdnow_sample, date(1997, 10, 1))
    x, tx, age = rows["frequency"].to_numpy(), rows["recency_days"].to_numpy() / 7, rows["t_days"].to_numpy() / 7
    model = fit_beta_geo(x, tx, age)
    assert model.customers == 2357
    assert model.penalizer == 0
    assert [round(value, 3) for value in (model.r, model.alpha, model.a, model.b)] == [0.243, 4.414, 0.793, 2.426]
    assert round(log_likelihood(model, x, tx, age), 1) == -9582.4


def test_counting_orders_instead_of_days_would_not_give_the_published_parameters(cdnow_sample: pl.DataFrame) -> None:
    rows = summarise_purchases(cdnow_sample, date(1997, 10, 1))
    orders = (
        cdnow_sample.filter(pl.col("order_date") < date(1997, 10, 1)).group_by("customer_id").len().sort("customer_id")
    )
    x = np.where(rows["frequency"] > 0, orders["len"].to_numpy() - 1, 0)
    model = fit_beta_geo(x, rows["recency_days"].to_numpy() / 7, rows["t_days"].to_numpy() / 7)
    assert round(model.r, 3) != 0.243


def simulated_summaries(customers: int, model: BetaGeo, age: float, seed: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(customers):
        rate, leaving, now, x, tx = rng.gamma(model.r, 1 / model.alpha), rng.beta(model.a, model.b), 0.0, 0, 0.0
        while True:
            now += rng.exponential(1 / rate)
            if now > age:
                break
            x, tx = x + 1, now
            if rng.random() < leaving:
                break
        rows.append((x, tx, age))
    return tuple(np.array(rows, float).T)


def test_planted_parameters_are_recovered() -> None:
    truth = BetaGeo(0.8, 40.0, 0.9, 3.0)
    found = fit_beta_geo(*simulated_summaries(6000, truth, 500.0, seed=1))
    assert found.r == pytest.approx(truth.r, rel=0.15)
    assert found.alpha == pytest.approx(truth.alpha, rel=0.15)
    assert found.a / (found.a + found.b) == pytest.approx(truth.a / (truth.a + truth.b), rel=0.15)


def test_collapsing_to_patterns_changes_nothing(cdnow_sample: pl.DataFrame) -> None:
    rows = summarise_purchases(cdnow_sample, date(1997, 10, 1))
    columns = [rows[name].to_numpy() for name in ("frequency", "recency_days", "t_days")]
    once, twice = fit_beta_geo(*columns), fit_beta_geo(*(np.concatenate([column, column]) for column in columns))
    assert twice.customers == 2 * once.customers
    assert twice.r == pytest.approx(once.r, rel=1e-4)
    assert twice.alpha == pytest.approx(once.alpha, rel=1e-4)


def test_buyers_who_never_leave_get_a_penaliser_and_it_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    honest = btyd._lifetimes_fit

    def refuse_small_penalisers(fitter: str, penalizer: float, *columns: np.ndarray, **more: np.ndarray):
        tried.append(penalizer)
        return None if penalizer < 1e-3 else honest(fitter, penalizer, *columns, **more)

    monkeypatch.setattr(btyd, "_lifetimes_fit", refuse_small_penalisers)
    model = fit_beta_geo(*simulated_summaries(300, BetaGeo(0.8, 40.0, 0.9, 3.0), 500.0, seed=2))
    assert tried == [0.0, 1e-4, 1e-3]
    assert model.penalizer == 1e-3
    monkeypatch.setattr(btyd, "_lifetimes_fit", lambda *_, **__: None)
    with pytest.raises(FitError, match="did not converge on 300 customers"):
        fit_beta_geo(*simulated_summaries(300, BetaGeo(0.8, 40.0, 0.9, 3.0), 500.0, seed=2))


def test_a_convergence_error_of_the_library_is_a_failed_attempt_without_noise(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    import lifetimes
    from lifetimes.utils import ConvergenceError

    def fail(*_, **__):
        print("message: Desired error not necessarily achieved")
        warnings.warn("overflow", RuntimeWarning, stacklevel=1)
        raise ConvergenceError("The model did not converge.")

    monkeypatch.setattr(lifetimes.BetaGeoFitter, "fit", fail)
    before = list(warnings.filters)
    with warnings.catch_warnings(record=True) as heard:
        assert btyd._lifetimes_fit("BetaGeoFitter", 0.0, np.ones(5), np.ones(5), np.ones(5)) is None
    assert capsys.readouterr().out == ""
    assert heard == []
    assert warnings.filters == before


def test_importing_and_fitting_leaves_the_warning_filters_alone() -> None:
    code = (
        "import warnings; before = list(warnings.filters)\n"
        "from models_ml.btyd import fit_beta_geo\n"
        "import sys; assert 'lifetimes' not in sys.modules\n"
        "fit_beta_geo([0, 1, 2, 0, 3] * 20, [0, 30, 50, 0, 70] * 20, [90, 90, 80, 70, 90] * 20)\n"
        "assert 'lifetimes' in sys.modules\n"
        "muted = [f for f in warnings.filters if f[0] == 'ignore' and f[2] is FutureWarning]\n"
        "print(muted)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nobody_bought_twice() -> None:
    with pytest.raises(FitError, match="no customer has bought a second time"):
        fit_beta_geo(np.zeros(100), np.zeros(100), np.full(100, 50.0))
    with pytest.raises(FitError, match="no customer has bought a second time"):
        fit_beta_geo(np.array([]), np.array([]), np.array([]))


def planted_values(customers: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Purchases Gamma(6, ν), ν ~ Gamma(4, 15): mean value 6·15/3 = 30."""
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 12, customers)
    return x, rng.gamma(6 * x) / rng.gamma(4, 1 / 15, customers) / x


def test_gamma_gamma_recovers_the_planted_mean() -> None:
    model = fit_gamma_gamma(*planted_values(4000, seed=3))
    assert model.method == "maximum likelihood"
    assert model.p * model.v / (model.q - 1) == pytest.approx(30, rel=0.05)
    assert model.customers == 4000
    assert abs(model.correlation) < 0.1


def test_correlated_frequency_and_value_fall_back_and_say_why() -> None:
    x, value = planted_values(500, seed=4)
    model = fit_gamma_gamma(x, value * x**2)
    assert model.method == "credibility"
    assert "correlated" in model.reason
    assert model.p * model.v / (model.q - 1) == pytest.approx((value * x**2).mean())


def test_few_repeaters_fall_back_and_say_how_few() -> None:
    model = fit_gamma_gamma(*(column[:12] for column in planted_values(500, seed=4)))
    assert model.method == "credibility"
    assert model.reason == "only 12 repeat buyers with a positive mean purchase (30 needed)"


def test_negative_missing_and_one_time_values_never_reach_gamma_gamma() -> None:
    x, value = planted_values(1000, seed=5)
    dirty_x = np.concatenate([x, [3, 2, 0, 4]])
    dirty_value = np.concatenate([value, [-50.0, np.nan, 1e6, 0.0]])
    assert fit_gamma_gamma(dirty_x, dirty_value) == fit_gamma_gamma(x, value)
    with pytest.raises(FitError, match="no repeat buyer has a positive mean purchase"):
        fit_gamma_gamma(np.array([2, 3]), np.array([-5.0, np.nan]))


def test_parameters_survive_json() -> None:
    model = BetaGeo(0.8, 40.0, 0.9, 3.0, 1e-4, 300)
    assert BetaGeo(**json.loads(json.dumps(model.as_json()))) == model
    spend = GammaGamma(6.0, 4.0, 15.0, correlation=0.05, customers=7)
    assert GammaGamma(**json.loads(json.dumps(spend.as_json()))) == spend

"""BG/NBD and Gamma-Gamma: published parameters, planted truth, and every way a fit can fail."""

from __future__ import annotations

import json
import warnings
from dataclasses import astuple
from datetime import date

import numpy as np
import polars as pl
import pytest

from models_ml import maximum_likelihood
from models_ml.beta_geometric import BetaGeometric
from models_ml.btyd import (
    BetaGeo,
    GammaGamma,
    ModifiedBetaGeo,
    ParetoNbd,
    fit_gamma_gamma,
    fit_purchases,
    log_likelihood,
    purchase_model_from_json,
)
from models_ml.datasets import summarise_purchases
from models_ml.gamma_gamma import GammaGammaLikelihood
from models_ml.maximum_likelihood import PENALIZERS, FitError, climb

from .lifetimes_oracle import fitted, fitted_spending


def weeks(log: pl.DataFrame) -> tuple[np.ndarray, ...]:
    """(x, t_x, T) of the first 39 weeks, as the papers count them."""
    rows = summarise_purchases(log, date(1997, 10, 1))
    return rows["frequency"].to_numpy(), rows["recency_days"].to_numpy() / 7, rows["t_days"].to_numpy() / 7


@pytest.mark.parametrize(
    ("kind", "parameters", "likelihood"),
    [(BetaGeo, (0.243, 4.414, 0.793, 2.426), -9582.4), (ParetoNbd, (0.553, 10.578, 0.606, 11.669), -9595.0)],
    ids=["BG/NBD", "Pareto/NBD"],
)
def test_cdnow_parameters_are_the_published_ones(kind, parameters, likelihood, cdnow_sample: pl.DataFrame) -> None:
    model = fit_purchases(kind, *weeks(cdnow_sample))
    assert model.customers == 2357
    assert model.penalizer == 0
    assert tuple(round(value, 3) for value in astuple(model)[:4]) == parameters
    assert round(log_likelihood(model, *weeks(cdnow_sample)), 1) == likelihood


def test_counting_orders_instead_of_days_would_not_give_the_published_parameters(cdnow_sample: pl.DataFrame) -> None:
    rows = summarise_purchases(cdnow_sample, date(1997, 10, 1))
    orders = (
        cdnow_sample.filter(pl.col("order_date") < date(1997, 10, 1)).group_by("customer_id").len().sort("customer_id")
    )
    x = np.where(rows["frequency"] > 0, orders["len"].to_numpy() - 1, 0)
    model = fit_purchases(BetaGeo, x, rows["recency_days"].to_numpy() / 7, rows["t_days"].to_numpy() / 7)
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
    found = fit_purchases(BetaGeo, *simulated_summaries(6000, truth, 500.0, seed=1))
    assert found.r == pytest.approx(truth.r, rel=0.15)
    assert found.alpha == pytest.approx(truth.alpha, rel=0.15)
    assert found.a / (found.a + found.b) == pytest.approx(truth.a / (truth.a + truth.b), rel=0.15)


def test_collapsing_to_patterns_changes_nothing(cdnow_sample: pl.DataFrame) -> None:
    rows = summarise_purchases(cdnow_sample, date(1997, 10, 1))
    columns = [rows[name].to_numpy() for name in ("frequency", "recency_days", "t_days")]
    once, twice = (
        fit_purchases(BetaGeo, *columns),
        fit_purchases(BetaGeo, *(np.concatenate([column, column]) for column in columns)),
    )
    assert twice.customers == 2 * once.customers
    assert twice.r == pytest.approx(once.r, rel=1e-4)
    assert twice.alpha == pytest.approx(once.alpha, rel=1e-4)


@pytest.mark.parametrize("kind", [BetaGeo, ModifiedBetaGeo, ParetoNbd], ids=lambda kind: kind.title)
def test_parameters_are_those_that_lifetimes_finds(kind, cdnow_sample: pl.DataFrame) -> None:
    history = weeks(cdnow_sample)
    ours, theirs = fit_purchases(kind, *history), fitted(kind.title, *history)
    # lifetimes ends its Pareto/NBD at a tolerance of 1e-4 on the likelihood: its numbers are worth three digits.
    enough = 1e-2 if kind is ParetoNbd else 1e-5
    found = [getattr(ours, name) for name in theirs.params_.index]
    assert found == pytest.approx(theirs.params_.to_list(), rel=enough)
    best = log_likelihood(kind(**theirs.params_), *history)
    assert log_likelihood(ours, *history) >= best - 1e-8 * abs(best)
    assert log_likelihood(ours, *history) == pytest.approx(best, rel=1e-8)


def test_spending_parameters_are_those_that_lifetimes_finds(cdnow_sample: pl.DataFrame) -> None:
    rows = summarise_purchases(cdnow_sample, date(1997, 10, 1)).drop_nulls("monetary_value")
    x, value = rows["frequency"].to_numpy(), rows["monetary_value"].to_numpy()
    ours = fit_gamma_gamma(x, value)
    assert [ours.p, ours.q, ours.v] == pytest.approx(fitted_spending(x, value).params_.to_list(), rel=1e-5)


@pytest.mark.parametrize("penalizer", PENALIZERS)
def test_a_penaliser_means_what_it_means_in_lifetimes(penalizer: float, cdnow_sample: pl.DataFrame) -> None:
    x, tx, age = weeks(cdnow_sample)
    tx, age = tx / age.max(), age / age.max()
    found = climb(BetaGeometric(x, tx, age, np.ones(len(x)), spared=1), np.ones(4), penalizer)
    assert found == pytest.approx(fitted("BG/NBD", x, tx, age, penalizer=penalizer).params_.to_numpy(), rel=1e-5)
    x, value = planted_values(1000, seed=5)
    value = value / value.mean()
    found = climb(GammaGammaLikelihood(x, value), np.ones(3), penalizer)
    assert found == pytest.approx(fitted_spending(x, value, penalizer).params_.to_numpy(), rel=1e-5)


def test_neither_the_unit_of_time_nor_the_currency_changes_a_model(cdnow_sample: pl.DataFrame) -> None:
    x, tx, age = weeks(cdnow_sample)
    by_week, by_minute = (fit_purchases(ParetoNbd, x, tx * unit, age * unit) for unit in (1, 7 * 24 * 60))
    assert by_minute.r == pytest.approx(by_week.r, rel=1e-6)
    assert by_minute.beta == pytest.approx(by_week.beta * 7 * 24 * 60, rel=1e-6)
    x, value = planted_values(1000, seed=5)
    pounds, rupiah = fit_gamma_gamma(x, value), fit_gamma_gamma(x, value * 20_000)
    assert rupiah.method == "maximum likelihood"
    assert [rupiah.p, rupiah.q, rupiah.v] == pytest.approx([pounds.p, pounds.q, pounds.v * 20_000], rel=1e-6)


def test_buyers_who_never_leave_get_a_penaliser_and_it_is_recorded() -> None:
    """Everybody buys every fortnight until the last day: the chance to leave is 0 and nobody's rate differs."""
    age = np.tile(np.arange(100.0, 400.0, 14), 20)
    regular = age // 14, age, age
    model = fit_purchases(BetaGeo, *regular)
    assert model.penalizer > 0
    assert model.a / (model.a + model.b) < 0.05
    assert ((model.r + regular[0]) / (model.alpha + age)).mean() == pytest.approx(1 / 14, rel=0.02)
    assert (
        fit_purchases(ParetoNbd, *regular).penalizer
        == fit_purchases(ModifiedBetaGeo, *regular).penalizer
        == model.penalizer
    )


def test_a_fit_that_never_converges_says_on_how_many_customers(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def refuse(_, __, penalizer: float) -> None:
        tried.append(penalizer)

    monkeypatch.setattr(maximum_likelihood, "climb", refuse)
    with pytest.raises(
        FitError, match=r"the BG/NBD fit did not converge with any penaliser up to 0.1 on 300 customers"
    ):
        fit_purchases(BetaGeo, *simulated_summaries(300, BetaGeo(0.8, 40.0, 0.9, 3.0), 500.0, seed=2))
    assert tried == list(PENALIZERS)
    model = fit_gamma_gamma(*planted_values(500, seed=4))
    assert model.method == "credibility"
    assert model.reason == "the Gamma-Gamma fit did not converge with any penaliser up to 0.1 to a finite mean"


@pytest.mark.parametrize(
    ("x", "tx", "age"),
    [(1.5, 3, 9), (-1, 0, 9), (1, 10, 9), (0, 3, 9), (2, np.nan, 9), (0, 0, np.inf), (1, -2, 9)],
)
def test_impossible_histories_are_refused(x: float, tx: float, age: float) -> None:
    with pytest.raises(ValueError, match="1 customers have an impossible history"):
        fit_purchases(BetaGeo, np.array([2, x]), np.array([5, tx]), np.array([9, age]))


def test_long_histories_are_fitted_without_overflow() -> None:
    """Daily buyers over six years, beside ordinary ones: gamma functions of 2,000 overflow unless in logarithms."""
    x, tx, age = simulated_summaries(400, BetaGeo(0.8, 40.0, 0.9, 3.0), 2200.0, seed=3)
    daily = np.linspace(1500, 2200, 40).round()
    history = np.append(x, daily), np.append(tx, daily), np.append(age, np.full(40, 2200.0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in (BetaGeo, ModifiedBetaGeo, ParetoNbd):
            assert np.isfinite(log_likelihood(fit_purchases(kind, *history), *history))


def test_a_large_table_gets_the_same_answer_as_a_search_from_scratch(monkeypatch: pytest.MonkeyPatch) -> None:
    history = simulated_summaries(6000, BetaGeo(0.8, 40.0, 0.9, 3.0), 500.0, seed=1)
    monkeypatch.setattr(maximum_likelihood, "ROUGH_ROWS", 500)
    warm = fit_purchases(BetaGeo, *history)
    monkeypatch.setattr(maximum_likelihood, "ROUGH_ROWS", 10**9)
    assert astuple(warm) == pytest.approx(astuple(fit_purchases(BetaGeo, *history)), rel=1e-6)


def test_nobody_bought_twice() -> None:
    with pytest.raises(FitError, match="no customer has bought a second time"):
        fit_purchases(BetaGeo, np.zeros(100), np.zeros(100), np.full(100, 50.0))
    with pytest.raises(FitError, match="no customer has bought a second time"):
        fit_purchases(BetaGeo, np.array([]), np.array([]), np.array([]))


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
    for kind in (BetaGeo, ModifiedBetaGeo, ParetoNbd):
        model = kind(0.8, 40.0, 0.9, 3.0, 1e-4, 300)
        again = purchase_model_from_json(json.loads(json.dumps(model.as_json())))
        assert again == model
        assert type(again) is kind
    spend = GammaGamma(6.0, 4.0, 15.0, correlation=0.05, customers=7)
    assert GammaGamma(**json.loads(json.dumps(spend.as_json()))) == spend

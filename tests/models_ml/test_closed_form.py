"""Closed forms against simulation, against the published formula, and where floating point usually breaks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import hyp2f1

from models_ml.btyd import BetaGeo, GammaGamma, ModifiedBetaGeo, ParetoNbd, PurchaseModel
from models_ml.closed_form import (
    expected_purchases,
    probability_alive,
    probability_no_purchase,
    share_by,
    waiting_time,
)
from models_ml.futures import Shares, simulate_intervals
from models_ml.spending import discounted_value, expected_value

from .lifetimes_oracle import FITTERS, lifetimes, with_parameters

MODEL = BetaGeo(0.55, 10.6, 0.67, 2.87)
"""Rates around one purchase in three weeks, in days."""
MODELS = (MODEL, ModifiedBetaGeo(0.55, 10.6, 0.67, 2.87), ParetoNbd(0.55, 10.6, 0.61, 25.0))


def simulated_future(model: PurchaseModel, age: float, horizon: float, customers: int, seed: int) -> np.ndarray:
    """(x, t_x, future purchases, first future time) of customers observed for `age`, event by event."""
    rng = np.random.default_rng(seed)
    rate, gone, leaving = (
        rng.gamma(model.r, 1 / model.alpha, customers),
        np.full(customers, np.inf),
        np.zeros(customers),
    )
    if isinstance(model, ParetoNbd):
        gone = rng.exponential(1, customers) / rng.gamma(model.s, 1 / model.beta, customers)
    else:
        leaving = rng.beta(model.a, model.b, customers)
    now, x, tx = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    future, first = np.zeros(customers), np.full(customers, np.inf)
    active = rng.random(customers) >= leaving if isinstance(model, ModifiedBetaGeo) else np.ones(customers, bool)
    while active.any():
        now = np.where(active, now + rng.exponential(1, customers) / rate, now)
        active &= now <= np.minimum(age + horizon, gone)
        seen, coming = active & (now <= age), active & (now > age)
        x, tx = x + seen, np.where(seen, now, tx)
        first = np.where(coming & (future == 0), now - age, first)
        future += coming
        active &= rng.random(customers) >= leaving
    return np.column_stack([x, tx, future, first])


@pytest.fixture(scope="module", params=MODELS, ids=lambda model: model.title)
def simulation(request: pytest.FixtureRequest) -> tuple[PurchaseModel, np.ndarray]:
    return request.param, simulated_future(request.param, age=60.0, horizon=45.0, customers=400_000, seed=11)


@pytest.fixture(scope="module")
def futures() -> np.ndarray:
    return simulated_future(MODEL, age=60.0, horizon=45.0, customers=400_000, seed=11)


@pytest.mark.parametrize(("x", "earliest", "latest"), [(0, 0, 0), (1, 0, 15), (1, 45, 60), (3, 20, 35), (5, 50, 60)])
def test_no_purchase_and_expected_purchases_agree_with_simulation(
    simulation: tuple[PurchaseModel, np.ndarray], x: int, earliest: float, latest: float
) -> None:
    model, futures = simulation
    like = futures[(futures[:, 0] == x) & (futures[:, 1] >= earliest) & (futures[:, 1] <= latest)]
    history = like[:, 0], like[:, 1], np.full(len(like), 60.0)
    error = 4 / np.sqrt(len(like))
    assert len(like) > 2000
    silent = probability_no_purchase(model, *history, 45.0)
    assert silent.mean() == pytest.approx((like[:, 2] == 0).mean(), abs=error)
    assert expected_purchases(model, *history, 45.0).mean() == pytest.approx(
        like[:, 2].mean(), abs=error * like[:, 2].std()
    )


def test_one_minus_p_alive_is_not_the_probability_of_no_purchase(futures: np.ndarray) -> None:
    once = futures[futures[:, 0] == 0]
    history = once[:, 0], once[:, 1], np.full(len(once), 60.0)
    silent_share = (once[:, 2] == 0).mean()
    assert silent_share > 0.6
    assert (1 - probability_alive(MODEL, *history)).max() == 0
    assert probability_no_purchase(MODEL, *history, 45.0).mean() == pytest.approx(silent_share, abs=0.01)


def test_waiting_time_is_the_time_by_which_that_share_has_bought(
    simulation: tuple[PurchaseModel, np.ndarray],
) -> None:
    model, futures = simulation
    like = futures[(futures[:, 0] == 2) & (futures[:, 3] <= 45)]
    middle = waiting_time(model, like[:, 0], like[:, 1], np.full(len(like), 60.0), 0.5, 45.0)
    assert (like[:, 3] <= middle).mean() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.title)
def test_waiting_time_inverts_the_probability(model: PurchaseModel) -> None:
    x, tx, age = np.array([0.0, 4.0, 40.0]), np.array([0.0, 80.0, 350.0]), np.array([90.0, 100.0, 360.0])
    when = waiting_time(model, x, tx, age, 0.3, 365.0)
    by_then, by_end = (1 - probability_no_purchase(model, x, tx, age, t) for t in (when, 365.0))
    assert by_then == pytest.approx(0.3 * by_end)
    assert share_by(model, x, tx, age, when, 365.0) == pytest.approx(np.full(3, 0.3))


def test_the_share_of_those_who_come_back_is_known_even_where_coming_back_is_all_but_impossible() -> None:
    often, long_silent = (np.array([4000.0]), np.array([2000.0]), np.array([9000.0])), 30.0
    assert probability_no_purchase(MODEL, *often, long_silent) == 1
    assert 0.5 < share_by(MODEL, *often, 10.0, long_silent)[0] < 1


@pytest.mark.parametrize("model", [MODEL, BetaGeo(1.41, 9.7, 0.16, 217.0), BetaGeo(0.24, 30.9, 2.5, 3.0)])
def test_expected_purchases_equal_the_published_hypergeometric_form(model: BetaGeo) -> None:
    x, age, t = np.array([0.0, 1.0, 7.0, 20.0]), np.array([50.0, 100.0, 200.0, 300.0]), 90.0
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    z = t / (alpha + age + t)
    rest = hyp2f1(r + x, b + x, a + b + x - 1, z) * ((alpha + age) / (alpha + age + t)) ** (r + x)
    published = (a + b + x - 1) / (a - 1) * (1 - rest)
    ours = expected_purchases(model, x, age, age, t) / probability_alive(model, x, age, age)
    assert ours == pytest.approx(published, rel=1e-6)


HISTORIES = (
    np.array([0.0, 0, 1, 1, 4, 20, 150]),
    np.array([0.0, 0, 3, 80, 90, 350, 700]),
    np.array([5.0, 90, 90, 90, 100, 365, 720]),
)


def as_lifetimes(model: PurchaseModel):
    names = ("r", "alpha", "s", "beta") if isinstance(model, ParetoNbd) else ("r", "alpha", "a", "b")
    return with_parameters(FITTERS[model.title](), **{name: getattr(model, name) for name in names})


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.title)
def test_predictions_equal_those_of_lifetimes(model: PurchaseModel) -> None:
    theirs = as_lifetimes(model)
    orders = theirs.conditional_expected_number_of_purchases_up_to_time(90.0, *HISTORIES)
    is_sane = np.isfinite(orders)
    assert is_sane.sum() >= len(is_sane) - 1
    ours = expected_purchases(model, *HISTORIES, 90.0)
    assert np.isfinite(ours).all()
    assert ours[is_sane] == pytest.approx(orders[is_sane], rel=1e-8)
    alive = theirs.conditional_probability_alive(*HISTORIES)
    assert probability_alive(model, *HISTORIES) == pytest.approx(np.asarray(alive), rel=1e-7)


def test_the_pareto_probability_of_no_purchase_equals_that_of_lifetimes() -> None:
    model = MODELS[2]
    sparse = tuple(column[:5] for column in HISTORIES)
    theirs = as_lifetimes(model).conditional_probability_of_n_purchases_up_to_time(0, 90.0, *sparse)
    assert probability_no_purchase(model, *sparse, 90.0) == pytest.approx(theirs, rel=1e-7)


def test_expected_pareto_purchases_pass_smoothly_through_s_of_one() -> None:
    """The published formula divides by s − 1."""
    orders = [expected_purchases(ParetoNbd(0.55, 10.6, s, 25.0), *HISTORIES, 90.0) for s in (1 - 1e-6, 1.0, 1 + 1e-6)]
    assert orders[1] == pytest.approx((orders[0] + orders[2]) / 2, rel=1e-9)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.title)
def test_discounted_value_equals_the_customer_lifetime_value_of_lifetimes(model: PurchaseModel) -> None:
    spend, value = GammaGamma(p=6.0, q=4.0, v=15.0), np.array([0.0, 0, 20, 35, 8, 90, 31])
    history = [pd.Series(column) for column in (*HISTORIES, value)]
    theirs = with_parameters(lifetimes.GammaGammaFitter(), p=6.0, q=4.0, v=15.0).customer_lifetime_value(
        as_lifetimes(model), *history, time=12, discount_rate=0.01, freq="D"
    )
    is_sane = np.isfinite(theirs.to_numpy())
    assert is_sane.sum() >= len(is_sane) - 1
    ours = discounted_value(model, spend, *HISTORIES, value, months=12, monthly_rate=0.01)
    assert ours[is_sane] == pytest.approx(theirs[is_sane].to_numpy(), rel=1e-7)
    undiscounted = discounted_value(model, spend, *HISTORIES, value, months=12, monthly_rate=0.0)
    assert undiscounted == pytest.approx(
        expected_purchases(model, *HISTORIES, 360.0) * expected_value(spend, HISTORIES[0], value)
    )
    assert (ours < undiscounted).all()


def test_long_histories_and_customers_who_never_leave_stay_finite() -> None:
    x, tx, age = np.array([2000.0, 2000.0, 0.0]), np.array([2000.0, 100.0, 0.0]), np.array([2001.0, 2001.0, 0.0])
    for model in (*MODELS, ParetoNbd(0.55, 1e-3, 2.0, 1e4), BetaGeo(1.4, 9.6, 1e-9, 1e5)):
        silent = probability_no_purchase(model, x, tx, age, 90.0)
        orders = expected_purchases(model, x, tx, age, 90.0)
        assert np.isfinite([silent, orders]).all()
        assert ((silent >= 0) & (silent <= 1)).all()
    assert probability_no_purchase(MODEL, x, tx, age, 90.0)[1] == pytest.approx(1.0)
    # Nobody leaves: the rate is (r + x)/(alpha + T), all year long.
    assert orders[0] == pytest.approx(90 * 2001.4 / 2010.6, rel=1e-6)


def test_silence_raises_and_a_longer_horizon_lowers_the_probability_of_no_purchase() -> None:
    age = np.linspace(100, 400, 30)
    silent = probability_no_purchase(MODEL, np.full(30, 6.0), np.full(30, 100.0), age, 60.0)
    assert (np.diff(silent) > 0).all()
    horizons = [probability_no_purchase(MODEL, [6.0], [100.0], [110.0], h)[0] for h in (10, 30, 90, 365)]
    assert horizons == sorted(horizons, reverse=True)


def test_expected_value_pulls_towards_the_population_and_ignores_what_is_not_a_mean() -> None:
    model = GammaGamma(p=6.0, q=4.0, v=15.0)
    value = expected_value(model, np.array([0, 1, 20, 3, 3]), np.array([np.nan, 60.0, 60.0, -5.0, np.nan]))
    assert value[0] == value[3] == value[4] == pytest.approx(30.0)
    assert value[1] == pytest.approx(6 * (15 + 60) / (6 + 3))
    assert 30 < value[1] < value[2] < 60


def test_simulated_intervals_hold_what_they_promise_to_busy_customers_and_to_those_who_may_buy_nothing() -> None:
    truth, spend = BetaGeo(2.0, 20.0, 0.5, 9.0), GammaGamma(6.0, 4.0, 15.0)
    rng = np.random.default_rng(5)
    futures = simulated_future(truth, age=200.0, horizon=90.0, customers=4000, seed=6)
    x, tx, orders = futures[:, 0], futures[:, 1], futures[:, 2]
    scale = rng.gamma(4, 1 / 15, 4000)
    mean = np.where(x > 0, rng.gamma(np.maximum(6 * x, 1)) / scale / np.maximum(x, 1), np.nan)
    amount = np.where(orders > 0, rng.gamma(np.maximum(6 * orders, 1)) / scale, 0)
    history = x, tx, np.full(4000, 200.0)
    found = simulate_intervals(truth, spend, *history, mean, horizon=90.0, shares=Shares(), draws=400, seed=0)
    held = (amount >= found.spend_low) & (amount <= found.spend_high)
    nothing = probability_no_purchase(truth, *history, 90.0)
    busy, doubtful, all_but_gone = nothing < 0.08, (nothing > 0.17) & (nothing < 0.78), nothing > 0.82
    assert min(busy.sum(), doubtful.sum(), all_but_gone.sum()) > 150
    assert held[busy].mean() == pytest.approx(0.8, abs=0.05)
    assert held[doubtful].mean() == pytest.approx(0.8, abs=0.03)
    assert held[all_but_gone].mean() == pytest.approx(nothing[all_but_gone].mean(), abs=0.05)
    assert (found.spend_low[doubtful] == 0).all()
    assert ((orders >= found.orders_low) & (orders <= found.orders_high)).mean() >= 0.8

"""What all purchases to come are worth today: as lifetimes discounts it, and as customers drawn one by one bear out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models_ml.btyd import BetaGeo, GammaGamma
from models_ml.closed_form import expected_purchases
from models_ml.futures import Shares, simulate_intervals, spanned
from models_ml.spending import (
    DAYS_A_MONTH,
    Lifetime,
    expected_value,
    lifetime_value,
    most_left_out,
)

from .lifetimes_oracle import FITTERS, lifetimes, with_parameters

MODEL, SPEND = BetaGeo(0.55, 10.6, 0.67, 2.87), GammaGamma(p=6.0, q=4.0, v=15.0)
HISTORIES = (
    np.array([0.0, 0, 1, 1, 4, 20]),
    np.array([0.0, 0, 3, 80, 90, 350]),
    np.array([5.0, 90, 90, 90, 100, 365]),
    np.array([np.nan, np.nan, 20, 35, 8, 90]),
)


def worth(lifetime: Lifetime) -> np.ndarray:
    return lifetime_value(MODEL, SPEND, *HISTORIES, lifetime)


def test_a_lifetime_equals_the_customer_lifetime_value_of_lifetimes() -> None:
    """In months of 365/12 days, each discounted from its end; lifetimes is handed the same customers in months."""
    lifetime = Lifetime(years=5, annual_rate=0.10)
    in_months = with_parameters(FITTERS["BG/NBD"](), r=0.55, alpha=10.6 / DAYS_A_MONTH, a=0.67, b=2.87)
    x, tx, age, mean = HISTORIES
    # lifetimes pulls a mean of 0 from no purchase to the population's.
    columns = [pd.Series(each) for each in (x, tx / DAYS_A_MONTH, age / DAYS_A_MONTH, np.nan_to_num(mean))]
    theirs = with_parameters(lifetimes.GammaGammaFitter(), p=6.0, q=4.0, v=15.0).customer_lifetime_value(
        in_months, *columns, time=60, discount_rate=1.10 ** (1 / 12) - 1, freq="M"
    )
    assert np.isfinite(theirs).all()
    assert worth(lifetime) == pytest.approx(theirs.to_numpy(), rel=1e-5)


def test_without_a_rate_it_is_the_plain_sum_and_a_higher_rate_or_a_shorter_life_gives_less() -> None:
    plain = expected_purchases(MODEL, *HISTORIES[:3], 20 * 365.0) * expected_value(SPEND, HISTORIES[0], HISTORIES[3])
    assert worth(Lifetime(20, 0.0)) == pytest.approx(plain)
    assert (worth(Lifetime(20, 0.05)) < plain).all()
    assert (worth(Lifetime(20, 0.10)) < worth(Lifetime(20, 0.05))).all()
    assert (worth(Lifetime(10, 0.10)) < worth(Lifetime(20, 0.10))).all()


def test_what_is_left_out_is_no_more_than_is_said() -> None:
    kept, said = Lifetime(10), most_left_out(MODEL, SPEND, *HISTORIES, Lifetime(10))
    found = (worth(Lifetime(90)) - worth(kept)).sum()
    assert 0.3 * said < found < said
    assert most_left_out(MODEL, SPEND, *HISTORIES, Lifetime(30)) < 0.05 * worth(Lifetime(30)).sum()
    assert most_left_out(MODEL, SPEND, *HISTORIES, Lifetime(30, 0.0)) == np.inf


def test_the_interval_is_that_of_customers_drawn_event_by_event() -> None:
    """200,000 new customers buy and leave for five years, each purchase discounted from its own day."""
    lifetime, count, rng = Lifetime(years=5, annual_rate=0.25), 200_000, np.random.default_rng(4)
    rate, leaving = rng.gamma(MODEL.r, 1 / MODEL.alpha, count), rng.beta(MODEL.a, MODEL.b, count)
    scale, now, total = rng.gamma(4, 1 / 15, count), np.zeros(count), np.zeros(count)
    active = np.arange(count)
    while len(active):
        now[active] += rng.exponential(1, len(active)) / rate[active]
        active = active[now[active] <= lifetime.days]
        total[active] += rng.gamma(6, 1, len(active)) / scale[active] * 1.25 ** (-now[active] / 365)
        active = active[rng.random(len(active)) >= leaving[active]]
    new = [np.zeros(1), np.zeros(1), np.zeros(1), np.array([np.nan])]
    for share in (0.2, 0.9):
        found = simulate_intervals(
            MODEL, SPEND, *new, horizon=90, shares=Shares(spend=share), draws=400_000, seed=1, lifetime=lifetime
        )
        ends = np.array([found.lifetime_low[0], found.lifetime_high[0]])
        assert ends == pytest.approx(np.ravel(spanned(total[:, None], share)), rel=0.04)
    assert lifetime_value(MODEL, SPEND, *new, lifetime)[0] == pytest.approx(total.mean(), rel=0.04)

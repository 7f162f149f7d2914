"""Totals of many customers: intervals that hold what comes, which neither summed single ones nor chance alone does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from models_ml import lifetime_value, totals_judged
from models_ml.btyd import BetaGeo, GammaGamma, fit_gamma_gamma
from models_ml.datasets import PurchaseFold, current_rows, load_history
from models_ml.futures import Shares, drawn, simulate_intervals
from models_ml.regressor import SpendModel, money_of
from models_ml.result import SEGMENT_TOTALS
from models_ml.segment_totals import ALL_CUSTOMERS, segment_totals
from models_ml.splits import DataKnobs
from models_ml.totals import (
    MOST_TAKEN,
    TENTHS,
    Interval,
    SharedError,
    TotalKnobs,
    independent_dates,
    intervals,
    relative_errors,
    simulated,
    tenths_of,
)
from models_ml.totals_judged import Foretold, Told, _judged, judged_totals

MODEL = SpendModel(BetaGeo(1.2, 35.0, 0.5, 6.0), GammaGamma(6.0, 4.0, 15.0))
DAYS, KNOBS = 90, TotalKnobs()
NORMAL_80 = 1.2816


def customers(count: int) -> pl.DataFrame:
    rng = np.random.default_rng(3)
    age, frequency = rng.integers(100, 700, count), rng.poisson(4, count)
    last = np.where(frequency > 0, (age * rng.beta(8, 1, count)).astype(int), 0)
    money = np.where(frequency > 0, rng.gamma(6, 4, count), np.nan)
    columns = {"frequency": frequency, "recency_days": last, "t_days": age, "monetary_value": money}
    return pl.DataFrame({"customer_id": [f"c{number:05d}" for number in range(count)]} | columns)


ROWS = customers(1_500)
SPEND = MODEL.spend_within(ROWS, DAYS)
TENTH = tenths_of(SPEND)


@pytest.fixture(scope="module")
def outlook():
    return simulated(MODEL, ROWS, SPEND, np.ones(len(ROWS)), TENTH, DAYS, KNOBS).outlook()


def came(season: float, rng: np.random.Generator) -> np.ndarray:
    """Orders and spend by tenth in a quarter in which everybody buys `season` times as fast as ever before."""
    history = [
        ROWS[name].to_numpy().astype(float) for name in ("frequency", "recency_days", "t_days", "monetary_value")
    ]
    [future] = drawn(rng, MODEL.purchases, MODEL.spend, *history, horizon=DAYS * season, draws=1)
    both = (future.orders[0], future.amount[0])
    return np.array([np.bincount(TENTH, weights=each, minlength=TENTHS) for each in both])


def test_a_total_holds_in_a_company_whose_seasons_are_known_and_chance_alone_does_not(outlook) -> None:
    """300 companies, each with four past quarters and a next one; seasons differ by 15 %."""
    rng, held, chance_held = np.random.default_rng(11), [], []
    for _ in range(300):
        *past, following = (came(season, rng) for season in rng.normal(1, 0.15, 5))
        errors = np.array([relative_errors(outlook, seen) for seen in past])
        seen = following.sum(axis=1)
        for kept, shared in ((held, errors), (chance_held, np.zeros_like(errors))):
            told = intervals(outlook, SharedError(shared, len(shared)), KNOBS)
            kept.append([each.low <= came <= each.high for each, came in zip(told, seen, strict=True)])
    orders, spend = np.mean(held, axis=0)
    assert 0.72 <= orders <= 0.9
    assert 0.72 <= spend <= 0.9
    assert (np.mean(chance_held, axis=0) < 0.5).all()


def test_a_total_is_wider_than_poisson_and_much_narrower_than_the_sum_of_single_intervals(outlook) -> None:
    nothing_shared = SharedError(np.zeros((4, 2, TENTHS)), 4)
    orders, spend = intervals(outlook, nothing_shared, KNOBS)
    history = [
        ROWS[name].to_numpy().astype(float) for name in ("frequency", "recency_days", "t_days", "monetary_value")
    ]
    single = simulate_intervals(
        MODEL.purchases, MODEL.spend, *history, horizon=DAYS, shares=Shares(), draws=200, seed=0
    )
    assert orders.said == pytest.approx(MODEL.orders(ROWS, DAYS).sum())
    assert spend.said == pytest.approx(SPEND.sum())
    assert (
        2 * 1.2816 * np.sqrt(orders.said)
        < orders.high - orders.low
        < (single.orders_high - single.orders_low).sum() / 10
    )
    assert spend.high - spend.low < (single.spend_high - single.spend_low).sum() / 10
    shared = SharedError(np.tile(np.array([0.2, -0.2, 0.2, -0.2])[:, None, None], (1, 2, TENTHS)), 4)
    wider = intervals(outlook, shared, KNOBS)[0]
    assert wider.high - wider.low > 3 * (orders.high - orders.low)


def test_what_chance_explains_is_no_shared_error(outlook) -> None:
    seen = outlook.said * 1.2
    found = relative_errors(outlook, seen)
    assert (np.abs(found) < 0.2).all()
    assert found[0, -1] == pytest.approx(0.2, abs=0.05)
    within = outlook.said + 0.9 * outlook.chance.std(axis=2)
    assert (relative_errors(outlook, within) == 0).all()


def test_few_past_dates_make_the_interval_wider_and_so_do_many_that_tell_the_same() -> None:
    error = np.full((1, 2, TENTHS), 0.1)
    few, many, overlapping = (
        SharedError(np.repeat(error, dates, axis=0), independent).factors(20_000, 0)[0, 0]
        for dates, independent in ((2, 2), (20, 20), (20, 2))
    )
    # Tenths of a Student t of 2 and of 20 degrees of freedom.
    for found, reach in ((few, 1.886), (many, 1.325), (overlapping, 1.886)):
        assert np.quantile(found, 0.9) - 1 == pytest.approx(0.1 * reach, rel=0.05)


def test_an_interval_is_hardly_a_matter_of_draws(outlook) -> None:
    """Of 400 draws in all, its width would differ by 8 %."""
    shared = SharedError(np.tile(np.array([0.2, -0.2, 0.2, -0.2])[:, None, None], (1, 2, TENTHS)), 4)
    told = [intervals(outlook, shared, replace(KNOBS, seed=seed)) for seed in range(12)]
    widths = np.array([[of.high - of.low for of in each] for each in told])
    assert (widths.std(axis=0) / widths.mean(axis=0) < 0.03).all()


def test_dates_are_worth_as_many_as_their_windows_tell_apart() -> None:
    def worth(days_apart: int, count: int) -> float:
        return independent_dates([date(2026, 1, 1) + timedelta(days_apart * k) for k in range(count)], 90)

    assert worth(90, 4) == worth(365, 4) == 4
    assert worth(0, 4) == worth(30, 1) == 1
    # Nine pairs of neighbours are alike by two thirds, eight of the next by one.
    assert worth(30, 10) == pytest.approx(100 / (10 + 2 * (9 * 4 / 9 + 8 / 9)))


def test_a_sample_tells_the_chance_of_all() -> None:
    rows = customers(6_000)
    spend = MODEL.spend_within(rows, DAYS)
    sampled, everybody = (
        simulated(
            MODEL, rows, spend, np.ones(len(rows)), tenths_of(spend), DAYS, replace(KNOBS, most_simulated=most)
        ).outlook()
        for most in (1_000, 6_000)
    )
    assert sampled.said == pytest.approx(everybody.said)
    spread = [each.chance.sum(axis=1).std(axis=1) for each in (sampled, everybody)]
    assert spread[0] == pytest.approx(spread[1], rel=0.2)


@pytest.fixture(scope="module")
def scored(simulated, results):
    model = lifetime_value.load(results["lifetime_value"].artifacts)
    return model, results["lifetime_value"].card, current_rows(simulated.features, simulated.as_of)


def test_segments_are_summed_from_their_members_scores(simulated, results, scored) -> None:
    scores = results["lifetime_value"].scores
    best = scores.sort("score", descending=True)["customer_id"].head(100).to_list()
    members = pl.DataFrame({"segment_name": ["best"] * 101 + ["lone"], "customer_id": [*best, "lead:1", best[0]]})
    found = segment_totals(*scored, members, simulated.as_of)
    assert found.schema == SEGMENT_TOTALS
    everybody, segment, lone = found.iter_rows(named=True)
    assert [everybody["segment_name"], segment["segment_name"], lone["segment_name"]] == [ALL_CUSTOMERS, "best", "lone"]
    assert everybody["horizon_days"] == 90
    assert everybody["predicted_revenue_amount"] == pytest.approx(scores["predicted_clv_90d_amount"].sum())
    own = scores.filter(pl.col("customer_id").is_in(best))
    assert segment["predicted_revenue_amount"] == pytest.approx(own["predicted_clv_90d_amount"].sum())
    assert (segment["count_customers"], segment["count_scored_customers"]) == (101, 100)
    for row in (everybody, segment, lone):
        assert 0 <= row["predicted_revenue_low"] <= row["predicted_revenue_amount"] <= row["predicted_revenue_high"]
        orders = [row[f"predicted_number_of_orders{end}"] for end in ("_low", "", "_high")]
        assert orders == sorted(orders)
    # One customer may bring nothing or much; of a hundred the sum is known far better.
    of_one, of_many = (
        (row["predicted_revenue_high"] - row["predicted_revenue_low"]) / row["predicted_revenue_amount"]
        for row in (lone, segment)
    )
    assert of_one > 3 * of_many
    shuffled = members.sample(fraction=1, shuffle=True, seed=1)
    assert segment_totals(*scored, shuffled, simulated.as_of).equals(found)


def test_the_card_says_how_often_totals_of_the_past_came_within_their_interval(results) -> None:
    told = results["lifetime_value"].card["totals"]
    assert np.shape(told["errors"]) == (10, 2, TENTHS)
    assert told["independent_dates"] == pytest.approx(5, abs=0.1)
    assert len({row["date"] for row in told["judged"]}) == 10
    held = [row["low"] <= row["seen"] <= row["high"] for row in told["judged"]]
    assert told["coverage"] == np.mean(held)
    assert 0.6 <= told["coverage"] <= 0.95
    assert f"{told['coverage']:.0%} came within the interval" in told["verdict"]


def foretold(fold: PurchaseFold, model: SpendModel, days: int) -> Foretold:
    return Foretold(fold.test, model, model.spend_within(fold.test, days), 1.0)


def test_a_season_that_no_other_origin_knew_is_said_not_to_have_held(simulated) -> None:
    """One quarter in which everybody buys three times as much."""
    folds = load_history(simulated.features, simulated.labels, simulated.as_of, 90, DataKnobs()).folds

    def judged(*times: int) -> dict:
        bought = pl.col("future_number_of_orders", "future_net_amount")
        other = [
            replace(fold, test=fold.test.with_columns(bought * each)) for fold, each in zip(folds, times, strict=False)
        ]
        return judged_totals([foretold(fold, SpendModel(fold.purchases, MODEL.spend), 90) for fold in other], 90)

    origin = f"held for {folds[0].split.origin} ("
    assert origin in judged(3, 1, 1, 1)["verdict"]
    assert origin not in judged(1, 1, 1, 1)["verdict"]
    assert judged(1)["coverage"] is None
    assert "one past date is too few" in judged(1)["verdict"]


def test_on_a_real_log_most_totals_came_within_their_interval_and_by_chance_alone_only_half(
    cdnow_sample, make_snapshots, monkeypatch
) -> None:
    estate = make_snapshots(cdnow_sample, date(1998, 7, 1), horizon=91, step=91, count=5)
    folds = load_history(estate.features, estate.labels, estate.as_of, 91, DataKnobs()).folds
    past = [foretold(fold, SpendModel(fold.purchases, fit_gamma_gamma(*money_of(fold.test))), 91) for fold in folds]
    assert 0.75 <= judged_totals(past, 91)["coverage"] <= 0.9
    monkeypatch.setattr(totals_judged, "relative_errors", lambda found, seen: np.zeros_like(found.said))
    reaching = judged_totals(past, 91)
    assert reaching["reach"] > 1.5
    monkeypatch.setattr(totals_judged, "_reach", lambda told, knobs: 1.0)
    alone = judged_totals(past, 91)
    assert alone["coverage"] < 0.6 < reaching["coverage"]
    assert "too narrow for this company" in alone["verdict"]
    assert "for all (" in alone["verdict"]


def test_an_interval_reaches_as_far_as_other_dates_needed_and_never_below_nothing() -> None:
    """Ten totals a date: of one date all lie 3 half-widths off, of the other four all lie half of one off."""
    interval = Interval(100.0, 60.0, 120.0)
    assert [interval.taken(seen) for seen in (110, 80, 100, 160, -9999)] == pytest.approx([0.5, 0.5, 0, 3, MOST_TAKEN])
    assert Interval(0.0, 0.0, 0.0).taken(0) == 0
    assert Interval(0.0, 0.0, 0.0).taken(1) == MOST_TAKEN
    assert interval.reaching(0.5) == pytest.approx((100, 80, 110))
    assert interval.reaching(3) == pytest.approx((100, 0, 160))
    told = [
        Told(f"2026-0{month}-01", f"{number}", "spend", interval, 160.0 if month == 1 else 80.0)
        for month in range(1, 6)
        for number in range(10)
    ]
    judged = {day: [*_judged(day, told, KNOBS)] for day in ("2026-01-01", "2026-02-01")}
    # The one far off is judged by what the four others needed, and the others by it as well.
    for day, taken in (("2026-01-01", 0.5), ("2026-02-01", 3.0)):
        assert {(row["low"], row["high"]) for row in judged[day]} == {interval.reaching(taken**0.75)[1:]}
        assert [row["group"] for row in judged[day]] == [f"{number}" for number in range(10)]


def test_intervals_that_reach_too_far_or_not_far_enough_are_mended_by_what_other_dates_needed() -> None:
    """Errors of a tenth, in intervals meant for errors of a quarter or of a fortieth, at twenty dates."""
    seen = np.random.default_rng(3).normal(100, 10, (20, 20))
    for half, plain in ((25 * NORMAL_80, 1.0), (2.5 * NORMAL_80, 0.25)):
        interval = Interval(100.0, 100 - half, 100 + half)
        told = [Told(f"{day}", "all", "spend", interval, came) for day, row in enumerate(seen) for came in row]
        assert np.mean([interval.low <= each.seen <= interval.high for each in told]) == pytest.approx(plain, abs=0.05)
        rows = [row for day in range(20) for row in _judged(f"{day}", told, KNOBS)]
        assert 0.74 <= np.mean([row["low"] <= row["seen"] <= row["high"] for row in rows]) <= 0.86

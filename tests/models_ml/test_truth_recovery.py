"""On a company whose truth is known, models find it within stated bounds; wrongly fed or read, they do not.

10,000 people here, 100,000 in tests/bench/truth_recovery.py. The bounds are in recovery.py.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from models_ml.btyd import BetaGeo, ModifiedBetaGeo, ParetoNbd, fit_purchases
from tests.bench import truth_recovery

from .known_truth import PLAIN, KnownTruth, know
from .recovery import (
    BOUNDS,
    COST_OF_SEASON,
    EXACT,
    HORIZONS,
    LEAVING,
    RATES,
    SAID_OF_ALL,
    SCORES,
    TASTE,
    Belief,
    baskets,
    believe,
    measure,
    measure_scores,
    measure_spending,
    measure_taste,
    out_of_bounds,
)
from .taste import best_channels

KINDS = (BetaGeo, ModifiedBetaGeo, ParetoNbd)
every_closed_form = pytest.mark.parametrize("kind", KINDS, ids=[kind.title for kind in KINDS])
WRONG_FUTURE = {"purchases in 90 days", "purchases in 90 days, tenths", "no purchase in 90 days"}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> KnownTruth:
    return know(tmp_path_factory.mktemp("known"), 10_000, seed=1)


@pytest.fixture(scope="module")
def beliefs(known: KnownTruth) -> dict[str, Belief]:
    return {kind.title: believe(fit_purchases(kind, *known.history), known.history) for kind in KINDS}


def test_what_is_read_from_the_exports_is_what_was_bought(known: KnownTruth) -> None:
    assert len(known.customers) > 8_900
    assert len(known.events) == known.customers["orders_so_far"].sum()
    assert known.season.mean() == pytest.approx(1, abs=0.01)
    assert known.season[:90].mean() == pytest.approx(1.41, abs=0.01)


@every_closed_form
def test_rates_leaving_and_the_future_are_recovered_within_their_bounds(kind, known, beliefs) -> None:
    assert out_of_bounds(measure(beliefs[kind.title], known), BOUNDS[kind.title]) == []


def test_where_customers_live_by_the_model_alone_only_chance_is_left(tmp_path, known, beliefs) -> None:
    """No seasons, no grievances, no mailings: what the same model misses in the other company is their doing."""
    plain = know(tmp_path, 10_000, seed=1, parameters=PLAIN)
    belief = believe(fit_purchases(ParetoNbd, *plain.history), plain.history)
    assert out_of_bounds(measure(belief, plain), EXACT) == []
    missed = out_of_bounds(measure(beliefs[ParetoNbd.title], known), EXACT)
    assert {"purchases in 365 days", "purchases in 90 days, as they came"} <= set(missed)


def test_bounds_tell_the_model_that_customers_live_by_from_those_that_come_close(known, beliefs) -> None:
    """BG/NBD believes that nobody leaves after one purchase; MBG/NBD takes early leavers for quick buyers."""
    first_form, second_form = (measure(beliefs[kind.title], known) for kind in KINDS[:2])
    assert set(LEAVING) == set(out_of_bounds(first_form, LEAVING))
    assert "mean purchase rate" in out_of_bounds(second_form, RATES)


@every_closed_form
def test_recency_counted_back_from_today_breaks_the_bounds(kind, known: KnownTruth) -> None:
    x, recency, age = known.history
    wrong = (x, np.where(x > 0, age - recency, 0), age)
    broken = out_of_bounds(measure(believe(fit_purchases(kind, *wrong), wrong), known), BOUNDS[kind.title])
    assert set(broken) >= WRONG_FUTURE | {"purchases in 90 days, rank", "purchases in 365 days, rank"}


@every_closed_form
def test_age_counted_from_the_last_purchase_breaks_the_bounds(kind, known: KnownTruth) -> None:
    x, recency, age = known.history
    wrong = (x, recency, np.maximum(age - recency, recency))
    broken = out_of_bounds(measure(believe(fit_purchases(kind, *wrong), wrong), known), BOUNDS[kind.title])
    assert set(broken) >= WRONG_FUTURE | {"purchases in 365 days", "no purchase in 365 days"}


@every_closed_form
def test_the_first_purchase_counted_as_a_repeat_breaks_the_bounds(kind, known: KnownTruth) -> None:
    x, recency, age = known.history
    wrong = (x + 1, recency, age)
    broken = out_of_bounds(measure(believe(fit_purchases(kind, *wrong), wrong), known), BOUNDS[kind.title])
    assert set(broken) >= WRONG_FUTURE


@every_closed_form
def test_days_taken_for_weeks_break_the_bounds(kind, known: KnownTruth) -> None:
    wrong = believe(fit_purchases(kind, *known.history), known.history, days_a_unit=7)
    assert set(out_of_bounds(measure(wrong, known), BOUNDS[kind.title])) >= WRONG_FUTURE | set(COST_OF_SEASON)


@every_closed_form
def test_having_left_taken_for_not_buying_breaks_the_bounds(kind, known, beliefs) -> None:
    belief = beliefs[kind.title]
    wrong = replace(belief, silent={days: 1 - belief.alive for days in HORIZONS})
    broken = set(out_of_bounds(measure(wrong, known), BOUNDS[kind.title]))
    assert broken == {f"no purchase in {days} days" for days in HORIZONS} | {"no purchase in 90 days, as it came"}


def test_a_model_that_knew_the_season_would_stand_out(known, beliefs) -> None:
    """The price of having none is bounded on both sides: it would be a lie in the list once a model pays it no more."""
    belief, season = beliefs[ParetoNbd.title], known.season
    seasonal = {days: said * season[:days].mean() for days, said in belief.purchases.items()}
    assert "purchases in 90 days, as they came" in out_of_bounds(
        measure(replace(belief, purchases=seasonal), known), COST_OF_SEASON
    )


def test_baskets_are_recovered_within_their_bounds(known: KnownTruth) -> None:
    assert out_of_bounds(measure_spending(baskets(known), known), BOUNDS["Gamma-Gamma"]) == []


def test_sums_taken_for_means_break_the_bounds(known: KnownTruth) -> None:
    x, value = known.of("frequency"), known.of("monetary_value")
    sums = np.where(x > 0, x * value, baskets(known))
    assert set(out_of_bounds(measure_spending(sums, known), BOUNDS["Gamma-Gamma"])) == set(BOUNDS["Gamma-Gamma"])


def test_one_basket_for_all_is_right_on_average_and_still_breaks_a_bound(known: KnownTruth) -> None:
    all_alike = baskets(known).mean() + np.arange(len(known.customers)) * 1e-9
    broken = out_of_bounds(measure_spending(all_alike, known), BOUNDS["Gamma-Gamma"])
    assert "rank of repeat buyers' baskets" in broken
    assert "mean basket, tenths" not in broken


def test_the_channel_called_best_is_the_one_that_is_liked(known: KnownTruth) -> None:
    assert out_of_bounds(measure_taste(best_channels(known), known), TASTE) == []


def test_a_channel_called_best_after_one_contact_breaks_the_bound(known: KnownTruth) -> None:
    """Customers get to use the channel they like three times in five."""
    rash = best_channels(known, strength=0.0)
    assert out_of_bounds(measure_taste(rash, known), TASTE) == ["best channel is the liked one"]


@pytest.mark.parametrize("wide", [0.0, 1.0, 10.0], ids=["a point", "somewhat", "everything"])
def test_intervals_that_hold_too_little_or_too_much_break_their_bounds(known, beliefs, wide: float) -> None:
    """A published year must hold four of five; as wide as it is long, an interval around the mean does not. And a
    quarter's revenue by a closed form, which knows no Christmas, misses."""
    orders, ids = beliefs[BetaGeo.title].purchases[365], known.customers.select("customer_id")
    spend = orders * baskets(known)
    ends = {
        f"{name}_{end}": said * factor
        for name, said in (("predicted_number_of_orders", orders), ("predicted_clv", spend))
        for end, factor in (("low", max(1 - wide, 0)), ("high", 1 + wide))
    }
    soon = beliefs[BetaGeo.title].purchases[90] * baskets(known)
    value = {"predicted_number_of_orders": orders, "predicted_clv_amount": spend, "predicted_clv_90d_amount": soon}
    value |= ends
    silent = known.silent(90)
    said = [{"churn_probability": silent}, {"next_purchase_probability_90d": 1 - silent}, value]
    scores = [ids.with_columns(pl.lit(0).alias(name) for name in SAID_OF_ALL).with_columns(**each) for each in said]
    broken = out_of_bounds(measure_scores(scores, known), SCORES)
    assert {name for name in broken if "held" in name} == {name for name in SCORES if "held" in name}
    assert "value: revenue in 90 days, as it came" in broken


def test_the_command_prints_what_lies_outside_and_fails(known, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(truth_recovery, "know", lambda *_, **__: known)
    monkeypatch.setattr(truth_recovery, "judged_plain", lambda _: [])
    measured, bounds = {"rate": 0.02, "share": np.nan}, {"rate": (-0.05, 0.05), "share": (-0.05, 0.05)}
    monkeypatch.setattr(truth_recovery, "judged", lambda _: [("a model", measured, bounds)])
    with pytest.raises(SystemExit, match=r"^outside their bounds: a model: share$"):
        truth_recovery.main(10_000)
    assert "| rate | 0.020 | -0.050 to 0.050 |\n| share | nan **outside** |" in capsys.readouterr().out
    monkeypatch.setattr(truth_recovery, "judged", lambda _: [("a model", {"rate": 0.02}, {"rate": (-0.05, 0.05)})])
    truth_recovery.main(10_000)

"""Half of what the time of year brought in last year is expected again, of orders, spend and their totals alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import numpy as np
import polars as pl
import pytest

from models_ml import lifetime_value
from models_ml.closed_form import expected_purchases
from models_ml.datasets import History
from models_ml.design import history_of
from models_ml.members import CLOSED_FORM
from models_ml.orders_season import ORDERS, orders_season_of, orders_seasons
from models_ml.regressor import BLEND, TWEEDIE, RegressorKnobs
from models_ml.season import NO_SEASON, YEAR, JudgedSeasons, Season
from models_ml.segment_totals import segment_totals
from tests.models_ml.monthly import HORIZON, MODEL, TODAY, monthly, two_origins

DAYS, FEAST = HORIZON, 1.8


def christmas(day: date) -> float:
    return FEAST if day.month in (10, 11) else 1.0


def snapshots(months: int, count: int, times=christmas, seed: int = 0) -> pl.DataFrame:
    """How often each bought in the 90 days from then."""

    def came(rng: np.random.Generator, day: date, rows: pl.DataFrame) -> pl.DataFrame:
        bought = rng.poisson(expected_purchases(MODEL, *history_of(rows), DAYS) * times(day))
        return rows.with_columns(pl.Series("future_number_of_orders", bought))

    return monthly(months, count, came, seed)


def seen_today(rows: pl.DataFrame) -> Season:
    return orders_season_of(rows, MODEL, DAYS, TODAY)


@pytest.mark.parametrize("level", [1.0, 0.7], ids=["as the model says", "fewer all year round"])
def test_half_of_what_last_years_season_brought_is_expected_again(level: float) -> None:
    season = seen_today(snapshots(14, 3_000, lambda day: level * christmas(day)))
    beyond_the_year = np.log(FEAST) * (1 - 1 / 10)
    assert season.at(TODAY, DAYS) == pytest.approx(beyond_the_year / 2, abs=0.04)
    assert season.at(date(2027, 2, 1), DAYS) == pytest.approx(-np.log(FEAST) / 10 / 2, abs=0.04)


def test_what_chance_does_to_few_customers_is_no_season() -> None:
    found = [seen_today(snapshots(14, 40, lambda day: 1.0, seed=seed)).at(TODAY, DAYS) for seed in range(20)]
    assert np.abs(found).mean() < 0.03
    untamed = snapshots(14, 40, lambda day: 1.0).group_by("as_of_date").agg(pl.col("future_number_of_orders").sum())
    assert np.std(np.log(untamed["future_number_of_orders"].to_numpy())) / 2 > 0.07, "else there was no chance to tame"


def test_a_snapshot_after_which_nobody_came_is_no_infinity() -> None:
    assert np.isfinite(seen_today(snapshots(14, 50, lambda day: float(day.month != 5))).shifts).all()


def seen_before(times) -> History:
    return two_origins(snapshots(18, 3_000, times))


def test_a_season_that_comes_again_is_used_and_told() -> None:
    found = orders_seasons(seen_before(lambda day: np.exp(0.5 * np.cos(2 * np.pi * day.timetuple().tm_yday / 365))))
    card = found.as_card(TODAY)
    assert card["is_used"]
    assert card["with_season"] < 0.99 * card["without"]
    assert card["sentence"].endswith(f"orders and spend within 90 days times {card['times'][DAYS]:.2f}.")
    assert np.log(card["times"][DAYS]) == pytest.approx(0.25 * np.cos(2 * np.pi * 305 / 365), abs=0.05)


def test_what_happened_once_is_not_expected_again() -> None:
    """A year ago summer was a feast, this year it was a famine."""
    turned = date(2026, 3, 1)
    card = orders_seasons(
        seen_before(lambda day: (0.5 if day > turned else 2.0) if 4 <= day.month <= 8 else 1.0)
    ).as_card(TODAY)
    assert card["with_season"] > card["without"]
    assert not card["is_used"]
    assert "is not expected again" in card["sentence"]


@pytest.fixture(scope="module")
def trained(simulated):
    """Value with no season, and with one that multiplies by 1.1 on any day."""

    def of_all_days(history: History, shift: float) -> JudgedSeasons:
        days = (simulated.as_of - timedelta(800), simulated.as_of)
        season = Season(days, (DAYS,), ((shift, shift),)) if shift else NO_SEASON
        return JudgedSeasons(ORDERS, (season,) * len(history.folds), season, ())

    found = {}
    with pytest.MonkeyPatch.context() as patch:
        for times in (1.0, 1.1):
            patch.setattr(lifetime_value, "orders_seasons", partial(of_all_days, shift=float(np.log(times))))
            known = simulated.features, simulated.labels, simulated.as_of
            regressor = RegressorKnobs(members=(TWEEDIE,))
            found[times] = lifetime_value.train_and_score(
                *known, knobs=lifetime_value.LifetimeValueKnobs(regressor=regressor)
            )
    return found


def test_what_comes_within_the_horizon_is_moved_and_the_year_that_holds_all_seasons_is_not(trained) -> None:
    plain, moved = (each.scores.sort("customer_id") for each in trained.values())
    soon = [each["predicted_clv_90d_amount"].to_numpy() for each in (plain, moved)]
    # Who will have left within the quarter buys in the year what comes before: no more than that.
    assert np.mean(np.isclose(soon[1], 1.1 * soon[0])) > 0.95
    assert (moved["predicted_clv_90d_amount"] <= moved["predicted_clv_amount"] + 1e-9).all()
    for same in ("predicted_clv_amount", "discounted_lifetime_value_amount", "predicted_number_of_orders"):
        assert moved[same].to_list() == plain[same].to_list()


def test_the_backtest_and_totals_are_of_what_is_published(simulated, trained) -> None:
    errors, totals = [], []
    for result in trained.values():
        judged = result.backtests.filter(pl.col("metric").is_in(["aggregate_error", "orders_aggregate_error"]))
        judged = judged.filter(pl.col("candidate").is_in([CLOSED_FORM, TWEEDIE, BLEND]))
        errors.append(judged.drop_nulls("value").sort("candidate", "metric", "origin_date")["value"].to_numpy() + 1)
        rows = simulated.features.filter(as_of_date=simulated.as_of)
        nobody = pl.DataFrame(schema={"segment_name": pl.String, "customer_id": pl.String})
        model = lifetime_value.load(result.artifacts)
        [total] = segment_totals(model, result.card, rows, nobody, simulated.as_of).to_dicts()
        assert total["predicted_revenue_amount"] == pytest.approx(result.scores["predicted_clv_90d_amount"].sum())
        totals.append([total["predicted_revenue_amount"], total["predicted_number_of_orders"]])
        said = [row["said"] for row in result.card["totals"]["judged"] if row["group"] == "all"]
        totals[-1] += said
    assert len(errors[0]) == 4 * 4
    assert errors[1] == pytest.approx(1.1 * errors[0])
    assert totals[1] == pytest.approx(1.1 * np.array(totals[0]), rel=0.002)
    rules = [each.backtests.filter(candidate="past rate", metric="mae")["value"].to_list() for each in trained.values()]
    assert rules[0] == rules[1]


def test_a_season_moves_its_own_days_and_horizon_and_brings_no_more_than_the_year(simulated, trained) -> None:
    model = lifetime_value.load(trained[1.1].artifacts)
    rows = simulated.features.filter(as_of_date=simulated.as_of)
    assert np.median(model.times_of_season(rows, DAYS)) == pytest.approx(1.1)
    assert model.times_of_season(rows, DAYS + 1) == 1.0
    assert replace(model, season=NO_SEASON).times_of_season(rows, DAYS) == 1.0
    later = rows.with_columns(as_of_date=pl.lit(model.season.days[-1] + 2 * YEAR))
    assert model.times_of_season(later, DAYS) == pytest.approx(np.ones(len(rows)))
    feast = replace(model, season=replace(model.season, shifts=((3.0, 3.0),)))
    year = model.spend_within(rows, 365)
    assert feast.spend_within(rows, DAYS) == pytest.approx(year)
    assert (model.spend_within(rows, DAYS) < 0.9 * year).all()

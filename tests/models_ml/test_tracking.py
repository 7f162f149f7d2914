"""The tracking curve: the published one of CDNOW, and what a model that is off looks like."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from models_ml.btyd import BetaGeo, fit_purchases
from models_ml.datasets import summarise_purchases
from models_ml.design import history_of
from models_ml.tracking import tracking

from .lifetimes_oracle import FITTERS, with_parameters

ORIGIN, END = date(1997, 10, 1), date(1998, 7, 1)


def counted(log: pl.DataFrame) -> pl.DataFrame:
    days = log.select("customer_id", purchase_date="order_date").unique()
    first = pl.col("purchase_date").min().over("customer_id").alias("first_date")
    return days.with_columns(first).group_by("first_date", "purchase_date").agg(count_customers=pl.len())


@pytest.fixture(scope="module")
def fitted(cdnow_sample: pl.DataFrame) -> BetaGeo:
    return fit_purchases(BetaGeo, *history_of(summarise_purchases(cdnow_sample, ORIGIN)))


def test_the_weeks_of_cdnow_that_the_model_never_saw_come_as_foreseen(fitted: BetaGeo, cdnow_sample) -> None:
    curve = tracking(fitted, counted(cdnow_sample), ORIGIN, END)
    assert (curve[0]["week_end"], curve[-1]["week_end"]) == ("1997-01-01", "1998-07-01")
    assert len([row for row in curve if row["is_foreseen"]]) == 39, "weeks 40 to 78 of the paper"
    days = cdnow_sample.select("customer_id", "order_date").unique().height
    assert curve[-1]["actual"] == days - 2357, "every purchase day after the first"
    # Fader, Hardie & Lee (2005), figure 6: within a few percent all the way, a little below in the end.
    for row in curve[30:]:
        assert row["expected"] == pytest.approx(row["actual"], rel=0.06), row
    assert curve[-1]["expected"] < curve[-1]["actual"]


def test_it_is_the_curve_that_lifetimes_draws(fitted: BetaGeo, cdnow_sample: pl.DataFrame) -> None:
    ours = {row["week_end"]: row["expected"] for row in tracking(fitted, counted(cdnow_sample), ORIGIN, END)}
    parameters = {name: getattr(fitted, name) for name in ("r", "alpha", "a", "b")}
    theirs = with_parameters(FITTERS["BG/NBD"](), **parameters).expected_number_of_purchases_up_to_time
    firsts = cdnow_sample.group_by("customer_id").agg(pl.col("order_date").min())["order_date"]
    for weeks in (20, 39, 60, 78):
        day = date(1997, 1, 1) + timedelta(days=7 * weeks)
        seen_for = (day - firsts).dt.total_days().to_numpy() - 1.0
        assert ours[day.isoformat()] == pytest.approx(theirs(seen_for[seen_for > 0]).sum(), rel=1e-4)


def test_a_model_of_buyers_twice_as_keen_is_off_for_all_to_see(fitted: BetaGeo, cdnow_sample: pl.DataFrame) -> None:
    last = tracking(replace(fitted, alpha=fitted.alpha / 2), counted(cdnow_sample), ORIGIN, END)[-1]
    assert last["expected"] > 1.2 * last["actual"]


def test_who_came_after_the_origin_is_in_neither_line(fitted: BetaGeo) -> None:
    days = [(date(1997, 1, 1), date(1997, 1, 1)), (date(1997, 1, 1), date(1997, 1, 9)), (ORIGIN, ORIGIN)]
    rows = pl.DataFrame(days, schema=["first_date", "purchase_date"], orient="row").with_columns(count_customers=3)
    curve = tracking(fitted, rows, ORIGIN, date(1997, 10, 15))
    assert [row["actual"] for row in curve[:3]] == [0, 0, 3], "9 January is in the week that ends on the 15th"
    assert curve[-1]["actual"] == 3
    assert curve[0]["expected"] == 0
    assert tracking(fitted, rows.clear(), ORIGIN, END) == []


def test_the_order_of_the_rows_changes_no_byte(fitted: BetaGeo, cdnow_sample: pl.DataFrame) -> None:
    rows = counted(cdnow_sample)
    shuffled = rows.sample(fraction=1, shuffle=True, seed=3)
    assert tracking(fitted, shuffled, ORIGIN, END) == tracking(fitted, rows.reverse(), ORIGIN, END)

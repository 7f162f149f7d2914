"""Cohorts, repeat purchases and moves between RFM groups, on buyers that can be followed by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest


def order(who: str | None, day: str, amount: float = 10, **columns: object) -> dict:
    facts = {"source_name": "till", "order_id": f"{who}-{day}-{amount}", "ordered_at": f"{day} 09:00:00"}
    return facts | {"contact_id": who, "gross_amount": amount} | columns


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    orders = [
        *[order("ada", day) for day in ("2026-01-05", "2026-01-20", "2026-03-02")],
        order("bo", "2026-01-31"),
        order("bo", "2026-02-10", 3, order_type="refund"),
        *[order("cy", "2026-02-14", amount) for amount in (9, 11)],
        order("di", "2026-04-01"),
        order("eve", "2026-02-01", is_cancelled=True),
        order(None, "2026-02-01"),
        order("flo", "2025-05-10"),
        *[order("gus", day) for day in ("2025-05-10", "2026-02-20")],
    ]
    estate = make_estate({"generic.generic_orders": orders}, date(2026, 4, 15))
    estate.write_scores({})
    estate.build_models("+agg_customer_cohorts", "+dim_customers")
    return estate


@pytest.fixture(scope="module")
def triangle(estate: Any) -> dict[str, tuple]:
    found = estate.query("""
        select cohort_period_id, count_customers, count_active_customers, count_repeat_customers, net_revenue_amount
        from marts.agg_customer_cohorts where cohort_month >= date '2026-01-01'
    """)
    return {name: tuple(values) for name, *values in found}


def test_a_cohort_is_followed_month_by_month(triangle: dict) -> None:
    assert triangle["2026-01+0"] == (2, 2, 1, 30)
    assert triangle["2026-01+2"] == (2, 1, 1, 10)


def test_a_month_without_a_purchase_is_a_true_zero_and_a_refund_lowers_it(triangle: dict) -> None:
    assert triangle["2026-01+1"] == (2, 0, 1, -3)
    assert triangle["2026-02+1"] == (1, 0, 0, 0)


def test_a_month_that_is_not_over_is_unknown_not_low(triangle: dict) -> None:
    assert triangle["2026-01+3"] == (2, None, None, None)
    assert triangle["2026-04+0"] == (1, None, None, None)
    assert "2026-01+4" not in triangle


def test_two_orders_on_one_day_are_no_repeat_and_cancelled_and_anonymous_ones_make_no_cohort(triangle: dict) -> None:
    assert triangle["2026-02+0"] == (1, 1, 0, 20)


def stretches(estate: Any, who: str) -> list[tuple]:
    return estate.query(f"""
        select rfm_group, started_date, ended_date from marts.fct_rfm_groups
        where customer_id = 'till:{who}' order by started_date
    """)


def test_groups_of_the_past_are_those_that_the_orders_before_that_day_make(estate: Any) -> None:
    february, march, april = (date(2026, month, 1) for month in (2, 3, 4))
    assert stretches(estate, "ada") == [
        ("Loyal", february, march),
        ("At risk", march, april),
        ("Champions", april, None),
    ]
    assert stretches(estate, "bo") == [
        ("Recent", february, march),
        ("Needs attention", march, april),
        ("Inactive", april, None),
    ]
    assert stretches(estate, "gus") == [
        ("Inactive", date(2025, 11, 1), march),
        ("Loyal", march, april),
        ("Needs attention", april, date(2026, 4, 15)),
        ("Loyal", date(2026, 4, 15), None),
    ]


def test_customers_carry_their_group_the_one_before_and_the_day_of_the_change(estate: Any) -> None:
    customers = estate.rows("marts.dim_customers", "customer_id")
    columns = ("rfm_group", "previous_rfm_group", "rfm_group_changed_date")

    def moved(who: str) -> tuple:
        return tuple(customers[f"till:{who}"][column] for column in columns)

    assert moved("ada") == ("Champions", "At risk", date(2026, 4, 1))
    assert moved("cy") == ("Needs attention", None, None), "since the first look at it"
    assert moved("flo") == ("Inactive", None, None)
    assert moved("eve") == (None, None, None), "only ever cancelled"


def test_equal_buyers_score_equally_on_every_date_and_scores_are_thirds_not_fractions(estate: Any) -> None:
    scores = "recency_score, frequency_score, monetary_score"
    found = estate.query(f"select distinct {scores} from intermediate.int_customers_rfm_scored")
    assert {score for row in found for score in row} == {1, 2, 3}
    alone = f"""
        select count(distinct ({scores})) from intermediate.int_customers_rfm_scored
        where customer_id in ('till:flo', 'till:gus') and scored_date < date '2026-02-20'
    """
    assert estate.query(alone) == [(1,)]

"""Features and labels against a slow and obvious computation of the same, customer by customer."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean, stdev
from typing import Any

import pytest

from models_ml.design import FADING

AS_OF_DATE = date(2026, 11, 1)
STEP, SNAPSHOTS, HORIZON = 30, 24, 90
Event = tuple[date, float]


def random_life(dice: random.Random) -> tuple[list[Event], list[Event]]:
    """(purchases, refunds) of one customer; several on a day and purchases around the edges of windows included, and
    some taken back on their own day.
    """
    first = AS_OF_DATE - timedelta(dice.randint(1, 800))
    days = [
        first + timedelta(dice.choice((0, 1, 30, 31, 90, dice.randint(1, 200)))) for _ in range(dice.randint(0, 12))
    ]
    purchases = [(day, float(dice.randint(1, 90))) for day in [first, *days] if day < AS_OF_DATE + timedelta(40)]
    refunds = [(day + timedelta(dice.randint(0, 40)), 5.0) for day, _ in purchases if dice.random() < 0.2]
    slips = [(day, value) for day, value in purchases if dice.random() < 0.1]
    return purchases, refunds + slips


def lines(person: int, life: tuple[list[Event], list[Event]]) -> list[dict]:
    """The life as invoices of the wholesaler, which dates refunds on their own."""
    purchases, refunds = life
    facts = {"customer_id": f"{person}.0", "stock_code": "A"}
    bought = [
        facts | {"invoice_no": f"{person:03}{n:03}", "invoice_date": day, "quantity": 1, "unit_price": value}
        for n, (day, value) in enumerate(purchases)
    ]
    returned = [
        facts | {"invoice_no": f"C{person:03}{n:03}", "invoice_date": day, "quantity": -1, "unit_price": value}
        for n, (day, value) in enumerate(refunds)
    ]
    return bought + returned


def expected_features(life: tuple[list[Event], list[Event]], at: date) -> dict[str, Any] | None:
    """What the snapshot at `at` must say, or None if there is none."""
    purchases, refunds = ([(day, value) for day, value in events if day < at] for events in life)
    if not purchases:
        return None
    days = sorted({day for day, _ in purchases})
    value = {
        day: max(sum(v for d, v in purchases if d == day) - sum(v for d, v in refunds if d == day), 0) for day in days
    }
    gaps = [(after - before).days for before, after in pairwise(days)]
    net = sum(v for _, v in purchases) - sum(v for _, v in refunds)

    def within(events: list[Event], window: int) -> list[float]:
        return [v for day, v in events if day >= at - timedelta(window)]

    return (
        {
            "frequency": len(days) - 1,
            "recency_days": (days[-1] - days[0]).days,
            "t_days": (at - days[0]).days - 1,
            "monetary_value": (mean(value[day] for day in days[1:]) or None) if gaps else None,
            "days_since_last_order": (at - days[-1]).days,
            "count_orders": len(purchases),
            "total_net_amount": net,
            "mean_gap_days": mean(gaps) if gaps else None,
            "gap_multiple": (at - days[-1]).days / mean(gaps) if gaps else None,
            "gap_variation": stdev(gaps) / mean(gaps) if len(gaps) > 1 else None,
            "last_gap_days": gaps[-1] if gaps else None,
            "longest_gap_days": max(gaps) if gaps else None,
            "first_order_amount": value[days[0]],
            "last_order_amount": value[days[-1]],
            "recent_order_amount": mean(value[day] for day in days[-8:]),
            "largest_order_amount": max(value.values()),
            "amount_variation": stdev(value.values()) / mean(value.values()) if gaps and any(value.values()) else None,
            "average_order_value_amount": net / len(purchases),
            "count_refunds": len(refunds),
            "count_products": 1,
            "month_of_year": at.month,
        }
        | {
            name: figure
            for window in (30, 90, 365)
            for name, figure in (
                (f"orders_{window}d", len(within(purchases, window))),
                (f"amount_{window}d", sum(within(purchases, window)) - sum(within(refunds, window))),
            )
        }
        | {
            name: figure
            for half_life in (14, 30, 60)
            for name, figure in (
                (f"fading_orders_{half_life}d", sum(0.5 ** ((at - day).days / half_life) for day in days)),
                (f"fading_amount_{half_life}d", sum(value[day] * 0.5 ** ((at - day).days / half_life) for day in days)),
            )
        }
    )


def expected_label(life: tuple[list[Event], list[Event]], at: date) -> dict[str, Any]:
    purchases, refunds = (
        [(day, value) for day, value in events if at <= day < at + timedelta(HORIZON)] for events in life
    )
    days = sorted({day for day, _ in purchases})
    return {
        "horizon_days": HORIZON,
        "future_number_of_orders": len(days),
        "future_net_amount": sum(v for _, v in purchases) - sum(v for _, v in refunds),
        "is_churned": not days,
        "days_to_next_order": (days[0] - at).days if days else None,
    }


@pytest.fixture(scope="module")
def lives() -> dict[int, tuple[list[Event], list[Event]]]:
    dice = random.Random(20261101)
    return {person: random_life(dice) for person in range(1, 41)}


@pytest.fixture(scope="module")
def estate(make_estate: Callable, lives: dict) -> Any:
    invoice_lines = [line for person, life in lives.items() for line in lines(person, life)]
    anonymous = {
        "invoice_no": "999999",
        "stock_code": "A",
        "quantity": 1,
        "unit_price": 9,
        "invoice_date": "2024-01-01",
    }
    pound = {"source_name": "bank", "rate_date": "1990-01-01", "currency": "GBP", "to_currency": "USD"}
    estate = make_estate(
        {
            "online_retail.invoice_lines": [*invoice_lines, anonymous],
            "generic.generic_exchange_rates": [pound | {"exchange_rate": 1.0}],
        }
    )
    estate.build_models("+ftr_customer_snapshots", "+lbl_customer_outcomes")
    return estate


def test_every_snapshot_says_what_the_customers_past_says(estate: Any, lives: dict) -> None:
    found = estate.rows(
        "(select customer_id || '/' || as_of_date as key, * from features.ftr_customer_snapshots)", "key"
    )
    expected = {}
    for person, life in lives.items():
        for step in range(SNAPSHOTS + 1):
            at = AS_OF_DATE - timedelta(step * STEP)
            features = expected_features(life, at)
            if features:
                expected[f"online_retail:{person}/{at}"] = features
    assert set(found) == set(expected)
    assert {name for name in next(iter(found.values())) if name.startswith("fading_")} == set(FADING)
    rounded = {*FADING, "amount_variation", "recent_order_amount"}
    for key, features in expected.items():
        for names, error in ((features.keys() - rounded, None), (rounded, 1e-6)):
            said = {name: features[name] for name in names}
            assert {name: found[key][name] for name in names} == pytest.approx(said, abs=error), key


def test_every_label_says_what_the_customer_did_next(estate: Any, lives: dict) -> None:
    found = estate.rows(
        "(select customer_id || '/' || as_of_date as key, * from features.lbl_customer_outcomes)", "key"
    )
    assert found
    for key, row in found.items():
        person, at = int(key.split(":")[1].split("/")[0]), row["as_of_date"]
        assert at + timedelta(HORIZON) <= AS_OF_DATE, "a window that is not over has no label"
        expected = expected_label(lives[person], at)
        assert {name: row[name] for name in expected} == pytest.approx(expected), key
    complete = "select count(*) from features.ftr_customer_snapshots where as_of_date + 90 <= date '2026-11-01'"
    assert estate.query(complete) == [(len(found),)], "every snapshot whose window is over has one"


def test_an_anonymous_sale_is_in_no_snapshot(estate: Any) -> None:
    assert estate.query("select count(*) from features.ftr_customer_snapshots where customer_id is null") == [(0,)]


def test_of_many_buyers_some_are_looked_back_on_and_all_are_scored(estate: Any) -> None:
    described = "(select customer_id || '/' || as_of_date as key, * from features.ftr_buyers_at_dates)"
    everybody = estate.rows(described, "key")
    model = ("build", "--resource-type", "model", "--select", "ftr_buyers_at_dates")
    estate.dbt(*model, settings={"lookback_customers": 12})
    some = estate.rows(described, "key")
    today = {key for key in everybody if key.endswith(str(AS_OF_DATE))}
    assert today <= set(some) < set(everybody), "everybody who bought is scored today"
    drawn = {row["customer_id"] for key, row in some.items() if key not in today}
    assert 8 <= len(drawn) <= 12, "one of the twelve may have come after the last date looked back on"
    past = {key for key, row in everybody.items() if row["customer_id"] in drawn}
    assert set(some) == today | past, "whoever is drawn is looked back on at every date"

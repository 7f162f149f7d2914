"""Payments, subscriptions and the recurring revenue that they make: what has happened by as_of_date, nothing later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest


def seconds(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def charge(name: str, day: str, **columns: object) -> dict:
    facts = {"amount": 1000, "currency": "usd", "customer": "cus_1", "status": "succeeded", "captured": True}
    return facts | {"id": f"ch_{name}", "created": seconds(day)} | columns


def subscription(name: str, customer: str, day: str, price: int, interval: str = "month", **columns: object) -> dict:
    said = {"unit_amount": price, "recurring": {"interval": interval, "interval_count": 1}}
    items = {"object": "list", "data": [{"price": said, "quantity": 1}]}
    facts = {"id": f"sub_{name}", "customer": customer, "currency": "usd", "status": "active", "items": items}
    return facts | {"created": seconds(day), "start_date": seconds(day)} | columns


def invoice(name: str, number: int, start: str, end: str, amount: int, settled: int | None = None) -> dict:
    """One whole period of a subscription, and where an earlier period is settled the line that does it."""
    period = {"start": seconds(start), "end": seconds(end)}
    lines = [{"amount": amount, "period": period, "proration": False, "price": {"nickname": "Pro"}}]
    if settled:
        lines.append({"amount": settled, "period": period, "proration": True, "price": {"nickname": "Pro"}})
    facts = {"id": f"in_{name}_{number}", "subscription": f"sub_{name}", "status": "paid", "currency": "usd"}
    return facts | {"created": period["start"], "total": amount, "lines": {"object": "list", "data": lines}}


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    box = {"source_name": "boxes", "email": "ada@mail.example"}
    moving = [("04", 1000), ("05", 1000), ("06", 2000), ("07", 1500)]
    estate = make_estate(
        {
            "stripe.charges": [
                charge("seen", "2026-10-31T23:59:59"),
                charge("later", "2026-11-01"),
                charge("failed", "2026-10-01", status="failed", failure_code="card_declined"),
                charge("euro", "2026-10-01", currency="eur"),
            ],
            "stripe.refunds": [
                {"id": "re_1", "charge": "ch_seen", "amount": 400, "currency": "usd", "status": "succeeded"}
                | {"created": seconds("2026-10-31T23:59:59")}
            ],
            "stripe.subscriptions": [
                subscription("seen", "cus_1", "2026-10-01", 900),
                subscription("later", "cus_1", "2026-11-01", 900),
                subscription("moving", "cus_2", "2026-04-01", 1500, status="canceled", ended_at=seconds("2026-08-01")),
                subscription("back", "cus_2", "2026-10-10", 24000, "year"),
                subscription("tried", "cus_3", "2026-09-01", 5000, trial_end=seconds("2026-09-15")),
                subscription("trying", "cus_4", "2026-10-20", 5000, status="trialing", trial_end=seconds("2026-11-20")),
                subscription("euro", "cus_5", "2026-10-01", 900, currency="eur"),
                subscription("week", "cus_6", "2026-10-01", 700, "week", ended_at=seconds("2026-11-20")),
            ],
            "stripe.invoices": [
                *[
                    invoice("moving", int(month), f"2026-{month}-01", f"2026-{int(month) + 1:02}-01", price, 300)
                    for month, price in moving
                ],
                invoice("tried", 1, "2026-09-01", "2026-09-15", 0),
                invoice("tried", 2, "2026-09-15", "2026-10-15", 3000),
                invoice("tried", 3, "2026-10-15", "2026-11-15", 3000),
            ],
            "generic.generic_subscriptions": [
                box
                | {"subscription_id": "1", "recurring_amount": 19, "started_at": "2026-02-01"}
                | {"ended_at": "2026-07-01", "product_name": "Small"},
                box
                | {"subscription_id": "2", "recurring_amount": 90, "started_at": "2026-07-01"}
                | {"count_billing_periods": 3, "product_name": "Large", "ended_at": "2026-12-01"},
            ],
        },
        date(2026, 11, 1),
    )
    estate.build_models("+fct_payments", "+fct_mrr_movements")
    return estate


def test_a_payment_counts_from_its_day_on_and_only_what_succeeded_is_settled(estate: Any) -> None:
    rows = estate.rows("marts.fct_payments", "payment_id")
    assert {name.removeprefix("stripe:"): (row["amount"], row["settled_amount"]) for name, row in rows.items()} == {
        "ch_seen": (10, 10),
        "re_1": (4, -4),
        "ch_failed": (10, 0),
        "ch_euro": (None, None),
    }
    euro = rows["stripe:ch_euro"]
    assert (euro["original_amount"], euro["currency"]) == (10, "EUR"), "without a rate it is kept, not added up"
    assert rows["stripe:ch_seen"]["customer_id"] == "stripe:cus_1", "somebody whom no export of customers knows"


def stretches(estate: Any, name: str) -> list[tuple]:
    return estate.query(f"""
        select mrr_amount, started_at::date, ended_at::date from marts.fct_subscriptions
        where subscription_id = 'stripe:sub_{name}' order by stretch_number
    """)


def test_a_subscription_is_one_stretch_per_price_and_one_that_begins_later_is_not_seen(estate: Any) -> None:
    assert stretches(estate, "seen") == [(9, date(2026, 10, 1), None)]
    assert stretches(estate, "later") == []
    april, june, july, august = (date(2026, month, 1) for month in (4, 6, 7, 8))
    assert stretches(estate, "moving") == [(10, april, june), (20, june, july), (15, july, august)]


def test_a_year_is_twelve_months_and_a_week_its_share_of_one(estate: Any) -> None:
    assert stretches(estate, "back") == [(20, date(2026, 10, 10), None)]
    [(week, _, ended)] = stretches(estate, "week")
    assert week == Decimal("30.4375")
    assert ended is None, "its end is not known on as_of_date"


def test_a_trial_earns_nothing_and_a_price_counts_once_it_is_billed(estate: Any) -> None:
    assert stretches(estate, "trying") == []
    assert stretches(estate, "tried") == [
        (0, date(2026, 9, 1), date(2026, 9, 15)),
        (30, date(2026, 9, 15), None),
    ], "the 50 that the subscription costs now are billed in November"


def test_each_customer_moves_once_a_month_and_in_one_direction(estate: Any) -> None:
    found = estate.query("""
        select customer_id, strftime(movement_month, '%m'), movement_type, change_mrr_amount, closing_mrr_amount
        from marts.fct_mrr_movements where customer_id like 'stripe%' order by all
    """)
    assert [(who.removeprefix("stripe:cus_"), *rest) for who, *rest in found] == [
        ("1", "10", "new", 9, 9),
        ("2", "04", "new", 10, 10),
        ("2", "06", "expansion", 10, 20),
        ("2", "07", "contraction", -5, 15),
        ("2", "08", "churn", -15, 0),
        ("2", "10", "reactivation", 20, 20),
        ("3", "09", "new", 30, 30),
        ("6", "10", "new", Decimal("30.4375"), Decimal("30.4375")),
    ]


def test_a_list_of_subscriptions_moves_like_a_billing_system(estate: Any) -> None:
    assert estate.query("""
        select strftime(movement_month, '%m'), movement_type, change_mrr_amount, closing_mrr_amount
        from marts.fct_mrr_movements where customer_id not like 'stripe%' order by all
    """) == [("02", "new", 19, 19), ("07", "expansion", 11, 30)], "90 a quarter, and an end that is still to come"
    assert estate.query(
        "select status, is_running from marts.fct_subscriptions where source_name = 'boxes' order by 1"
    ) == [
        ("active", True),
        ("ended", False),
    ]


def test_opening_and_movements_are_closing_in_every_month(estate: Any) -> None:
    tested = estate.dbt("test", "--select", "fct_mrr_movements", "fct_subscriptions", "fct_payments")
    assert tested.verdicts["mrr_movements_add_up"] == "pass"

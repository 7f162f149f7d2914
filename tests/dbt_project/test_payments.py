"""Payments and subscriptions across systems: what has happened by the as-of date, and nothing after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest


def seconds(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    charge = {"amount": 1000, "currency": "usd", "customer": "cus_1", "status": "succeeded", "captured": True}
    price = {"unit_amount": 900, "recurring": {"interval": "month", "interval_count": 1}}
    subscription = {"customer": "cus_1", "currency": "usd", "status": "active"}
    subscription["items"] = {"object": "list", "data": [{"price": price, "quantity": 1}]}
    estate = make_estate(
        {
            "stripe.charges": [
                charge | {"id": "ch_seen", "created": seconds("2026-10-31T23:59:59")},
                charge | {"id": "ch_later", "created": seconds("2026-11-01")},
            ],
            "stripe.subscriptions": [
                subscription | {"id": "sub_seen", "created": seconds("2026-10-01")},
                subscription | {"id": "sub_later", "created": seconds("2026-11-01")},
            ],
        },
        date(2026, 11, 1),
    )
    estate.build_models("+int_payments_unioned", "+int_subscriptions_unioned")
    return estate


def test_a_payment_counts_from_its_day_on(estate: Any) -> None:
    found = estate.query("select payment_id, amount from intermediate.int_payments_unioned")
    assert found == [("stripe:ch_seen", 10)]


def test_a_subscription_counts_once_it_runs(estate: Any) -> None:
    found = estate.query("select subscription_id, recurring_amount from intermediate.int_subscriptions_unioned")
    assert found == [("stripe:sub_seen", 9)]

"""Who is due for the next product: only while others buy it, only who has not, and nobody with a complaint."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

AS_OF_DATE = date(2026, 11, 1)
SEQUENCE = {
    "as_of_date": AS_OF_DATE,
    "is_refill": False,
    "share_30d": 0.2,
    "share_60d": 0.384,
    "share_90d": 0.45,
    "base_30d": 0.05,
    "base_60d": 0.124,
    "base_90d": 0.2,
    "lift": 2.25,
    "lift_low": 1.5,
    "lift_high": 3.5,
    "due_from_days": 20,
    "median_days": 35,
    "due_until_days": 50,
}
INK = {"product_id": "shopify:Printer", "product_name": "Printer", "then_product_id": "shopify:Ink"}
BEANS = {"product_id": "shopify:Beans", "product_name": "Beans", "then_product_id": "shopify:Beans"}
PURCHASES = {
    "due": {"Printer": [41]},
    "first_counts": {"Printer": [80, 41]},
    "has_ink": {"Printer": [41], "Ink": [200]},
    "bought_ink_since": {"Printer": [41], "Ink": [5]},
    "too_early": {"Printer": [19]},
    "too_late": {"Printer": [51]},
    "complains": {"Printer": [41]},
    "drinks": {"Beans": [70, 12]},
    "both": {"Printer": [30], "Beans": [12]},
}


def customer(name: str) -> str:
    return "cus_" + hashlib.md5(f"email:{name}@mail.example".encode()).hexdigest()[:16]


def lines() -> Iterator[dict]:
    for name, bought in PURCHASES.items():
        for product, ago in ((product, ago) for product, days in bought.items() for ago in days):
            order = f"{name}{product}{ago}"
            yield {
                "order_name": f"#{order}",
                "order_id": order,
                "email": f"{name}@mail.example",
                "created_at": (AS_OF_DATE - timedelta(days=ago)).isoformat(),
                "total": 10,
                "lineitem_name": product,
                "lineitem_quantity": 1,
                "lineitem_price": 10,
                "currency": "USD",
            }


@pytest.fixture(scope="module")
def due(make_estate: Callable) -> dict[str, tuple]:
    yesterday = (AS_OF_DATE - timedelta(days=1)).isoformat()
    ticket = {"id": 1, "requester_id": 1, "status": "open", "created_at": yesterday, "updated_at": yesterday}
    estate: Any = make_estate(
        {
            "shopify.orders": list(lines()),
            "zendesk.users": [{"id": 1, "role": "end-user", "email": "complains@mail.example"}],
            "zendesk.tickets": [ticket],
        }
    )
    ink = SEQUENCE | INK | {"then_product_name": "Ink"}
    beans = SEQUENCE | BEANS | {"then_product_name": "Beans", "is_refill": True, "share_30d": 0.61, "base_30d": None}
    beans |= {"due_from_days": 10, "due_until_days": 20}
    old = ink | {"as_of_date": AS_OF_DATE - timedelta(days=1), "due_from_days": 1}
    estate.write_scores({"product_sequences": [ink, beans, old]})
    estate.build_models("+seg_due_for_next_product")
    names = {customer(name): name for name in PURCHASES}
    found = estate.query(
        "select customer_id, reason, then_product_id, due_from_date, due_until_date "
        "from segments.seg_due_for_next_product"
    )
    return {names[who]: row for who, *row in found}


def test_who_is_due(due: dict) -> None:
    assert set(due) == {"due", "drinks", "both"}


def test_the_reason_says_what_when_how_often_and_how_unusual(due: dict) -> None:
    reason, then, opens, closes = due["due"]
    assert reason == ("bought Printer 41 days ago; 38 % of such customers buy Ink within 60 days (3.1 times the usual)")
    assert then == "shopify:Ink"
    assert (opens, closes) == (AS_OF_DATE - timedelta(days=21), AS_OF_DATE + timedelta(days=9))


def test_a_refill_counts_from_the_last_time(due: dict) -> None:
    reason, then, *_ = due["drinks"]
    assert reason == "bought Beans 12 days ago; 61 % of such customers buy it again within 30 days"
    assert then == "shopify:Beans"


def test_a_customer_is_called_once_about_the_likeliest(due: dict) -> None:
    assert due["both"][1] == "shopify:Beans"

"""Shopify: an order is the rows of its newest export, filled down from its first."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from hashlib import md5
from typing import Any

PLACED = datetime(2026, 2, 1, 10, 0)
IVA = "shopify:" + md5(b"iva@shop.example").hexdigest()


def line(
    name: str = "#1", sku: str | None = "TEA", quantity: int = 1, price: float = 10, **cells: Any
) -> dict[str, Any]:
    named = {"order_name": name, "lineitem_sku": sku, "lineitem_name": f"{sku} tin"}
    return named | {"lineitem_quantity": quantity, "lineitem_price": Decimal(str(price)), **cells}


def head(name: str = "#1", number: str = "901", total: float = 20, **cells: Any) -> dict[str, Any]:
    order = {"order_id": number, "email": "Iva@Shop.example", "total": Decimal(str(total)), "created_at": PLACED}
    return line(name, **(order | {"currency": "USD", "source": "web"} | cells))


def test_continuation_rows_belong_to_the_order_named_on_them(estate) -> None:
    rows = [head(), line(sku="CUP"), line(sku="TEA"), head("#2", "902", 5, email=None), line("#2", sku=None)]
    estate.land("shopify.orders", rows)
    assert estate.rows("stg_shopify__orders", "order_id, contact_id, gross_amount, sales_channel") == [
        ("shopify:901", IVA, Decimal(20), "web"),
        ("shopify:902", None, Decimal(5), "web"),
    ]
    assert estate.rows("stg_shopify__order_lines", "order_line_id, product_id") == [
        ("shopify:901-1", "shopify:TEA"),
        ("shopify:901-2", "shopify:CUP"),
        # The same article once more is a line of its own.
        ("shopify:901-3", "shopify:TEA"),
        ("shopify:902-1", "shopify:TEA"),
        ("shopify:902-2", "shopify:None tin"),
    ]


def test_a_re_exported_order_replaces_the_earlier_with_all_its_lines(estate) -> None:
    estate.land("shopify.orders", [head(), line(sku="CUP"), head("#2", "902")], load="z")
    edited = head(total=10, refunded_amount=Decimal(10))
    estate.land("shopify.orders", [edited], load="a", night=1)
    assert estate.rows("stg_shopify__orders", "order_id, gross_amount, refund_amount") == [
        ("shopify:901", Decimal(10), Decimal(10)),
        ("shopify:902", Decimal(20), Decimal(0)),
    ]
    lines = estate.rows("stg_shopify__order_lines", "order_line_id")
    assert lines == [("shopify:901-1",), ("shopify:902-1",)], "the line that was edited away came back"


def test_an_older_export_that_arrives_late_does_not_undo_what_happened_since(estate) -> None:
    cancelled = head(cancelled_at=datetime(2026, 2, 3))
    estate.land("shopify.orders", [cancelled], load="a", night=0)
    estate.land("shopify.orders", [head()], load="b", night=1)
    assert estate.row("stg_shopify__orders", "is_cancelled") == (True,)

    estate.land("shopify.orders", [head("#2", "902", refunded_amount=Decimal(5))], load="c", night=0)
    estate.land("shopify.orders", [head("#2", "902", refunded_amount=Decimal(0))], load="d", night=1)
    assert [row[1] for row in estate.rows("stg_shopify__orders", "order_id, refund_amount")] == [0, 5]


def test_a_late_order_joins_the_others(estate) -> None:
    estate.land("shopify.orders", [head("#9", "909")], load="a")
    estate.land("shopify.orders", [head("#1", "901"), line("#1", sku="CUP")], load="b", night=1)
    assert len(estate.rows("stg_shopify__orders", "order_id")) == 2
    assert len(estate.rows("stg_shopify__order_lines", "order_line_id")) == 3


def test_lines_whose_first_row_was_quarantined_stay_visible_without_an_order(estate) -> None:
    estate.land("shopify.orders", [line("#3"), head("#4", "904")])
    assert estate.rows("stg_shopify__orders", "order_id") == [("shopify:904",)]
    assert estate.rows("stg_shopify__order_lines", "order_id") == [("shopify:#3",), ("shopify:904",)]


def test_a_line_is_worth_its_price_less_its_own_discount(estate) -> None:
    estate.land("shopify.orders", [head(quantity=3, price=2.5, lineitem_discount=Decimal("0.5"))])
    found = estate.row("stg_shopify__order_lines", "quantity, unit_price_amount, line_amount")
    assert found == (3, Decimal("2.5"), Decimal("7.0"))


def test_customers_and_buyers_are_one_contact_per_address(estate) -> None:
    iva = {"customer_id": "'77", "email": "iva@shop.example ", "first_name": "Iva", "last_name": "Lund"}
    iva |= {"default_address_country_code": "DK", "accepts_email_marketing": True, "phone": "'+45 1"}
    estate.land("shopify.customers", [iva, {"customer_id": "'78", "accepts_email_marketing": False}])
    only_buyer = head("#2", "902", email="new@shop.example", billing_name="Nell Oak", billing_country="US")
    estate.land("shopify.orders", [head(billing_name="I. Lund"), only_buyer])
    nell = "shopify:" + md5(b"new@shop.example").hexdigest()
    assert set(estate.rows("stg_shopify__contacts", "contact_id, full_name, country, phone")) == {
        (IVA, "Iva Lund", "DK", "+45 1"),
        ("shopify:78", None, None, None),
        (nell, "Nell Oak", "US", None),
    }
    assert set(estate.rows("stg_shopify__consents", "contact_id, has_marketing_consent")) == {
        (IVA, True),
        ("shopify:78", False),
    }


def test_a_pulled_order_counts_with_its_lines_refunds_and_buyer(exported) -> None:
    estate = exported("shopify")
    assert {load.rows_quarantined for load in estate.loads} == {0}
    columns = "order_id, contact_id, ordered_at, gross_amount, refund_amount, discount_amount, is_cancelled"
    morning = datetime(2026, 10, 1, 8, 0)
    assert estate.rows("stg_shopify__orders", columns) == [
        ("shopify:901", IVA, morning, Decimal("49.9"), Decimal(20), Decimal(5), False),
        # An anonymous sale at the till; then a buyer who left a phone number only.
        ("shopify:902", None, datetime(2026, 10, 2, 10, 0), Decimal(10), Decimal(0), Decimal(0), False),
        ("shopify:903", "shopify:7002", datetime(2026, 10, 3, 10, 0), Decimal(10), Decimal(0), Decimal(0), True),
    ]
    lines = estate.rows("stg_shopify__order_lines", "order_line_id, product_id, quantity, line_amount")
    assert lines[:2] == [
        ("shopify:901-1", "shopify:TEA", 2, Decimal(35)),
        ("shopify:901-2", "shopify:Gift wrap", 1, Decimal(10)),
    ]
    assert len(lines) == 4


def test_pulled_customers_bring_their_answer_and_since_when(exported) -> None:
    estate = exported("shopify")
    assert sorted(estate.rows("stg_shopify__consents", "has_marketing_consent, changed_at")) == [
        (False, datetime(2026, 9, 30, 8, 0)),
        (True, None),
    ]
    assert [row[0] for row in estate.rows("stg_shopify__contacts", "full_name, contact_id")] == [
        "Iva Lund",
        "Mo",
        "Ode Brandt",
    ]
    found = dict(estate.rows("stg_shopify__contacts", "contact_id, phone"))
    assert (found[IVA], found["shopify:7002"]) == ("+49 30 1234567", "+4930111")


def test_an_order_that_was_exported_and_pulled_is_one_order(exported) -> None:
    estate = exported("shopify")
    estate.land("shopify.orders", [head("#1001", "901", 49.9), line("#1001", sku="CUP"), head("#7", "907", 5)], night=9)
    estate.land(
        "shopify.customers", [{"customer_id": "'7001", "email": "iva@shop.example", "accepts_email_marketing": True}]
    )
    assert [row[0] for row in estate.rows("stg_shopify__orders", "order_id")] == [
        "shopify:901",
        "shopify:902",
        "shopify:903",
        "shopify:907",
    ]
    assert [row[0] for row in estate.rows("stg_shopify__order_lines", "order_line_id")].count("shopify:901-1") == 1
    consents = dict(estate.rows("stg_shopify__consents", "contact_id, has_marketing_consent"))
    assert consents[IVA] is False

"""Online Retail: invoices by kind and sign, money exact, customers without their decimal point."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

ORDERS = "stg_online_retail__orders"


def line(invoice: str, quantity: int, price: str, **cells: Any) -> dict[str, Any]:
    at = {"invoice_date": datetime(2011, 3, 1, 9, 0), "stock_code": "85123A", "customer_id": "17850.0"}
    return {"invoice_no": invoice, "quantity": quantity, "unit_price": Decimal(price)} | at | cells


def test_kinds_of_invoices_and_their_signs(estate) -> None:
    estate.land(
        "online_retail.invoice_lines",
        [
            line("536365", 6, "2.551"),
            line("536365", -1, "0.3"),
            line("C536379", -2, "27.50"),
            line("A563185", 1, "11062.06", customer_id=None),
            line("A563186", 1, "-11062.06", customer_id=None),
        ],
    )
    assert estate.rows(ORDERS, "order_id, order_type, gross_amount, refund_amount, contact_id") == [
        ("online_retail:536365", "sale", Decimal("15.0060"), Decimal(0), "online_retail:17850"),
        ("online_retail:A563185", "adjustment", Decimal("11062.06"), Decimal(0), None),
        ("online_retail:A563186", "adjustment", Decimal(0), Decimal("11062.06"), None),
        ("online_retail:C536379", "refund", Decimal(0), Decimal("55.00"), "online_retail:17850"),
    ]
    lines = "stg_online_retail__order_lines"
    assert estate.query(f"select sum(line_amount) from staging.{lines}") == estate.query(
        f"select sum(gross_amount - refund_amount) from staging.{ORDERS}"
    )


def test_equal_lines_of_an_invoice_are_separate_lines(estate) -> None:
    estate.land("online_retail.invoice_lines", [line("536409", 1, "4.25"), line("536409", 1, "4.25")])
    found = estate.rows("stg_online_retail__order_lines", "order_line_id, product_id, line_amount")
    assert found == [
        ("online_retail:536409-1", "online_retail:85123A", Decimal("4.25")),
        ("online_retail:536409-2", "online_retail:85123A", Decimal("4.25")),
    ]


def test_an_invoice_begins_with_its_first_line_and_a_customer_lives_where_the_newest_says(estate) -> None:
    later = datetime(2011, 3, 1, 9, 1)
    estate.land(
        "online_retail.invoice_lines",
        [
            line("2", 1, "1", invoice_date=later, country="Cyprus"),
            line("2", 1, "1", country="Greece"),
        ],
    )
    assert estate.row(ORDERS, "ordered_at") == (datetime(2011, 3, 1, 9, 0),)
    assert estate.row("stg_online_retail__contacts", "contact_id, country") == ("online_retail:17850", "Cyprus")

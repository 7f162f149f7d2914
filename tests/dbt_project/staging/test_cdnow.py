"""CDNOW: purchases without ids are numbered within customer and day, and equal ones are kept apart."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any


def purchase(customer: str = "00001", value: str = "11.77", cds: int = 1) -> dict[str, Any]:
    day = date(1997, 1, 12)
    return {"customer_id": customer, "purchase_date": day, "number_of_cds": cds, "dollar_value": Decimal(value)}


def test_equal_purchases_of_a_day_are_two_orders_with_a_line_each(estate) -> None:
    estate.land("cdnow.purchases", [purchase(), purchase(), purchase("00002", "0")])
    assert estate.rows("stg_cdnow__orders", "order_id, contact_id, ordered_at, gross_amount") == [
        ("cdnow:00001-19970112-1", "cdnow:00001", datetime(1997, 1, 12), Decimal("11.77")),
        ("cdnow:00001-19970112-2", "cdnow:00001", datetime(1997, 1, 12), Decimal("11.77")),
        ("cdnow:00002-19970112-1", "cdnow:00002", datetime(1997, 1, 12), Decimal(0)),
    ]
    lines = estate.rows("stg_cdnow__order_lines", "order_line_id, order_id")
    assert [row[1] for row in lines] == [row[0] for row in estate.rows("stg_cdnow__orders", "order_id")]
    assert estate.rows("stg_cdnow__contacts", "contact_id") == [("cdnow:00001",), ("cdnow:00002",)]


def test_ids_do_not_depend_on_the_order_in_which_files_arrived(estate) -> None:
    estate.land("cdnow.purchases", [purchase(value="2.00")], load="second_file", night=0)
    estate.land("cdnow.purchases", [purchase(value="1.00")], load="first_file", night=1)
    assert estate.rows("stg_cdnow__orders", "order_id, gross_amount") == [
        ("cdnow:00001-19970112-1", Decimal("1.00")),
        ("cdnow:00001-19970112-2", Decimal("2.00")),
    ]


def test_the_price_of_a_disc_is_the_mean_of_its_purchase(estate) -> None:
    estate.land("cdnow.purchases", [purchase(value="10.00", cds=4)])
    assert estate.row("stg_cdnow__order_lines", "quantity, unit_price_amount, line_amount") == (4, Decimal("2.5"), 10)

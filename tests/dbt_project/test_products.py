"""Products: one row each, from lists and from lines, and every line finds its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest


def invoice(number: str, day: str, article: str, name: str | None, price: float, quantity: int = 1) -> dict:
    sold = {"invoice_no": number, "invoice_date": f"{day} 09:00:00", "stock_code": article, "description": name}
    return sold | {"unit_price": price, "quantity": quantity, "customer_id": "1"}


def basket(product: str) -> dict:
    return {
        "household_id": "1",
        "basket_id": "b1",
        "product_id": product,
        "quantity": 2,
        "sales_value": 3,
        "retail_disc": 1,
        "transaction_timestamp": "2026-10-01 09:00:00",
    }


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    estate = make_estate(
        {
            "online_retail.invoice_lines": [
                invoice("1", "2026-01-05", "A", "Lamp", 4.0),
                invoice("2", "2026-06-05", "A", "Table lamp", 5.0),
                invoice("3", "2026-07-05", "A", "damaged", 0, -3),
                invoice("C4", "2026-08-05", "B", "Bulb", 1.0, -1),
                # Not seen yet: as_of_date is the first of November.
                invoice("5", "2026-11-02", "A", "Moon lamp", 9.0),
                invoice("6", "2026-11-02", "C", "Sun lamp", 9.0),
            ],
            "completejourney.products": [
                {"product_id": "1", "product_type": "APPLES", "product_category": "FRUIT"},
                {"product_id": "2", "product_type": "PEARS", "product_category": "FRUIT"},
            ],
            "completejourney.transactions": [basket("1"), basket("99")],
            "crm_sales.products": [{"product": "GTX Pro", "series": "GTX", "sales_price": 4821}],
            "crm_sales.sales_pipeline": [
                {"opportunity_id": n, "product": said, "deal_stage": "Won", "engage_date": "2026-01-01"}
                for n, said in enumerate(("GTXPro", "GTX Pro"))
            ],
        }
    )
    estate.build_models("+fct_order_lines", "+fct_opportunities")
    return estate


@pytest.fixture(scope="module")
def products(estate: Any) -> dict:
    return estate.rows("marts.dim_products", "product_id")


def test_a_product_stands_once_whatever_lists_and_lines_it_is_on(products: dict) -> None:
    listed = {"completejourney:1", "completejourney:2", "crm_sales:GTX Pro"}
    on_lines_alone = {"completejourney:99", "online_retail:A", "online_retail:B"}
    assert {name for name, row in products.items() if row["is_listed"]} == listed
    assert {name for name, row in products.items() if not row["is_listed"]} == on_lines_alone


def test_a_product_is_called_what_the_list_says_else_as_it_was_last_sold(products: dict) -> None:
    names = {key: (row["product_name"], row["product_category"]) for key, row in products.items()}
    assert names == {
        "completejourney:1": ("APPLES", "FRUIT"),
        "completejourney:2": ("PEARS", "FRUIT"),
        "completejourney:99": (None, None),
        "crm_sales:GTX Pro": ("GTX Pro", "GTX"),
        # Neither the stock correction after the last sale nor the name of tomorrow.
        "online_retail:A": ("Table lamp", None),
        "online_retail:B": ("Bulb", None),
    }


def test_prices_have_their_currency_and_are_unknown_rather_than_nothing(products: dict) -> None:
    prices = ("list_price_amount", "list_price_currency", "last_price_amount", "last_price_currency")
    found = {key: tuple(row[name] for name in prices) for key, row in products.items()}
    assert found["crm_sales:GTX Pro"] == (Decimal(4821), "USD", None, None)
    assert found["online_retail:A"] == (None, None, Decimal(5), "GBP")
    assert found["completejourney:1"] == (None, None, Decimal(2), "USD")
    assert found["completejourney:2"] == found["online_retail:B"] == (None, None, None, None)


def test_days_of_sale_know_neither_returns_nor_tomorrow(products: dict) -> None:
    days = {key: (row["first_sold_date"], row["last_sold_date"]) for key, row in products.items()}
    assert days["online_retail:A"] == (date(2026, 1, 5), date(2026, 6, 5))
    assert days["online_retail:B"] == days["completejourney:2"] == (None, None)


def test_every_line_finds_its_product_and_keeps_the_name_it_was_sold_by(estate: Any) -> None:
    found = estate.query("""
        select lines.order_line_id, lines.product_name, products.product_name
        from marts.fct_order_lines as lines left join marts.dim_products as products using (product_id)
        where products.product_id is not null order by all
    """)
    assert found == [
        ("completejourney:b1-1", "APPLES", "APPLES"),
        ("completejourney:b1-99", None, None),
        ("online_retail:1-1", "Lamp", "Table lamp"),
        ("online_retail:2-1", "Table lamp", "Table lamp"),
        ("online_retail:3-1", "damaged", "Table lamp"),
        ("online_retail:C4-1", "Bulb", "Bulb"),
    ]


def test_two_spellings_in_the_pipeline_are_one_product_of_the_price_list(estate: Any) -> None:
    assert estate.query("""
        select products.product_id, count(*)
        from marts.fct_opportunities as deals
        left join marts.dim_products as products
            on products.source_name = deals.source_name and products.product_name = deals.product_name
        group by all
    """) == [("crm_sales:GTX Pro", 2)]

"""One reporting currency: every amount at the rate of its own day, and none added up without a rate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest


def order(number: int, day: str, currency: str | None, amount: float, **columns: object) -> dict:
    facts = {"source_name": "till", "order_id": str(number), "ordered_at": f"{day} 09:00:00", "currency": currency}
    return facts | {"contact_id": "ada", "gross_amount": amount} | columns


def rate(day: str, currency: str, to_currency: str, worth: float, source: str = "bank") -> dict:
    pair = {"currency": currency, "to_currency": to_currency, "exchange_rate": worth}
    return {"source_name": source, "rate_date": day} | pair


def deal(number: int, stage: str, close: str, **columns: object) -> dict:
    facts = {"record_id": str(number), "deal_stage": stage, "close_date": f"{close} 12:00:00", "currency": "EUR"}
    return facts | {"create_date": "2026-01-05 09:00:00", "amount": 100} | columns


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    line = {"product_name": "Tea", "quantity": 2, "unit_price_amount": 50}
    estate = make_estate(
        {
            "generic.generic_orders": [
                order(1, "2026-01-31", "eur", 100, refund_amount=10, **line),
                order(2, "2026-02-01", "EUR", 100),
                order(3, "2025-12-31", "EUR", 100),
                order(4, "2026-03-01", "USD", 5),
                order(5, "2026-03-01", None, 7),
                order(6, "2026-03-01", "GBP", 10),
                order(7, "2026-03-01", "JPY", 9000, contact_id="ken"),
                order(8, "2026-03-02", "XYZ", 9000),
            ],
            "generic.generic_exchange_rates": [
                rate("2026-01-01", "EUR", "USD", 1.1),
                rate("2026-02-01", "EUR", "USD", 1.2),
                rate("2026-12-01", "EUR", "USD", 9.9),
                # Quoted the other way round, by two sources for the same day, and in a currency that is nobody's.
                rate("2026-01-01", "USD", "GBP", 0.8),
                rate("2026-01-01", "USD", "GBP", 0.5, source="central bank"),
                rate("2026-01-01", "XYZ", "CHF", 1.0, source="central bank"),
            ],
            "hubspot.deals": [
                deal(1, "Closed won", "2026-01-20"),
                deal(2, "Negotiation", "2026-12-20"),
                deal(3, "Negotiation", "2026-12-20", amount_in_company_currency=105),
                deal(4, "Closed won", "2026-01-20", currency="JPY"),
            ],
            "hubspot.api_deals": [
                {
                    "id": "5",
                    "created_at": "2026-01-10",
                    "updated_at": "2026-02-10",
                    "properties": {"dealstage": "qualified", "amount": "300", "deal_currency_code": "EUR"},
                    "properties_with_history": {
                        "dealstage": [{"value": "qualified", "timestamp": "2026-01-10T00:00:00Z"}],
                        "amount": [
                            {"value": "300", "timestamp": "2026-02-10T00:00:00Z"},
                            {"value": "200", "timestamp": "2026-01-10T00:00:00Z"},
                        ],
                    },
                }
            ],
            "salesforce.accounts": [
                {"id": f"00100000000000{n}AAA", "name": name, "annual_revenue": 1000, "currency_iso_code": currency}
                | {"last_modified_date": "2026-01-01", "created_date": "2026-01-01"}
                for n, (name, currency) in enumerate([("Lake", "EUR"), ("Hill", "JPY"), ("Dale", None)])
            ],
            "salesforce.campaigns": [
                {"id": "701000000000001AAA", "name": "Fair", "status": "Completed", "start_date": "2026-01-20"}
                | {"actual_cost": 200.0, "budgeted_cost": 300.0, "currency_iso_code": "EUR"}
            ],
        }
    )
    estate.write_scores({})
    estate.build_models("+dim_currencies", "+fct_order_lines", "+dim_customers", "+dim_accounts", "+dim_campaigns")
    return estate


@pytest.fixture(scope="module")
def orders(estate: Any) -> dict[str, dict]:
    return estate.rows("marts.fct_orders", "order_id")


def test_an_amount_is_converted_at_the_rate_in_force_on_its_day(orders: dict) -> None:
    january, february = orders["till:1"], orders["till:2"]
    assert (january["currency"], january["exchange_rate"]) == ("EUR", 1.1)
    assert [january[f"{kind}_amount"] for kind in ("gross", "refund", "net")] == [110, 11, 99]
    assert january["original_gross_amount"] == 100, "the original amount is kept"
    assert february["gross_amount"] == 120, "a rate holds from its own day on"


def test_our_own_currency_and_an_unnamed_one_are_left_as_they_are(orders: dict) -> None:
    assert orders["till:4"]["gross_amount"] == 5
    assert (orders["till:5"]["gross_amount"], orders["till:5"]["currency"]) == (7, "USD")


def test_a_rate_quoted_the_other_way_round_is_turned_and_two_sources_of_one_day_do_not_double_the_order(
    orders: dict,
) -> None:
    assert orders["till:6"]["gross_amount"] == Decimal("12.5"), "1 USD = 0.8 GBP by the first of the two"
    assert len(orders) == 8


def test_without_a_rate_an_amount_is_unknown_and_the_purchase_is_not_lost(orders: dict) -> None:
    for number in (3, 7, 8):
        row = orders[f"till:{number}"]
        assert row["exchange_rate"] is None, "before the first rate; never a rate; a rate to another currency"
        assert (row["gross_amount"], row["net_amount"], row["is_purchase"]) == (None, None, True)


def test_lines_are_converted_with_their_order(estate: Any) -> None:
    [line] = estate.rows("marts.fct_order_lines", "order_id").values()
    assert (line["line_amount"], line["unit_price_amount"], line["original_line_amount"]) == (110, 55, 100)


def test_a_deal_is_valued_on_the_day_it_was_closed_and_an_open_one_at_the_last_rate(estate: Any) -> None:
    deals = estate.rows("marts.fct_opportunities", "opportunity_id")
    assert {name: row["amount"] for name, row in deals.items()} == {
        "hubspot:1": 110,
        "hubspot:2": 120,
        "hubspot:3": 105,
        "hubspot:4": None,
        "hubspot:5": 360,
    }
    assert deals["hubspot:3"]["currency"] == "USD", "converted by the CRM itself"
    assert deals["hubspot:4"]["original_amount"] == 100


def test_what_was_known_of_a_deal_is_valued_on_the_day_it_became_known(estate: Any) -> None:
    found = estate.query("""
        select started_at::date, amount from intermediate.int_opportunity_changes_spanned
        where opportunity_id = 'hubspot:5' order by 1
    """)
    assert found == [(date(2026, 1, 10), 220), (date(2026, 2, 10), 360)]


def test_costs_are_valued_on_the_day_of_sending_and_revenue_without_a_year_today(estate: Any) -> None:
    [fair] = estate.query("select budget_amount, cost_amount from marts.dim_campaigns where source_name = 'salesforce'")
    assert fair == (330, 220)
    accounts = estate.query("""
        select right(account_id, 4), annual_revenue_amount from marts.dim_accounts
        where source_name = 'salesforce' order by 1
    """)
    assert accounts == [("0AAA", 1200), ("1AAA", None), ("2AAA", 1000)], "euros, yen without a rate, unnamed"


def test_totals_hold_only_converted_money_and_means_divide_by_the_orders_in_them(estate: Any) -> None:
    customers = estate.rows("marts.dim_customers", "customer_id")
    ada, ken = customers["till:ada"], customers["till:ken"]
    assert (ada["historic_number_of_orders"], ada["historic_clv_amount"]) == (7, 99 + 120 + 5 + 7 + Decimal("12.5"))
    assert ada["average_order_value_amount"] == Decimal("48.7000"), "over the five orders whose money is known"
    assert (ken["historic_number_of_orders"], ken["historic_clv_amount"]) == (1, None), "bought, for unknown money"
    assert ken["rfm_monetary_score"] == 1, "unknown money does not outrank known money"


def test_what_waits_for_a_rate_is_counted_by_currency(estate: Any) -> None:
    found = estate.query("""
        select currency, is_reporting_currency, count_amounts, count_unconverted_amounts, first_unconverted_date
        from marts.dim_currencies order by currency
    """)
    assert found == [
        ("EUR", False, 6, 1, date(2025, 12, 31)),
        ("GBP", False, 1, 0, None),
        ("JPY", False, 2, 2, date(2026, 1, 5)),
        ("USD", True, 3, 0, None),
        ("XYZ", False, 1, 1, date(2026, 3, 2)),
    ]


@pytest.mark.parametrize(
    ("rates", "expected"),
    [((), ("GBP", 30)), ((rate("2026-01-01", "GBP", "USD", 1.25),), ("USD", Decimal("37.5")))],
    ids=["no rate, no dollar anywhere", "a rate to the currency that is set"],
)
def test_a_shop_of_another_country_adds_up_in_its_own_currency_unless_it_brings_rates(
    make_estate: Callable, rates: tuple, expected: tuple
) -> None:
    pounds = [order(1, "2026-03-01", "GBP", 10), order(2, "2026-03-02", "GBP", 20)]
    estate = make_estate({"generic.generic_orders": pounds, "generic.generic_exchange_rates": rates})
    estate.build_models("+fct_orders")
    [found] = estate.query("""
        select (select currency from intermediate.int_reporting_currency), sum(net_amount) from marts.fct_orders""")
    assert found == expected

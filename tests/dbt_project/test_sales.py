"""fct_opportunities and dim_accounts: what a deal was on as_of_date, and what it adds up to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest


def deal(number: int, stage: str, created: str, close: str | None, **columns: object) -> dict:
    facts = {"record_id": str(number), "deal_stage": stage, "pipeline": "Sales", "currency": "USD", "amount": 100}
    moments = {
        "create_date": created,
        "close_date": f"{close} 12:00:00" if close else None,
        "last_modified_date": close,
    }
    return facts | moments | {"associated_contact_ids": "1"} | columns


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    account = {"record_id": "70", "company_name": "Brightwater", "create_date": "2026-01-01"}
    deals = [
        deal(1, "Closed won", "2026-10-01", "2026-10-11", deal_probability=1.0),
        deal(2, "Closed lost", "2026-10-11", "2026-10-01", deal_probability=0.0),
        deal(3, "Negotiation", "2026-10-01", "2026-12-01", deal_probability=0.25, last_modified_date="2026-10-02"),
        deal(4, "Closed won", "2026-10-01", "2026-11-20", deal_probability=1.0),
        deal(5, "Negotiation", "2026-11-02", None),
        deal(6, "Negotiation", "2026-10-01", None, amount=None),
    ]
    estate = make_estate(
        {
            "hubspot.contacts": [{"record_id": "1", "email": "a@shop.example", "associated_company": "Brightwater"}],
            "hubspot.companies": [account, {"record_id": "71", "company_name": "Quiet", "create_date": "2026-01-01"}],
            "hubspot.deals": deals,
            "crm_sales.accounts": [{"account": "Old Mill", "sector": "retail", "revenue": 1.5}],
            "crm_sales.sales_pipeline": [{"opportunity_id": "X", "deal_stage": "Prospecting", "account": "Old Mill"}],
        }
    )
    estate.build_models("+fct_opportunities", "+dim_accounts")
    return estate


@pytest.fixture(scope="module")
def deals(estate: Any) -> dict[str, dict]:
    return estate.rows("marts.fct_opportunities", "opportunity_id")


def test_every_deal_seen_is_there_even_without_a_date(deals: dict) -> None:
    assert set(deals) == {f"hubspot:{n}" for n in (1, 2, 3, 4, 6)} | {"crm_sales:X"}
    assert deals["crm_sales:X"]["days_since_created"] is None


def test_days_to_close_run_from_creation_and_are_never_negative(deals: dict) -> None:
    assert deals["hubspot:1"]["days_to_close"] == 10
    assert deals["hubspot:2"]["days_to_close"] is None, "closed before it was created is a typing error"
    assert deals["hubspot:3"]["days_to_close"] is None, "still open"
    assert deals["hubspot:3"]["days_since_created"] == 31


def test_a_deal_closed_after_as_of_date_was_open(deals: dict) -> None:
    later = deals["hubspot:4"]
    assert (later["status"], later["is_closed"], later["close_date"], later["stage_name"]) == (
        "Pipeline",
        False,
        None,
        None,
    )
    assert later["probability"] is None, "its probability of 1 was not known then"


def test_expected_revenue_is_amount_times_a_share_not_a_percentage(deals: dict) -> None:
    assert deals["hubspot:3"]["expected_revenue_amount"] == Decimal("25.0000")
    assert deals["hubspot:6"]["expected_revenue_amount"] is None
    assert deals["hubspot:3"]["close_date"] == date(2026, 12, 1), "open deals keep the expected day"


def test_accounts_count_their_own_people_and_deals(estate: Any) -> None:
    accounts = estate.rows("marts.dim_accounts", "account_id")
    bright, quiet = accounts["hubspot:70"], accounts["hubspot:71"]
    assert (bright["count_customers"], bright["count_opportunities"], bright["count_won_opportunities"]) == (1, 5, 1)
    assert (bright["won_amount"], bright["open_amount"]) == (100, 200)
    assert (quiet["count_opportunities"], quiet["won_amount"]) == (0, 0)
    assert accounts["crm_sales:Old Mill"]["count_opportunities"] == 1


def test_the_win_rate_is_null_when_nothing_closed(estate: Any) -> None:
    """won ÷ (won + lost) as dashboards take it from the two flags."""
    rates = estate.query("""
        select account_id, count(*) filter (is_won) / nullif(count(*) filter (is_closed), 0)
        from marts.fct_opportunities group by account_id
    """)
    assert dict(rates) == {"hubspot:70": 0.5, "crm_sales:Old Mill": None}

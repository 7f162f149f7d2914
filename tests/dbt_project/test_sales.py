"""fct_opportunities and dim_accounts: what a deal was on as_of_date, what happened around it, what it adds up to."""

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
    people = [{"record_id": "1", "email": "a@shop.example", "associated_company": "Brightwater"}]
    people += [{"record_id": str(n), "email": f"b{n}@lake.example"} for n in range(2, 8)]
    deals += [
        # Talked about, with the customer, changed, and not at all; a task is about the deal and still no exchange.
        deal(12, "Negotiation", "2026-06-01", None, associated_contact_ids="2"),
        deal(13, "Negotiation", "2026-06-01", None, associated_contact_ids="3"),
        deal(14, "Negotiation", "2026-06-01", None, associated_contact_ids="4"),
        # Won and complained about after 60 and 61 days, asked about, not over, and before the helpdesk began.
        deal(22, "Closed won", "2026-02-01", "2026-03-01", associated_contact_ids="5"),
        deal(23, "Closed won", "2026-02-01", "2026-02-28", associated_contact_ids="5"),
        deal(24, "Closed won", "2026-02-01", "2026-03-01", associated_contact_ids="6"),
        deal(25, "Closed won", "2026-02-01", "2026-09-15", associated_contact_ids="6"),
        deal(26, "Closed won", "2025-02-01", "2025-03-01", associated_contact_ids="7"),
    ]
    activities = [
        ("CALL", "2026-10-03", "2", "12"),
        ("CALL", "2026-10-20", "3", None),
        ("NOTE", "2026-09-01", "4", "14"),
    ]
    tickets = [(5, "problem", "2026-04-30"), (6, "question", "2026-03-05"), (1, "problem", "2026-01-01")]
    estate = make_estate(
        {
            "hubspot.contacts": people,
            "hubspot.engagements": [
                {"activity_id": str(n), "activity_type": kind, "activity_date": day}
                | {"associated_contact_ids": who, "associated_deal_ids": about}
                for n, (kind, day, who, about) in enumerate(activities)
            ],
            "zendesk.users": [
                {"id": int(person["record_id"]), "role": "end-user", "email": person["email"]} for person in people
            ],
            "zendesk.tickets": [
                {"id": n, "requester_id": who, "type": kind, "status": "solved", "created_at": day, "updated_at": day}
                for n, (who, kind, day) in enumerate(tickets)
            ],
            "hubspot.companies": [account, {"record_id": "71", "company_name": "Quiet", "create_date": "2026-01-01"}],
            "hubspot.deals": deals,
            "salesforce.opportunities": [
                {"id": f"00600000000000{n}AAA", "stage_name": "Proposal", "created_date": "2026-10-01"}
                | {"forecast_category": "BestCase", "last_modified_date": "2026-10-02"}
                for n in (1, 2, 3)
            ],
            "salesforce.tasks": [
                {"id": f"00T00000000000{n}AAA", "what_id": f"00600000000000{about}AAA", "created_date": "2026-10-02"}
                | {"activity_date": due, "is_closed": is_closed, "last_modified_date": "2026-10-02"}
                for n, (about, due, is_closed) in enumerate(
                    [(1, "2026-10-31", False), (2, "2026-11-01", False), (3, "2026-10-10", True)]
                )
            ],
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
    seen = {f"hubspot:{n}" for n in (1, 2, 3, 4, 6, 12, 13, 14, 22, 23, 24, 25, 26)}
    assert set(deals) == seen | {"crm_sales:X", *(f"salesforce:00600000000000{n}AAA" for n in (1, 2, 3))}
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
        from marts.fct_opportunities where account_id is not null group by account_id
    """)
    assert dict(rates) == {"hubspot:70": 0.5, "crm_sales:Old Mill": None}


def test_a_deal_is_stale_after_a_month_without_a_word(deals: dict) -> None:
    silent = {n: deals[f"hubspot:{n}"]["days_without_activity"] for n in (12, 13, 14)}
    assert silent == {12: 29, 13: 12, 14: 61}
    assert [deals[f"hubspot:{n}"]["is_stale"] for n in (12, 13, 14)] == [False, False, True]
    assert [deals[f"hubspot:{n}"]["count_activities"] for n in (12, 13, 14)] == [1, 0, 1]
    assert deals["hubspot:1"]["is_stale"] is None, "closed"


def test_where_no_activity_about_deals_is_exported_nobody_knows_which_are_stale(deals: dict) -> None:
    unknown = deals["crm_sales:X"]
    assert (unknown["count_activities"], unknown["days_without_activity"], unknown["is_stale"]) == (None, None, None)


def test_a_promise_is_kept_when_no_complaint_comes_within_sixty_days(deals: dict) -> None:
    kept = {n: deals[f"hubspot:{n}"]["is_promise_kept"] for n in (22, 23, 24, 25, 26, 3)}
    assert kept[22] is False, "a problem on the sixtieth day"
    assert kept[23] is True, "the same problem came on the sixty-first"
    assert deals["hubspot:23"]["first_complaint_date"] == date(2026, 4, 30)
    assert kept[24] is True, "a question is no complaint"
    assert (kept[25], kept[26], kept[3]) == (None, None, None), "not over; before the first ticket; not won"


def test_a_deal_has_a_next_step_or_a_late_one_where_the_crm_knows_tasks(estate: Any) -> None:
    found = estate.query("""
        select right(opportunity_id, 5), has_open_activity, has_overdue_task, forecast_category
        from marts.fct_opportunities where source_name = 'salesforce' order by all
    """)
    assert found == [
        ("01AAA", True, True, "BestCase"),
        ("02AAA", True, False, "BestCase"),
        ("03AAA", False, False, "BestCase"),
    ], "due yesterday, due today, done"
    unknown = estate.query("""
        select distinct has_open_activity, forecast_category from marts.fct_opportunities where source_name = 'hubspot'
    """)
    assert unknown == [(None, None)], "these exports hold no tasks"

"""fct_campaign_touches and dim_campaigns: a funnel of people, and never a zero where nobody knows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

SENT = "2026-09-01 09:00:00"


def member(name: str) -> str:
    return hashlib.md5(f"{name}@mail.example".encode()).hexdigest()


def sent(campaign: str, *names: str, **columns: str) -> list[dict]:
    return [{"campaign_id": campaign, "member_id": member(name)} | columns for name in names]


def did(campaign: str, name: str, action: str, at: str) -> dict:
    return {"campaign_id": campaign, "member_id": member(name), "action": action, "occurred_at": at}


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    order = {"lineitem_name": "Tea", "lineitem_quantity": 1, "lineitem_price": 60, "total": 60, "order_id": "1"}
    lead = {"last_modified_date": "2026-07-05 00:00:00", "created_date": "2026-06-01 00:00:00"}
    campaign = {"id": "701000000000001AAA", "name": "Fair", "status": "Completed", "start_date": "2026-07-01"}
    answered = {"campaign_id": campaign["id"], "status": "Responded", "has_responded": True}
    deal = {"id": "006000000000001AAA", "contact_id": "003000000000001AAA", "stage_name": "Closed Won", "is_won": True}
    booked = {"source_name": "books", "campaign_source": "mailchimp"}
    estate = make_estate(
        {
            "mailchimp.campaigns": [
                {"id": "c1", "title": "Sale", "subject_line": "Now", "list_id": "l1", "send_time": SENT},
                {"id": "c2", "title": "News", "send_time": "2026-10-20 09:00:00"},
                {"id": "c3", "title": "Draft"},
            ],
            "mailchimp.campaign_recipients": sent("c1", "ada", "bo", "cy", "dee") + sent("c2", "ada"),
            "mailchimp.campaign_activity": [
                did("c1", "ada", "open", "2026-09-01 10:00:00"),
                did("c1", "ada", "open", "2026-09-02 10:00:00"),
                did("c1", "ada", "click", "2026-09-02 10:00:01"),
                did("c1", "bo", "click", "2026-09-03 10:00:00"),
                did("c1", "cy", "bounce", "2026-09-01 09:00:02"),
            ],
            "mailchimp.unsubscribed_members": [
                {"email_address": "eve@mail.example", "unsub_time": "2026-09-09 00:00:00"}
                | {"optin_time": SENT, "last_changed": "2026-09-09 00:00:00"}
            ],
            "shopify.orders": [
                order | {"order_name": "#1", "email": "Ada@mail.example", "created_at": "2026-09-20 09:00:00"}
            ],
            "salesforce.contacts": [{"id": "003000000000001AAA", "last_name": "Fox"} | lead],
            "salesforce.campaigns": [campaign | {"actual_cost": 200.0, "budgeted_cost": 300.0}],
            "salesforce.campaign_members": [
                {"id": "00v000000000001AAA", "contact_id": "003000000000001AAA"}
                | answered
                | {"first_responded_date": "2026-07-04"}
                | lead
            ],
            "generic.generic_campaign_costs": [
                {"campaign_id": "c2", "spent_date": "2026-10-01", "cost_amount": 30} | booked,
                {"campaign_id": "c2", "spent_date": "2026-10-20", "cost_amount": 12} | booked,
                {"campaign_id": "c1", "spent_date": "2026-09-01", "cost_amount": 12, "currency": "XAU"} | booked,
                {"campaign_id": "poster", "spent_date": "2026-09-01", "cost_amount": 7} | booked,
                {"campaign_id": "c3", "spent_date": "2026-12-01", "cost_amount": 99} | booked,
            ],
            "salesforce.opportunities": [
                deal | {"amount": 500.0, "is_closed": True, "close_date": "2026-08-01"} | lead
            ],
        }
    )
    estate.build_models("+dim_campaigns")
    return estate


@pytest.fixture(scope="module")
def campaigns(estate: Any) -> dict[str, dict]:
    return estate.rows("marts.dim_campaigns", "campaign_id")


def test_the_funnel_counts_people_and_who_clicks_has_opened(campaigns: dict) -> None:
    sale = campaigns["mailchimp:c1"]
    assert (sale["subject_line"], sale["list_name"]) == ("Now", "l1")
    steps = ("sent", "delivered", "opened", "clicked", "bounced", "unsubscribed")
    assert {step: sale[f"count_{step}"] for step in steps} == {
        "sent": 4, "delivered": 3, "opened": 2, "clicked": 2, "bounced": 1, "unsubscribed": 0,
    }  # fmt: skip


def test_what_a_system_never_recorded_is_unknown_not_zero(campaigns: dict) -> None:
    fair = campaigns["salesforce:701000000000001AAA"]
    assert (fair["count_sent"], fair["count_replied"]) == (1, 1)
    assert (fair["count_opened"], fair["count_bounced"], fair["count_delivered"]) == (None, None, None)
    assert campaigns["mailchimp:c1"]["count_replied"] is None, "a mailing tool sees no replies"
    draft = campaigns["mailchimp:c3"]
    assert (draft["sent_at"], draft["count_sent"]) == (None, None)


def test_an_order_counts_within_its_window_once_that_is_over(campaigns: dict) -> None:
    assert (campaigns["mailchimp:c1"]["count_sent_long_ago"], campaigns["mailchimp:c1"]["count_ordered"]) == (4, 1)
    assert (campaigns["mailchimp:c2"]["count_sent_long_ago"], campaigns["mailchimp:c2"]["count_ordered"]) == (0, None)


def test_return_is_attributed_revenue_by_cost_and_null_where_the_cost_is_unknown(campaigns: dict) -> None:
    fair, sale = campaigns["salesforce:701000000000001AAA"], campaigns["mailchimp:c1"]
    assert (fair["budget_amount"], fair["cost_amount"], fair["linear_attributed_amount"]) == (300, 200, 500)
    assert fair["return_on_cost"] == 2.5
    assert (sale["linear_attributed_amount"], sale["cost_amount"], sale["return_on_cost"]) == (Decimal(60), None, None)


def test_what_was_paid_for_a_campaign_is_the_sum_of_its_bills_so_far(campaigns: dict) -> None:
    costs = {name: campaigns[f"mailchimp:{name}"]["cost_amount"] for name in ("c1", "c2", "c3", "poster")}
    assert costs["c2"] == 42
    assert costs["c1"] is None, "a part of it is in a currency that nobody has a rate for"
    assert costs["c3"] is None, "spent after the night"
    assert (costs["poster"], campaigns["mailchimp:poster"]["sent_at"]) == (7, None), "paid for, and sent by no tool"


def test_leaving_without_a_campaign_is_a_row_of_no_campaign(estate: Any) -> None:
    found = estate.query("""
        select campaign_id, unsubscribed_at, is_unsubscribed
        from marts.fct_campaign_touches where unsubscribed_at is not null
    """)
    assert found == [(None, datetime(2026, 9, 9), True)]


def test_a_person_is_one_row_of_a_campaign_with_the_first_moment_of_each_step(estate: Any) -> None:
    found = estate.query("""
        select sent_at, opened_at, clicked_at, ordered_at, is_ordered
        from marts.fct_campaign_touches where campaign_id = 'mailchimp:c1' and ordered_at is not null
    """)
    days = [(9, 1, 9), (9, 1, 10), (9, 2, 10, 0, 1), (9, 20, 9)]
    assert found == [(*(datetime(2026, *day) for day in days), True)]

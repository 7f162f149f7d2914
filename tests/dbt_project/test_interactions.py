"""fct_interactions: every kind of record becomes a row of its own, with a direction and a short label."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from decimal import Decimal

import pytest

PERSON = "pat@mail.example"
MEMBER = hashlib.md5(PERSON.encode()).hexdigest()
NOON = "2026-10-10 12:00:00"
STAFF = 900
POST = "mentions:" + hashlib.md5(b"https://forum.example/1").hexdigest()
STRANGERS = ("refund", "mention")
"""Kinds whose only record here is of somebody whom no other system knows."""
STATUSES = [
    (NOON, "new"),
    ("2026-10-11 12:00:00", "solved"),
    ("2026-10-11 13:00:00", "open"),
    ("2026-10-12 12:00:00", "solved"),
]


@pytest.fixture(scope="module")
def interactions(make_estate: Callable) -> dict[tuple[str, str], dict]:
    asked = {"id": 1, "author_id": 10, "created_at": "2026-10-10T12:00:00Z", "public": True}
    answered = {"id": 2, "author_id": STAFF, "created_at": "2026-10-10T13:00:00Z", "public": True}
    automatic = {"id": 4, "author_id": -1, "created_at": "2026-10-10T12:00:01Z", "public": True}
    unknown = {"id": 5, "author_id": 12345, "created_at": "2026-10-10T12:00:02Z", "public": True}
    noted = {"id": 3, "author_id": STAFF, "created_at": "2026-10-10T14:00:00Z", "public": False}
    status = {"type": "Change", "field_name": "status"}
    activity = {"activity_date": NOON, "associated_contact_ids": "1;2", "outcome": "Connected"}
    line = {"lineitem_name": "Tea", "lineitem_quantity": 1, "lineitem_price": 5, "total": 5, "created_at": NOON}
    estate = make_estate(
        {
            "hubspot.contacts": [{"record_id": "1", "email": PERSON}],
            "hubspot.engagements": [
                activity | {"activity_id": "1", "activity_type": "CALL", "direction": "OUTBOUND"},
                activity | {"activity_id": "2", "activity_type": "MEETING"},
                activity | {"activity_id": "3", "activity_type": "NOTE"},
                activity | {"activity_id": "4", "activity_type": "EMAIL", "activity_date": "2026-11-01 00:00:00"},
            ],
            "hubspot.deals": [
                {
                    "record_id": "1",
                    "deal_stage": "Closed won",
                    "amount_in_company_currency": 50,
                    "create_date": NOON,
                    "close_date": "2026-10-20 12:00:00",
                    "associated_contact_ids": "1",
                }
            ],
            "zendesk.users": [
                {"id": 10, "role": "end-user", "email": PERSON},
                {"id": STAFF, "role": "agent", "email": "agent@shop.example"},
            ],
            "zendesk.tickets": [
                {"id": 1, "requester_id": 10, "created_at": NOON, "via": {"channel": "web"}, "status": "solved"}
                | {"updated_at": "2026-10-12 00:00:00", "comments": [asked, answered, noted, automatic, unknown]}
            ],
            "zendesk.ticket_audits": [
                {"id": n, "ticket_id": 1, "created_at": at, "events": [status | {"value": value}]}
                for n, (at, value) in enumerate(STATUSES)
            ],
            "zendesk.satisfaction_ratings": [
                {"id": 1, "ticket_id": 1, "requester_id": 10, "score": "bad", "created_at": "2026-10-13 12:00:00"},
                {"id": 2, "ticket_id": 1, "requester_id": 10, "score": "offered", "created_at": "2026-10-12 12:00:00"},
            ],
            "nps_survey.responses": [{"response_id": "1", "email": PERSON, "score": 6, "submitted_at": NOON}],
            "mailchimp.campaigns": [{"id": "c1", "title": "Autumn sale", "send_time": NOON}],
            "mailchimp.campaign_recipients": [{"campaign_id": "c1", "member_id": MEMBER}],
            "mailchimp.campaign_activity": [
                {"campaign_id": "c1", "member_id": MEMBER, "action": action, "occurred_at": "2026-10-10 18:00:00"}
                for action in ("open", "click")
            ],
            "mailchimp.subscribed_members": [{"email_address": PERSON, "optin_time": NOON, "last_changed": NOON}],
            "shopify.orders": [line | {"order_name": "#1", "order_id": "1", "email": PERSON, "refunded_amount": 1}],
            "mentions.mentions": [
                {"network": "Forum", "author": "@pat", "url": "https://forum.example/1", "posted_at": NOON}
                | {"sentiment": "Positive"}
            ],
            "generic.generic_exchange_rates": [
                {"source_name": "bank", "rate_date": "2000-01-01", "currency": "GBP", "to_currency": "USD"}
                | {"exchange_rate": 2.0}
            ],
            "online_retail.invoice_lines": [
                {"invoice_no": "C1", "stock_code": "A", "quantity": -1, "unit_price": 3, "invoice_date": NOON}
            ],
        }
    )
    estate.build_models("+fct_interactions")
    found = estate.rows("marts.fct_interactions", "interaction_id")
    assert len(found) == 23, sorted(found)
    return found


def test_each_record_becomes_its_own_kind(interactions: dict) -> None:
    kinds = {}
    for row in interactions.values():
        kinds[row["interaction_type"]] = kinds.get(row["interaction_type"], 0) + 1
    assert kinds == {
        "order": 1,
        "refund": 1,
        "ticket_created": 1,
        "ticket_comment": 5,
        "ticket_solved": 2,
        "survey_request": 2,
        "survey_response": 2,
        "campaign_sent": 1,
        "campaign_opened": 1,
        "campaign_clicked": 1,
        "call": 1,
        "meeting": 1,
        "note": 1,
        "mention": 1,
        "opportunity_created": 1,
        "opportunity_closed": 1,
    }


def test_all_of_a_person_is_one_history_across_systems(interactions: dict) -> None:
    known = {row["customer_id"] for row in interactions.values() if row["interaction_type"] not in STRANGERS}
    assert known == {"cus_" + hashlib.md5(f"email:{PERSON}".encode()).hexdigest()[:16]}


@pytest.mark.parametrize(
    ("interaction", "channel", "team", "direction", "detail"),
    [
        ("order:shopify:1", "shop", "shop", "inbound", None),
        ("ticket_created:zendesk:1", "helpdesk", "support", "inbound", "web"),
        ("ticket_comment:zendesk:1", "helpdesk", "support", "inbound", "customer comment"),
        ("ticket_comment:zendesk:2", "helpdesk", "support", "outbound", "public reply"),
        ("ticket_comment:zendesk:3", "helpdesk", "support", "internal", "internal note"),
        ("ticket_comment:zendesk:4", "helpdesk", "support", "outbound", "automatic"),
        ("ticket_comment:zendesk:5", "helpdesk", "support", None, None),
        ("ticket_solved:zendesk:1#1", "helpdesk", "support", "outbound", "solved"),
        ("ticket_solved:zendesk:1#2", "helpdesk", "support", "outbound", "solved again"),
        ("survey_request:zendesk:2", "survey", "support", "outbound", "csat"),
        ("survey_response:zendesk:1", "survey", "support", "inbound", "csat bad"),
        ("survey_response:nps_survey:1", "survey", "marketing", "inbound", "nps 6"),
        ("campaign_sent:mailchimp:c1-" + MEMBER + "-sent", "email", "marketing", "outbound", "Autumn sale"),
        ("call:hubspot:1", "phone", "sales", "outbound", "Connected"),
        ("meeting:hubspot:2", "in_person", "sales", None, "Connected"),
        ("note:hubspot:3", "crm", "sales", "internal", "Connected"),
        ("mention:" + POST, "social", "marketing", "inbound", "positive"),
        ("opportunity_closed:hubspot:1", "crm", "sales", "internal", "Won"),
    ],
)
def test_who_did_what_where(
    interactions: dict, interaction: str, channel: str, team: str, direction: str | None, detail: str | None
) -> None:
    row = interactions[interaction]
    assert (row["channel"], row["team"], row["direction"], row["detail"]) == (channel, team, direction, detail)


def test_amounts_are_net(interactions: dict) -> None:
    assert interactions["order:shopify:1"]["amount"] == Decimal(4)
    assert interactions["refund:online_retail:C1"]["amount"] == Decimal(-6), "in the reporting currency"
    assert interactions["call:hubspot:1"]["amount"] is None

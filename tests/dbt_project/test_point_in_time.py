"""No snapshot knows its future: events after its date change nothing in it, and a feature that leaks is caught."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

CUT = date(2026, 10, 2)
"""A snapshot date; the second estate differs from the first by events on and after this day only."""
PEOPLE = ("ann", "ben", "cia", "dan")
STAFF = 900


def email(name: str) -> str:
    return f"{name}@mail.example"


def member(name: str) -> str:
    return hashlib.md5(email(name).encode()).hexdigest()


def order(number: int, name: str, moment: str, total: float = 20) -> dict:
    line = {"lineitem_name": f"Tea {number}", "lineitem_quantity": 1, "lineitem_price": total, "currency": "USD"}
    return line | {
        "order_name": f"#{number}",
        "order_id": f"{number}",
        "email": email(name),
        "created_at": moment,
        "total": total,
    }


def ticket(number: int, name: str, created: str, updated: str) -> dict:
    requester = PEOPLE.index(name)
    return {"id": number, "requester_id": requester, "status": "open", "created_at": created, "updated_at": updated}


def change(number: int, of_ticket: int, moment: str, status: str) -> dict:
    events = [{"type": "Change", "field_name": "status", "value": status}]
    return {"id": number, "ticket_id": of_ticket, "created_at": moment, "events": events}


def past() -> dict[str, list[dict]]:
    """Orders, tickets, ratings, mailings and calls before the cut."""
    return {
        "shopify.orders": [
            *[
                order(10 * n + k, name, f"2026-0{2 + k}-{11 + n} 09:00:00")
                for n, name in enumerate(PEOPLE)
                for k in range(5)
            ],
            order(90, "ann", "2025-10-20 09:00:00"),
        ],
        "zendesk.users": [
            *[{"id": n, "role": "end-user", "email": email(name)} for n, name in enumerate(PEOPLE)],
            {"id": STAFF, "role": "agent", "email": "staff@shop.example"},
        ],
        "zendesk.tickets": [
            ticket(1, "ann", "2026-08-01 09:00:00", "2026-08-02 09:00:00"),
            ticket(2, "ben", "2026-08-01 09:00:00", "2026-08-02 09:00:00"),
        ],
        "zendesk.ticket_audits": [
            change(1, 1, "2026-08-01 09:00:00", "open"),
            change(2, 2, "2026-08-01 09:00:00", "open"),
            change(3, 2, "2026-08-02 09:00:00", "solved"),
        ],
        "zendesk.satisfaction_ratings": [
            {"id": 1, "ticket_id": 2, "requester_id": 1, "score": "bad", "created_at": "2026-08-03 09:00:00"}
        ],
        "nps_survey.responses": [
            {"response_id": "1", "email": email("ann"), "score": 9, "submitted_at": "2026-07-01 09:00:00"}
        ],
        "mailchimp.campaigns": [
            {"id": "c1", "title": "Summer", "send_time": "2026-07-01 09:00:00"},
            {"id": "c2", "title": "Autumn", "send_time": "2026-10-02 00:00:00"},
        ],
        "mailchimp.campaign_recipients": [{"campaign_id": "c1", "member_id": member(name)} for name in PEOPLE],
        "mailchimp.campaign_activity": [
            {"campaign_id": "c1", "member_id": member("ann"), "action": "click", "occurred_at": "2026-07-01 10:00:00"}
        ],
        "hubspot.contacts": [{"record_id": str(n), "email": email(name)} for n, name in enumerate(PEOPLE)],
        "hubspot.engagements": [
            {"activity_id": "1", "activity_type": "CALL", "activity_date": "2026-08-01", "associated_contact_ids": "0"}
        ],
    }


FUTURE = {
    "shopify.orders": [
        order(100, "ann", "2026-10-02 00:00:00", 500),
        order(101, "ben", "2026-10-20 09:00:00"),
        order(102, "newcomer", "2026-10-05 09:00:00"),
        order(103, "cia", "2026-11-20 09:00:00"),
    ],
    "zendesk.tickets": [ticket(3, "cia", "2026-10-03 09:00:00", "2026-10-03 09:00:00")],
    "zendesk.ticket_audits": [
        change(11, 1, "2026-10-03 09:00:00", "solved"),
        change(12, 2, "2026-10-04 09:00:00", "open"),
        change(13, 2, "2026-10-05 09:00:00", "solved"),
        change(14, 3, "2026-10-03 09:00:00", "open"),
    ],
    "zendesk.satisfaction_ratings": [
        {"id": 2, "ticket_id": 1, "requester_id": 0, "score": "bad", "created_at": "2026-10-06 09:00:00"}
    ],
    "nps_survey.responses": [
        {"response_id": "2", "email": email(name), "score": 0, "submitted_at": "2026-10-02 09:00:00"} for name in PEOPLE
    ]
    + [{"response_id": "3", "email": email("ann"), "score": 7, "submitted_at": "2026-10-20 09:00:00"}],
    "mailchimp.campaign_recipients": [{"campaign_id": "c2", "member_id": member(name)} for name in PEOPLE],
    "mailchimp.campaign_activity": [
        {"campaign_id": "c2", "member_id": member("ben"), "action": "click", "occurred_at": "2026-10-02 10:00:00"}
    ],
    "mailchimp.unsubscribed_members": [
        {"email_address": email("dan"), "unsub_time": "2026-10-03 09:00:00", "last_changed": "2026-10-03 09:00:00"}
    ],
    "hubspot.engagements": [
        {"activity_id": "2", "activity_type": "CALL", "activity_date": "2026-10-10", "associated_contact_ids": "1"}
    ],
}


@pytest.fixture(scope="module")
def estates(make_estate: Callable) -> tuple[Any, Any]:
    """The same past twice, once with a future."""
    before, after = make_estate(past()), make_estate(past())
    for table, rows in FUTURE.items():
        after.write(table, rows, load="future")
    for estate in (before, after):
        estate.build_models("+ftr_customer_snapshots", "+lbl_customer_outcomes")
    return before, after


def snapshots_seen(estate: Any) -> list[tuple]:
    return estate.query(f"select * from features.ftr_customer_snapshots where as_of_date <= date '{CUT}' order by all")


def labels_seen(estate: Any) -> list[tuple]:
    over = f"as_of_date + cast(horizon_days as integer) <= date '{CUT}'"
    return estate.query(f"select * from features.lbl_customer_outcomes where {over} order by all")


def test_the_future_changes_no_snapshot_and_no_finished_label(estates: tuple) -> None:
    before, after = estates
    assert len(snapshots_seen(before)) > 20
    assert snapshots_seen(before) == snapshots_seen(after)
    assert labels_seen(before)
    assert labels_seen(before) == labels_seen(after)


def test_the_future_reaches_the_snapshots_that_come_after_it(estates: tuple) -> None:
    """Otherwise the test above would also pass on an estate that reads no events at all."""
    latest = "select * from features.ftr_customer_snapshots where as_of_date = date '2026-11-01' order by all"
    before, after = (estate.query(latest) for estate in estates)
    assert len(after) == len(before) + 1, "the newcomer"
    assert all(row not in after for row in before), "something happened to everybody"


@pytest.mark.parametrize(
    ("model", "honest", "leaking"),
    [
        ("ftr_orders_at_dates", "buyers.as_of_date > past.event_date", "buyers.as_of_date + 60 > past.event_date"),
        ("ftr_contacts_at_dates", "buyers.as_of_date > past.event_date", "buyers.as_of_date + 60 > past.event_date"),
    ],
)
def test_a_feature_that_looks_ahead_is_caught(estates: tuple, model: str, honest: str, leaking: str) -> None:
    for estate in estates:
        estate.build_changed(model, honest, leaking, model, "ftr_customer_snapshots")
    before, after = estates
    assert snapshots_seen(before) != snapshots_seen(after)


def test_today_is_told_the_same_of_whom_no_past_is_told(estates: tuple) -> None:
    """Of many customers most are described today only, and their contacts kept by the windows that today counts in."""
    _, estate = estates
    models = ("buyers_at_dates", "orders_at_dates", "contact_days", "contact_days_accumulated", "contacts_at_dates")
    selection = [f"ftr_{model}" for model in (*models, "customer_snapshots")]
    today, told, kept = "select * from features.ftr_customer_snapshots where as_of_date = date '2026-11-01'", [], []
    for looked_back_on in (100_000, 0):
        estate.dbt("run", "--select", *selection, settings={"lookback_customers": looked_back_on})
        told.append(estate.query(f"{today} order by all"))
        kept.append(estate.query("select count(*), sum(count_interactions) from features.ftr_contact_days")[0])
    assert len(told[0]) == 5
    assert told[0] == told[1]
    assert kept[1][0] < kept[0][0]
    assert kept[1][1] == kept[0][1]

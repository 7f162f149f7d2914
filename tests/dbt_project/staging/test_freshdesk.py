"""Freshdesk: names of companies and agents become ids, words become states, survey words become answers."""

from __future__ import annotations

from datetime import datetime

import pytest


@pytest.fixture
def desk(exported):
    return exported("freshdesk")


def test_the_exports_are_taken_in_whole(desk) -> None:
    assert {(load.table, load.rows_loaded, load.rows_quarantined) for load in desk.loads} == {
        ("tickets", 5, 0),
        ("contacts", 2, 0),
        ("companies", 3, 0),
    }


def test_statuses_and_priorities_are_the_words_of_every_helpdesk(desk) -> None:
    assert desk.rows("stg_freshdesk__tickets", "ticket_id, status, priority, ticket_type, category, channel") == [
        ("freshdesk:101", "closed", "normal", "incident", "Incident", "Email"),
        ("freshdesk:102", "hold", "urgent", None, "Refund", "Phone"),
        ("freshdesk:103", "solved", "low", "question", "Question", "Portal"),
        # The account's own status is unknown, so this ticket is still somebody's work.
        ("freshdesk:104", None, "high", "problem", "Problem", "Chat"),
        ("freshdesk:105", "pending", "normal", None, None, "Feedback Widget"),
    ]


def test_nobody_in_charge_is_no_agent_and_no_user(desk) -> None:
    assert desk.rows("stg_freshdesk__tickets", "ticket_id, assignee_id, group_id")[:2] == [
        ("freshdesk:101", "freshdesk:Ode Brandt", "freshdesk:Returns"),
        ("freshdesk:102", None, None),
    ]
    assert desk.rows("stg_freshdesk__users", "user_id, user_name, role, team_name") == [
        ("freshdesk:Nia Falk", "Nia Falk", "agent", "Returns"),
        ("freshdesk:Ode Brandt", "Ode Brandt", "agent", "Billing"),
    ]


def test_a_company_is_its_record_or_else_its_name_and_never_one_of_two(desk) -> None:
    assert desk.rows("stg_freshdesk__accounts", "account_id, account_name, industry") == [
        ("freshdesk:7001", "Harbour Mills", "Retail"),
        ("freshdesk:7002", "Twin & Co", None),
        ("freshdesk:7003", "twin & co", None),
        ("freshdesk:Quiet Orchard", "Quiet Orchard", None),
    ]
    assert desk.rows("stg_freshdesk__tickets", "ticket_id, account_id") == [
        ("freshdesk:101", "freshdesk:7001"),
        ("freshdesk:102", "freshdesk:7001"),
        ("freshdesk:103", "freshdesk:Quiet Orchard"),
        ("freshdesk:104", None),
        ("freshdesk:105", None),
    ]


def test_every_requester_is_a_contact_once(desk) -> None:
    assert desk.rows("stg_freshdesk__contacts", "contact_id, full_name, email, phone, account_id") == [
        ("freshdesk:60001", "Iva Lund", "iva.lund@shop.example", "+47 400 00 001", "freshdesk:7001"),
        # No contact export knows these two: the newest ticket says what they are called.
        ("freshdesk:60002", "Per A.", None, None, None),
        ("freshdesk:60003", "Twin Buyer", None, None, None),
        ("freshdesk:60009", "No Ticket Yet", "quiet@mail.example", "+47 400 00 009", None),
    ]


def test_survey_words_are_answers_dated_at_the_end_of_the_ticket(desk) -> None:
    answers = desk.rows("stg_freshdesk__survey_responses", "ticket_id, is_good, contact_id, assignee_id, responded_at")
    assert answers == [
        ("freshdesk:101", True, "freshdesk:60001", "freshdesk:Ode Brandt", datetime(2026, 9, 4, 8)),
        ("freshdesk:103", False, "freshdesk:60002", "freshdesk:Ode Brandt", datetime(2026, 9, 16, 12)),
    ]


def test_of_two_exports_of_a_ticket_the_one_changed_last_counts(estate) -> None:
    opened, solved = datetime(2026, 9, 1), datetime(2026, 9, 2)
    row = {"ticket_id": 1, "created_time": opened}
    estate.land("freshdesk.tickets", [row | {"status": "Resolved", "last_update_time": solved}], load="a")
    estate.land("freshdesk.tickets", [row | {"status": "Open", "last_update_time": opened}], load="b", night=1)
    assert estate.row("stg_freshdesk__tickets", "status") == ("solved",)


def test_a_deleted_contact_is_known_by_its_tickets_alone(estate) -> None:
    named = {"id": 7, "name": "Iva Lund", "email": "iva@shop.example", "deleted": True}
    estate.land("freshdesk.contacts", [named, named | {"id": 8}])
    estate.land("freshdesk.tickets", [{"ticket_id": 1, "status": "Open", "contact_id": 7, "full_name": "Iva Lund"}])
    assert estate.row("stg_freshdesk__contacts", "contact_id, email") == ("freshdesk:7", None)

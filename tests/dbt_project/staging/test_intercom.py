"""Intercom: conversations are tickets, their parts are comments and events, stars are answers."""

from __future__ import annotations

from datetime import datetime

import pytest

LONG, NEW, SENT = (f"intercom:15664330000131{n}" for n in (1, 2, 3))
IVA = "intercom:5f19187f9c0ca3ba4e5f85a4"
ODE = "intercom:4077639"


@pytest.fixture
def desk(exported):
    return exported("intercom")


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, second)


def test_the_exports_are_taken_in_whole(desk) -> None:
    assert {(load.table, load.rows_loaded, load.rows_quarantined) for load in desk.loads} == {
        ("contacts", 2, 0),
        ("companies", 1, 0),
        ("conversations", 3, 0),
        ("admins", 2, 0),
        ("teams", 2, 0),
    }


def test_users_and_leads_are_contacts_and_so_is_who_opened_a_conversation_unknown(desk) -> None:
    people = desk.rows(
        "stg_intercom__contacts", "contact_id, email, full_name, lifecycle_stage, account_id, owner_id, country"
    )
    assert people == [
        ("intercom:5edd3869fc6d3d1112079b14", "visitor@mail.example", None, "lead", None, None, None),
        (IVA, "iva.lund@shop.example", "Iva Lund", "user", "intercom:5f8efd11391867b82cd45b18", ODE, "Norway"),
        ("intercom:5f5777f5910d7e6b26b62cb0", "per.aas@mail.example", "Per Aas", "lead", None, None, None),
    ]


def test_a_company_is_as_old_as_its_own_system_says(desk) -> None:
    company = desk.row("stg_intercom__accounts", "account_name, industry, count_employees, created_at")
    assert company == ("Harbour Mills", "Retail", 85, datetime(2025, 12, 1, 9))


def test_colleagues_are_in_the_first_of_their_teams(desk) -> None:
    assert desk.rows("stg_intercom__users", "user_id, user_name, team_name") == [
        (ODE, "Ode Brandt", "Customer support"),
        ("intercom:4109673", "Nia Falk", None),
    ]


def test_a_conversation_is_a_ticket_with_its_person_company_and_agent(desk) -> None:
    found = desk.rows(
        "stg_intercom__tickets", "ticket_id, contact_id, account_id, assignee_id, group_id, status, priority"
    )
    company = "intercom:5f8efd11391867b82cd45b18"
    assert found == [
        (LONG, IVA, company, ODE, "intercom:123456", "solved", "high"),
        # Nobody listed as taking part: who wrote the first message. Admin 0 is nobody.
        (NEW, "intercom:5f5777f5910d7e6b26b62cb0", None, None, None, "open", "normal"),
        (SENT, IVA, company, None, None, "hold", "normal"),
    ]
    texts = desk.rows("stg_intercom__tickets", "ticket_id, subject, channel, category, reported_count_reopens")
    assert texts[0] == (LONG, "Lid missing", "conversation", "returns", 1)
    assert texts[2] == (SENT, None, "email", None, 0)


def test_what_is_said_is_a_comment_by_the_role_of_who_said_it(desk) -> None:
    comments = desk.query(
        f"""select split_part(comment_id, ':', 2), author_role, is_public, created_at
        from staging.stg_intercom__ticket_comments where ticket_id = '{LONG}' order by created_at"""
    )
    assert comments == [
        ("156643300001311-source", "end_user", True, at(10, 0)),
        ("9998", "bot", True, at(10, 0, 5)),
        ("10001", "agent", True, at(10, 10)),
        ("10002", "agent", False, at(10, 11)),
        # A picture without words.
        ("10005", "end_user", True, at(12, 30)),
        ("10006", "agent", True, at(13, 0)),
        ("10007", "end_user", True, at(14, 0)),
        # Written by the vendor's own agent in the name of an admin.
        ("10008", "bot", True, at(14, 0, 10)),
    ]
    # A message that a campaign sent in the name of an admin is nobody's reply.
    assert desk.query(f"select author_role from staging.stg_intercom__ticket_comments where ticket_id = '{SENT}'") == [
        ("bot",)
    ]


def test_what_was_written_comes_with_its_comment_or_opens_a_conversation_without_its_parts(desk) -> None:
    written = desk.query(
        f"""select body from staging.stg_intercom__ticket_comments where ticket_id = '{LONG}' and body is not null
        order by created_at"""
    )
    assert ("<p>Which lid?</p>",) in written
    assert written[-1] == ("<p>Let me check</p>",)
    assert {row[0] for row in desk.rows("stg_intercom__ticket_descriptions", "ticket_id")} == {NEW}


def test_parts_that_change_the_state_or_the_assignee_are_events(desk) -> None:
    events = desk.query(
        f"""select event_number, split_part(event_id, ':', 2), status, assignee_id, group_id
        from staging.stg_intercom__ticket_events where ticket_id = '{LONG}' order by event_number"""
    )
    assert events == [
        (1, "156643300001311-opened", "open", None, None),
        (2, "9999", None, None, "intercom:123456"),
        (3, "10000", None, ODE, None),
        (4, "10003", "hold", None, None),
        (5, "10004", "open", None, None),
        (6, "10006", "solved", None, None),
        (7, "10007", "open", None, None),
        (8, "10009", "solved", None, None),
    ]


def test_a_conversation_that_came_without_its_parts_has_unknown_comments_and_history(desk) -> None:
    for model in ("ticket_comments", "ticket_events"):
        assert NEW not in {row[0] for row in desk.rows(f"stg_intercom__{model}", "ticket_id")}


def test_four_stars_are_good_and_three_are_not_and_the_rating_keeps_its_agent(desk) -> None:
    answers = desk.rows("stg_intercom__survey_responses", "ticket_id, is_good, contact_id, assignee_id, responded_at")
    assert answers == [
        # When it was given, not when it was asked for. Older objects know only the latter and speak of a customer.
        (LONG, True, IVA, ODE, at(15, 30)),
        (SENT, False, IVA, "intercom:4109673", at(18, 0)),
    ]

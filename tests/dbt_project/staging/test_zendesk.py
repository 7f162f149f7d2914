"""Zendesk: comments leave their tickets, audits become states, ratings keep the agent of their moment."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

NOON = datetime(2026, 1, 5, 12, 0)


def ticket(number: int = 1, **cells: Any) -> dict[str, Any]:
    return {"id": number, "status": "open", "created_at": NOON, "updated_at": NOON, **cells}


def audit(number: int, events: list[dict[str, Any]], at: datetime = NOON, ticket_id: int = 1) -> dict[str, Any]:
    return {"id": number, "ticket_id": ticket_id, "author_id": 7, "created_at": at, "events": json.dumps(events)}


def change(field: str, value: Any) -> dict[str, Any]:
    return {"id": 1, "type": "Change", "field_name": field, "value": value, "previous_value": None}


def test_end_users_are_contacts_and_colleagues_are_users(estate) -> None:
    people = [
        {"id": 1, "role": "end-user", "name": "Iva Lund", "email": "Iva@Shop.example", "organization_id": 4},
        {"id": 2, "role": "agent", "name": "Ode Brandt"},
        {"id": 3, "role": "admin"},
    ]
    estate.land("zendesk.users", people)
    assert estate.rows("stg_zendesk__contacts", "contact_id, email, account_id") == [
        ("zendesk:1", "iva@shop.example", "zendesk:4")
    ]
    assert estate.rows("stg_zendesk__users", "user_id, role") == [("zendesk:2", "agent"), ("zendesk:3", "admin")]


def test_a_ticket_brings_channel_first_tag_and_the_newest_status(estate) -> None:
    old = ticket(via='{"channel": "email"}', tags='["billing", "vip"]', requester_id=1)
    new = old | {"status": "hold", "updated_at": datetime(2026, 1, 6)}
    estate.land("zendesk.tickets", [new, old])
    found = estate.row("stg_zendesk__tickets", "ticket_id, contact_id, status, channel, category")
    assert found == ("zendesk:1", "zendesk:1", "hold", "email", "billing")


def test_comments_carry_the_role_of_their_author(estate) -> None:
    authors = {11: 1, 12: 2, 13: -1, 14: 99, 15: 5}
    comments = [
        {"id": n, "author_id": author, "public": n != 12, "body": "…", "created_at": "2026-01-05T12:30:00Z"}
        for n, author in authors.items()
    ]
    estate.land("zendesk.users", [{"id": 1, "role": "end-user"}, {"id": 2, "role": "agent"}])
    estate.land("zendesk.tickets", [ticket(requester_id=5, comments=json.dumps(comments)), ticket(2, comments="[]")])
    found = estate.rows("stg_zendesk__ticket_comments", "comment_id, ticket_id, author_role, is_public, created_at")
    assert [row[2] for row in found] == ["end_user", "agent", "bot", None, "end_user"]
    assert found[1] == ("zendesk:12", "zendesk:1", "agent", False, datetime(2026, 1, 5, 12, 30))


def test_a_ticket_exported_twice_brings_its_comments_once(estate) -> None:
    comments = json.dumps([{"id": 1, "author_id": 1, "public": True, "created_at": "2026-01-05T12:30:00Z"}])
    estate.land("zendesk.tickets", [ticket(comments=comments)], load="a")
    estate.land("zendesk.tickets", [ticket(comments=comments)], load="b", night=1)
    assert len(estate.rows("stg_zendesk__ticket_comments", "comment_id")) == 1


def test_an_audit_is_one_event_with_what_it_set(estate) -> None:
    later = datetime(2026, 1, 5, 13, 0)
    estate.land(
        "zendesk.ticket_audits",
        [
            audit(3, [change("status", "on-hold"), change("tags", ["a", "b"])], later),
            audit(1, [change("status", "new"), change("assignee_id", 8), change("priority", "high")]),
            # A trigger answers the change within the audit; a comment alone changes nothing.
            audit(2, [change("status", "open"), change("status", "pending"), change("group_id", 6)]),
            audit(4, [{"id": 9, "type": "Comment"}], later),
        ],
    )
    found = estate.rows("stg_zendesk__ticket_events", "event_number, event_id, status, assignee_id, group_id, priority")
    assert found == [
        (1, "zendesk:1", "new", "zendesk:8", None, "high"),
        (2, "zendesk:2", "pending", None, "zendesk:6", None),
        (3, "zendesk:3", "hold", None, None, None),
        (4, "zendesk:4", None, None, None, None),
    ]


def test_only_answers_count_as_ratings_and_belong_to_the_agent_of_the_moment(estate) -> None:
    offered, answered = NOON, datetime(2026, 1, 7)
    rating = {"ticket_id": 1, "requester_id": 5, "assignee_id": 8, "created_at": offered, "updated_at": answered}
    scores = ["good", "bad", "offered", "unoffered"]
    estate.land("zendesk.tickets", [ticket(assignee_id=9)])
    estate.land("zendesk.satisfaction_ratings", [rating | {"id": n, "score": s} for n, s in enumerate(scores)])
    found = estate.rows("stg_zendesk__survey_responses", "response_id, is_good, assignee_id, score, responded_at")
    assert found == [
        ("zendesk:0", True, "zendesk:8", None, answered),
        ("zendesk:1", False, "zendesk:8", None, answered),
    ]

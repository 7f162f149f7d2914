"""Zendesk: comments leave their tickets, audits become states, ratings keep the agent of their moment.

The ticket list fills in what the JSON export has not; schedules and policies become hours and targets.
"""

from __future__ import annotations

import ast
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

MACROS = Path(__file__).parents[3] / "dbt_project" / "macros"
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


def test_a_comment_that_an_export_and_a_pull_both_hold_is_one_comment(estate) -> None:
    exported = json.dumps([{"id": 5, "author_id": 1, "public": True, "created_at": "2026-01-05T12:00:00Z"}])
    pulled = [{"id": n, "type": "Comment", "author_id": 2, "public": False, "body": "…"} for n in (5, 6)]
    estate.land("zendesk.tickets", [ticket(comments=exported)])
    estate.land("zendesk.ticket_audits", [audit(3, [*pulled, change("status", "open")])])
    found = estate.rows("stg_zendesk__ticket_comments", "comment_id, ticket_id, created_at")
    assert found == [("zendesk:5", "zendesk:1", NOON), ("zendesk:6", "zendesk:1", NOON)]


def test_what_was_written_comes_with_its_comment_and_a_description_only_where_there_are_none(estate) -> None:
    exported = json.dumps([{"id": 5, "author_id": 1, "public": True, "body": "Where?", "created_at": "2026-01-05"}])
    pulled = [{"id": 6, "type": "Comment", "author_id": 1, "public": True, "body": "Still nothing"}]
    estate.land("zendesk.tickets", [ticket(comments=exported, description="Where?"), ticket(2, description="Late")])
    estate.land("zendesk.ticket_audits", [audit(3, pulled, ticket_id=2)])
    found = estate.rows("stg_zendesk__ticket_comments", "ticket_id, body")
    assert found == [("zendesk:1", "Where?"), ("zendesk:2", "Still nothing")]
    assert estate.rows("stg_zendesk__ticket_descriptions", "ticket_id, description") == [("zendesk:2", "Late")]


def test_a_deleted_ticket_takes_its_comments_with_it(estate) -> None:
    comments = json.dumps([{"id": 5, "author_id": 1, "public": True, "created_at": "2026-01-05T12:00:00Z"}])
    estate.land("zendesk.tickets", [ticket(comments=comments)], load="a")
    gone = ticket(status="deleted", updated_at=datetime(2026, 1, 6))
    estate.land("zendesk.tickets", [gone], load="b", night=1)
    estate.land("zendesk.ticket_audits", [audit(3, [{"id": 5, "type": "Comment", "public": True}])])
    assert estate.rows("stg_zendesk__tickets", "ticket_id") == []
    assert estate.rows("stg_zendesk__ticket_comments", "comment_id") == []


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


def test_every_kind_of_export_is_taken_in_whole(exported) -> None:
    loads = exported("zendesk").loads
    assert {load.table: load.rows_loaded for load in loads} == {
        "tickets": 1,
        "ticket_audits": 1,
        "users": 4,
        "satisfaction_ratings": 1,
        "organizations": 4,
        "schedules": 1,
        "holidays": 1,
        "sla_policies": 1,
        "ticket_list": 4,
    }
    assert {load.rows_quarantined for load in loads} == {0}


def test_organisations_are_accounts_that_people_and_tickets_lead_to(exported) -> None:
    desk = exported("zendesk")
    assert desk.rows("stg_zendesk__accounts", "account_id, account_name") == [
        ("zendesk:4", "Harbour Mills"),
        ("zendesk:5", "Twin & Co"),
        ("zendesk:6", "twin & co"),
        # Only the ticket list names this one.
        ("zendesk:Quiet Orchard", "Quiet Orchard"),
    ]
    assert desk.rows("stg_zendesk__contacts", "contact_id, full_name, email, account_id") == [
        ("zendesk:11", "Iva Lund", "iva.lund@shop.example", "zendesk:4"),
        ("zendesk:12", "Per Aas", "per.aas@mail.example", "zendesk:Quiet Orchard"),
    ]


def test_a_deleted_organisation_is_no_account(estate) -> None:
    named = {"id": 1, "name": "Harbour Mills", "updated_at": NOON}
    gone = named | {"deleted_at": datetime(2026, 1, 6), "updated_at": datetime(2026, 1, 6)}
    estate.land("zendesk.organizations", [gone, named, named | {"id": 2}])
    assert estate.rows("stg_zendesk__accounts", "account_id") == [("zendesk:2",)]


def test_the_ticket_list_fills_in_tickets_that_the_json_export_has_not(exported) -> None:
    tickets = exported("zendesk").rows("stg_zendesk__tickets", "ticket_id, status, priority, contact_id, account_id")
    assert tickets == [
        # In both: the JSON export counts, and the list does not double the ticket.
        ("zendesk:1", "open", "high", "zendesk:11", "zendesk:4"),
        ("zendesk:2", "closed", None, "zendesk:11", "zendesk:4"),
        ("zendesk:3", "hold", "urgent", "zendesk:12", "zendesk:Quiet Orchard"),
        # Two organisations bear the name, so it leads to neither.
        ("zendesk:4", "solved", "low", "zendesk:12", None),
    ]


def test_names_of_agents_in_the_list_become_ids_unless_two_share_one(exported) -> None:
    desk = exported("zendesk")
    assert desk.rows("stg_zendesk__tickets", "ticket_id, assignee_id, category, reported_count_reopens")[1:] == [
        ("zendesk:2", "zendesk:21", "returns", 2),
        ("zendesk:3", None, None, 1),
        ("zendesk:4", "zendesk:Nia Falk", None, 1),
    ]
    assert [row[0] for row in desk.rows("stg_zendesk__users", "user_id")] == [
        "zendesk:21",
        "zendesk:22",
        "zendesk:23",
        "zendesk:Nia Falk",
    ]


def test_an_answer_in_the_list_counts_where_its_rating_was_not_exported(exported) -> None:
    answers = exported("zendesk").rows(
        "stg_zendesk__survey_responses", "response_id, is_good, assignee_id, responded_at"
    )
    assert answers == [
        ("zendesk:501", False, "zendesk:21", datetime(2025, 3, 3, 8)),
        ("zendesk:ticket-2", True, "zendesk:21", datetime(2025, 2, 5, 9)),
    ]


def test_opening_hours_are_local_days_and_none_runs_past_midnight(estate) -> None:
    hours = [(1980, 2460), (9960, 10440)]
    intervals = json.dumps([{"start_time": start, "end_time": end} for start, end in hours])
    estate.land("zendesk.schedules", [{"id": 7, "name": "S", "time_zone": "Berlin", "intervals": intervals}])
    found = estate.rows("stg_zendesk__schedules", "weekday_number, start_minute, end_minute, timezone")
    # Monday 9 to 17; Saturday from 22 as far as the week goes; what runs past it is not opening hours of day eight.
    assert found == [(1, 540, 1020, "Europe/Berlin"), (6, 1320, 1440, "Europe/Berlin")]


def test_a_schedule_of_the_api_is_read_with_its_time_zone_and_its_holidays(exported) -> None:
    desk = exported("zendesk")
    assert desk.rows("stg_zendesk__schedules", "schedule_id, timezone, weekday_number, start_minute, end_minute") == [
        ("zendesk:71", "America/New_York", 1, 540, 1020),
        ("zendesk:71", "America/New_York", 5, 540, 780),
        ("zendesk:71", "America/New_York", 6, 1320, 1440),
        ("zendesk:71", "America/New_York", 7, 0, 360),
    ]
    # The API does not repeat the schedule in its holidays; there is only one.
    holiday = desk.row("stg_zendesk__holidays", "schedule_id, holiday_name, start_date, end_date")
    assert holiday == ("zendesk:71", "New Year", date(2026, 12, 31), date(2027, 1, 1))


def test_a_holiday_without_schedule_stays_without_one_where_there_are_several(estate) -> None:
    schedule = {"time_zone": "UTC", "intervals": "[]"}
    estate.land("zendesk.schedules", [schedule | {"id": 1}, schedule | {"id": 2}])
    new_year = {"start_date": date(2026, 1, 1), "end_date": date(2026, 1, 1)}
    estate.land("zendesk.holidays", [new_year | {"id": 1}, new_year | {"id": 2, "schedule_id": 2}])
    assert estate.rows("stg_zendesk__holidays", "holiday_id, schedule_id") == [
        ("zendesk:1", None),
        ("zendesk:2", "zendesk:2"),
    ]


def test_every_name_that_zendesk_has_for_a_time_zone_is_known(estate) -> None:
    text = (MACROS / "iana_time_zone.sql").read_text(encoding="utf-8")
    names = list(ast.literal_eval("{" + text.partition("zones = {")[2].partition("} -%}")[0] + "}"))
    hours = '[{"start_time": 0, "end_time": 1}]'
    named = [*names, "Europe/Oslo", "Atlantis"]
    estate.land("zendesk.schedules", [{"id": n, "time_zone": name, "intervals": hours} for n, name in enumerate(named)])
    found = {
        int(row[0].split(":")[1]): row[1] for row in estate.rows("stg_zendesk__schedules", "schedule_id, timezone")
    }
    assert len(names) > 140
    assert [named[n] for n, zone in found.items() if zone is None] == ["Atlantis"]
    assert found[named.index("Europe/Oslo")] == "Europe/Oslo"
    assert found[names.index("Nuku'alofa")] == "Pacific/Tongatapu"


def test_a_target_of_a_policy_is_minutes_per_metric_and_priority(exported) -> None:
    targets = exported("zendesk").rows(
        "stg_zendesk__sla_policies", "sla_policy_id, metric_name, priority, target_minutes, is_business_hours"
    )
    assert targets == [
        ("zendesk:91-first_reply_time-low", "first_reply", "low", 1440, True),
        ("zendesk:91-first_reply_time-urgent", "first_reply", "urgent", 60, False),
        ("zendesk:91-pausable_update_time-low", "pausable_update", "low", 1.5, True),
    ]

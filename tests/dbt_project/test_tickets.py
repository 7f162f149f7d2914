"""fct_tickets: durations, touches, counts and ratings on tickets small enough to check by hand.

Each defect that METRICS.md lists for ticket metrics is a ticket here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

AGENT, OTHER_AGENT, BOT, CUSTOMER = 900, 901, -1, 10
OPENED = "2026-10-01 10:00:30"


class Desk:
    """Zendesk raw rows, one ticket at a time."""

    def __init__(self) -> None:
        self.tickets: list[dict] = []
        self.audits: list[dict] = []
        self.ratings: list[dict] = []

    def ticket(self, number: int, status: str, requester: int | None = CUSTOMER, **columns: object) -> None:
        facts = {"created_at": OPENED, "updated_at": "2026-10-20 00:00:00", "comments": []}
        self.tickets.append({"id": number, "status": status, "requester_id": requester} | facts | columns)

    def change(self, number: int, at: str, **fields: object) -> None:
        events = [{"type": "Change", "field_name": field, "value": str(value)} for field, value in fields.items()]
        audit = {"id": len(self.audits) + 1, "ticket_id": number, "created_at": at, "events": events}
        self.audits.append(audit)

    def rate(self, number: int, at: str, score: str, assignee: int | None = None) -> None:
        rating = {"id": len(self.ratings) + 1, "ticket_id": number, "requester_id": CUSTOMER, "assignee_id": assignee}
        self.ratings.append(rating | {"score": score, "created_at": at, "updated_at": at})


def comments(*said: tuple[int, str, bool]) -> list[dict]:
    """(author, moment, public) each; ids grow past one digit, so that text order would betray itself."""
    return [
        {"id": 8 + n, "author_id": author, "created_at": at.replace(" ", "T") + "Z", "public": public, "body": "…"}
        for n, (author, at, public) in enumerate(said)
    ]


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    desk = Desk()
    asked = (CUSTOMER, OPENED, True)

    # 1: new 30 min, open 60, pending 120, hold (spelt on-hold) 240, open 60, solved, closed.
    said = [(BOT, "10:00:40", True), (AGENT, "10:20:00", False), (AGENT, "10:31:15", True), (AGENT, "12:00:00", True)]
    desk.ticket(1, "closed", comments=comments(asked, *[(who, f"2026-10-01 {at}", public) for who, at, public in said]))
    for at, status in [
        (OPENED, "new"),
        ("2026-10-01 10:30:30", "open"),
        ("2026-10-01 11:30:30", "pending"),
        ("2026-10-01 13:30:30", "on-hold"),
        ("2026-10-01 17:30:30", "open"),
        ("2026-10-01 18:30:30", "solved"),
        ("2026-10-05 18:30:30", "closed"),
    ]:
        desk.change(1, at, status=status)

    # 2: an agent opens it with a public comment and answers 42 s later, across one boundary between minutes.
    desk.ticket(2, "open", comments=comments((AGENT, OPENED, True), (AGENT, "2026-10-01 10:01:12", True)))
    # 3: only a bot and a private note: nobody replied.
    desk.ticket(
        3, "open", comments=comments(asked, (BOT, "2026-10-01 10:00:31", True), (AGENT, "2026-10-01 11:00:00", False))
    )
    # 4: closed, without any status history.
    desk.ticket(4, "closed", comments=comments(asked))
    # 5: closed by rule without ever being solved.
    desk.ticket(5, "closed", comments=comments(asked))
    desk.change(5, OPENED, status="open")
    desk.change(5, "2026-10-03 10:00:30", status="closed")
    # 6: on hold ever since, and an event after as_of_date that must not count.
    desk.ticket(6, "solved", updated_at="2026-12-01 00:00:00")
    desk.change(6, "2026-10-31 23:00:00", status="hold")
    desk.change(6, "2026-11-05 00:00:00", status="solved")
    # 7: nobody knows who asked.
    desk.ticket(7, "new", requester=None)
    # 8: solved, reopened twice, solved again; rated by the customer of the first agent before the second took over.
    desk.ticket(8, "solved", assignee_id=OTHER_AGENT, comments=comments(asked, (AGENT, "2026-10-01 11:00:30", True)))
    desk.change(8, OPENED, status="open", assignee_id=AGENT, group_id=1)
    desk.change(8, "2026-10-01 11:00:30", status="solved")
    desk.change(8, "2026-10-02 10:00:30", status="open", assignee_id=OTHER_AGENT, group_id=1)
    desk.change(8, "2026-10-02 12:00:30", status="solved")
    desk.change(8, "2026-10-03 10:00:30", status="open", priority="high")
    desk.change(8, "2026-10-04 10:00:30", status="solved")
    desk.rate(8, "2026-10-01 20:00:00", "bad", assignee=OTHER_AGENT)
    # 9: rated good, then bad; an unanswered request is no rating. No history: the rating's own record names the agent.
    desk.ticket(9, "solved", comments=comments(asked, *[(AGENT, f"2026-10-02 1{n}:00:00", True) for n in range(3)]))
    desk.rate(9, "2026-10-03 10:00:00", "good", assignee=AGENT)
    desk.rate(9, "2026-10-04 10:00:00", "bad", assignee=OTHER_AGENT)
    desk.rate(9, "2026-10-05 10:00:00", "offered", assignee=OTHER_AGENT)
    # 10: opened after as_of_date.
    desk.ticket(10, "new", created_at="2026-11-01 00:00:00")
    # 11: two agent replies.
    desk.ticket(
        11,
        "solved",
        comments=comments(asked, (AGENT, "2026-10-02 10:00:00", True), (AGENT, "2026-10-03 10:00:00", True)),
    )
    # 14: assigned before it was created (an import), taken off again for a day, given away after it was solved.
    desk.ticket(14, "solved", comments=comments(asked))
    desk.change(14, "2026-09-30 10:00:30", assignee_id=AGENT)
    desk.change(14, OPENED, status="open")
    desk.change(14, "2026-10-02 10:00:30", assignee_id="")
    desk.change(14, "2026-10-03 10:00:30", assignee_id=AGENT)
    desk.change(14, "2026-10-04 10:00:30", status="solved")
    desk.change(14, "2026-10-05 10:00:30", assignee_id=OTHER_AGENT)
    # 15: never given to anybody; rated bad, then good.
    desk.ticket(15, "open", comments=comments(asked))
    desk.change(15, OPENED, status="open", group_id=1)
    desk.change(15, "2026-10-02 10:00:30", group_id=2)
    desk.rate(15, "2026-10-03 10:00:00", "bad")
    desk.rate(15, "2026-10-04 10:00:00", "good")
    # 12: the question itself was not exported; the only comment is the agent's reply an hour later.
    desk.ticket(12, "open", comments=comments((AGENT, "2026-10-01 11:00:30", True)))

    users = [{"id": i, "name": f"Agent {i}", "role": "agent"} for i in (AGENT, OTHER_AGENT)]
    users.append({"id": CUSTOMER, "name": "A customer", "role": "end-user", "email": "a@shop.example"})
    log = {"number": "INC1", "caller_id": "Caller 1", "opened_at": "2026-10-01 08:00:00", "reopen_count": 0}
    estate = make_estate(
        {
            "zendesk.tickets": desk.tickets,
            "zendesk.ticket_audits": desk.audits,
            "zendesk.satisfaction_ratings": desk.ratings,
            "zendesk.users": users,
            # 13: only in the ticket list, which has no comments; 11 is in both and counts once.
            "zendesk.ticket_list": [
                {"id": 13, "status": "Solved", "requester_id": CUSTOMER, "reopens": 1, "created_at": OPENED},
                {"id": 11, "status": "New", "requester_id": CUSTOMER, "created_at": OPENED},
            ],
            "servicenow.incident_log": [
                log | {"incident_state": "New", "sys_mod_count": 0, "sys_updated_at": "2026-10-01 08:00:00"},
                log | {"incident_state": "New", "sys_mod_count": 1, "sys_updated_at": "2026-10-01 08:10:00"},
                log | {"incident_state": "Resolved", "sys_mod_count": 2, "sys_updated_at": "2026-10-01 09:00:00"},
                log | {"incident_state": "Resolved", "sys_mod_count": 3, "sys_updated_at": "2026-10-01 09:30:00"},
            ],
        }
    )
    estate.build_models("+fct_tickets", "+agg_backlog_days")
    return estate


@pytest.fixture(scope="module")
def tickets(estate: Any) -> dict[str, dict]:
    return estate.rows("marts.fct_tickets", "ticket_id")


def test_every_ticket_seen_by_as_of_date_is_there_once(tickets: dict) -> None:
    expected = {f"zendesk:{number}" for number in range(1, 16) if number != 10} | {"servicenow:INC1"}
    assert set(tickets) == expected


def test_a_ticket_of_the_ticket_list_is_there_and_its_replies_are_unknown(tickets: dict) -> None:
    listed = tickets["zendesk:13"]
    assert (listed["status"], listed["customer_id"]) == ("solved", tickets["zendesk:11"]["customer_id"])
    assert listed["count_public_agent_comments"] is None
    assert listed["is_one_touch_resolution"] is None
    assert (tickets["zendesk:11"]["status"], tickets["zendesk:11"]["count_public_agent_comments"]) == ("solved", 2)


def test_times_in_statuses_add_up_and_on_hold_is_hold(tickets: dict) -> None:
    ticket = tickets["zendesk:1"]
    assert ticket["requester_wait_time_calendar_minutes"] == 30 + 60 + 240 + 60
    assert ticket["agent_wait_time_calendar_minutes"] == 120
    assert ticket["on_hold_time_calendar_minutes"] == 240
    assert ticket["first_resolution_calendar_minutes"] == 510
    assert ticket["full_resolution_calendar_minutes"] == 510, "closing a solved ticket is not solving it again"


def test_the_first_reply_is_an_agents_public_comment_in_exact_minutes(tickets: dict) -> None:
    assert tickets["zendesk:1"]["first_reply_time_calendar_minutes"] == 30.75, "neither the bot nor the note is a reply"
    assert tickets["zendesk:12"]["first_reply_time_calendar_minutes"] == 60


def test_an_opening_comment_by_an_agent_is_ended_by_the_second_one(tickets: dict) -> None:
    assert tickets["zendesk:2"]["first_reply_time_calendar_minutes"] == pytest.approx(0.7)
    assert tickets["zendesk:2"]["count_public_agent_comments"] == 2


def test_a_ticket_nobody_answered_has_no_reply_time_and_no_touches(tickets: dict) -> None:
    ticket = tickets["zendesk:3"]
    assert ticket["first_reply_time_calendar_minutes"] is None
    assert (ticket["count_public_agent_comments"], ticket["count_internal_comments"]) == (0, 1)
    assert ticket["count_end_user_comments"] == 1
    assert ticket["is_multi_touch_resolution"] is False


def test_no_resolution_is_invented_without_history(tickets: dict) -> None:
    ticket = tickets["zendesk:4"]
    assert ticket["is_solved"] is True
    assert ticket["first_resolution_calendar_minutes"] is None
    assert ticket["requester_wait_time_calendar_minutes"] is None, "unknown is not 0"
    assert ticket["count_reopens"] is None
    assert ticket["is_one_touch_resolution"] is True, "fewer than two replies, none included"


def test_a_ticket_closed_without_being_solved_counts_from_the_close(tickets: dict) -> None:
    assert tickets["zendesk:5"]["first_resolution_calendar_minutes"] == 2 * 24 * 60
    assert tickets["zendesk:5"]["count_reopens"] == 0


def test_a_running_status_is_counted_up_to_as_of_date_only(tickets: dict) -> None:
    ticket = tickets["zendesk:6"]
    assert ticket["on_hold_time_calendar_minutes"] == 60
    assert ticket["status"] == "hold", "the export already shows what happened after as_of_date"
    assert ticket["is_open"] is True
    assert ticket["last_solved_at"] is None


def test_a_ticket_of_an_unknown_requester_is_kept(tickets: dict) -> None:
    assert tickets["zendesk:7"]["customer_id"] is None
    assert tickets["zendesk:7"]["first_reply_time_calendar_minutes"] is None


def test_reopening_counts_stations_and_the_last_solution(tickets: dict) -> None:
    ticket = tickets["zendesk:8"]
    assert ticket["count_reopens"] == 2
    assert ticket["first_resolution_calendar_minutes"] == 60
    assert ticket["full_resolution_calendar_minutes"] == 3 * 24 * 60
    assert (ticket["count_assignee_stations"], ticket["count_group_stations"]) == (2, 1)
    assert ticket["count_ticket_events"] == 6


def test_time_without_anybody_in_charge_is_never_negative(tickets: dict) -> None:
    ticket = tickets["zendesk:14"]
    assert ticket["ticket_unassigned_duration_calendar_minutes"] == 24 * 60, "the day on which it was taken off"
    assert ticket["first_assignment_to_resolution_calendar_minutes"] == 4 * 24 * 60
    assert ticket["last_assignment_to_resolution_calendar_minutes"] is None, "given away after it was solved"
    assert ticket["count_unique_assignees"] == 2
    nobody = tickets["zendesk:15"]
    assert nobody["ticket_unassigned_duration_calendar_minutes"] == 30 * 24 * 60 + 14 * 60 - 0.5 - 24 * 60 + 1440
    assert nobody["first_assigned_at"] is None
    assert tickets["zendesk:4"]["ticket_unassigned_duration_calendar_minutes"] is None, "nothing is recorded"


def test_groups_and_assignees_are_counted_from_changes(tickets: dict) -> None:
    assert (tickets["zendesk:15"]["count_group_stations"], tickets["zendesk:15"]["count_group_changes"]) == (2, 1)
    assert tickets["zendesk:14"]["count_assignee_stations"] == 3


def test_unreplied_is_counted_where_comments_are_known(tickets: dict) -> None:
    assert [tickets[key]["is_unreplied"] for key in ("zendesk:3", "zendesk:1", "zendesk:13")] == [True, False, None]


def test_a_change_of_mind_has_a_direction(tickets: dict) -> None:
    flags = {
        number: (ticket["is_good_to_bad_satisfaction_score"], ticket["is_bad_to_good_satisfaction_score"])
        for number in (8, 9, 15, 1)
        for ticket in [tickets[f"zendesk:{number}"]]
    }
    assert flags == {8: (False, False), 9: (True, False), 15: (False, True), 1: (None, None)}


def test_a_rating_belongs_to_the_agent_at_that_moment(tickets: dict) -> None:
    ticket = tickets["zendesk:8"]
    assert ticket["assignee_id"] == f"zendesk:{OTHER_AGENT}"
    assert ticket["csat_assignee_id"] == f"zendesk:{AGENT}"
    assert ticket["csat_score"] == "bad"
    assert tickets["zendesk:9"]["csat_score"] == "bad", "the last rating counts"
    assert tickets["zendesk:9"]["csat_assignee_id"] == f"zendesk:{OTHER_AGENT}"
    assert tickets["zendesk:1"]["is_good_satisfaction"] is None


@pytest.mark.parametrize(
    ("number", "touches"), [(8, (True, False, False)), (11, (False, True, False)), (9, (False, False, True))]
)
def test_touches_follow_the_number_of_replies(tickets: dict, number: int, touches: tuple) -> None:
    ticket = tickets[f"zendesk:{number}"]
    flags = [ticket[f"is_{kind}_touch_resolution"] for kind in ("one", "two", "multi")]
    assert tuple(flags) == touches


def test_a_log_without_comments_leaves_replies_unknown(tickets: dict) -> None:
    ticket = tickets["servicenow:INC1"]
    assert ticket["count_public_agent_comments"] is None
    assert ticket["is_one_touch_resolution"] is None
    assert ticket["count_ticket_events"] == 4
    assert ticket["requester_wait_time_calendar_minutes"] == 60, "a repeated status is one stretch"
    assert ticket["first_solved_at"] == datetime(2026, 10, 1, 9, 0)
    assert (ticket["count_reopens"], ticket["reported_count_reopens"]) == (0, 0)


def test_the_backlog_of_a_day_is_what_was_unsolved_at_its_end(estate: Any) -> None:
    """On the third 5 is closed and 8, which rested solved overnight, is back; on the fourth 8 and 14 are solved."""
    found = estate.query(
        """select day(backlog_date), count_open_tickets, count_solved, count_reopened from marts.agg_backlog_days
           where source_name = 'zendesk' and day(backlog_date) in (1, 2, 3, 4, 31) order by 1"""
    )
    assert found == [(1, 8, 2, 0), (2, 8, 1, 1), (3, 8, 1, 1), (4, 6, 2, 0), (31, 6, 0, 0)]

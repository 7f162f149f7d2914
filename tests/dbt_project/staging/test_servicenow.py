"""ServiceNow: the log's rows are events, the last row is the ticket, `?` is nobody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

OPENED = datetime(2016, 2, 29, 1, 16)


def update(nth: int, state: str, **cells: Any) -> dict[str, Any]:
    at = {"opened_at": OPENED, "sys_updated_at": datetime(2016, 3, 1, nth)}
    who = {"sys_updated_by": "Updated by 21", "caller_id": "Caller 1", "priority": "3 - Moderate"}
    return {"number": "INC1", "sys_mod_count": nth, "incident_state": state} | at | who | cells


def test_states_become_the_words_of_every_helpdesk(estate) -> None:
    states = {
        "New": "new",
        "Active": "open",
        "Awaiting User Info": "pending",
        "Awaiting Vendor": "hold",
        "Awaiting Problem": "hold",
        "Awaiting Evidence": "hold",
        "Resolved": "solved",
        "Closed": "closed",
        "-100": None,
    }
    estate.land("servicenow.incident_log", [update(n, state) for n, state in enumerate(states)])
    found = estate.rows("stg_servicenow__ticket_events", "event_number, event_id, status, actor_id")
    assert [row[2] for row in found] == list(states.values()), "-100 must stay an event without a status"
    assert found[0] == (1, "servicenow:INC1-1", "new", "servicenow:Updated by 21")


def test_the_last_row_is_the_ticket_also_when_two_rows_share_its_number(estate) -> None:
    rows = [
        update(2, "Active", reassignment_count=1, reopen_count=0),
        update(5, "Resolved", reassignment_count=2, reopen_count=1, assigned_to="Resolver 9"),
        update(5, "Closed", reassignment_count=3, reopen_count=1, contact_type="Self service"),
        update(0, "New"),
    ]
    estate.land("servicenow.incident_log", rows)
    found = estate.row(
        "stg_servicenow__tickets",
        "ticket_id, status, priority, channel, assignee_id, reported_count_reopens, reported_count_reassignments, "
        "created_at",
    )
    assert found == ("servicenow:INC1", "closed", "normal", "self_service", None, 1, 3, OPENED)
    events = estate.rows("stg_servicenow__ticket_events", "event_number, status")
    assert events == [(1, "new"), (2, "open"), (3, "solved"), (4, "closed")]


def test_an_unknown_caller_is_nobody_rather_than_somebody_called_question_mark(estate) -> None:
    estate.land("servicenow.incident_log", [update(0, "New"), update(1, "New", number="INC2", caller_id=None)])
    assert estate.rows("stg_servicenow__contacts", "contact_id") == [("servicenow:Caller 1",)]
    assert estate.rows("stg_servicenow__tickets", "ticket_id, contact_id") == [
        ("servicenow:INC1", "servicenow:Caller 1"),
        ("servicenow:INC2", None),
    ]


def test_those_in_charge_are_agents_and_authors_of_updates_have_no_known_role(estate) -> None:
    estate.land("servicenow.incident_log", [update(0, "New", assigned_to="Resolver 9"), update(1, "Active")])
    assert estate.rows("stg_servicenow__users", "user_id, role") == [
        ("servicenow:Resolver 9", "agent"),
        ("servicenow:Updated by 21", None),
    ]

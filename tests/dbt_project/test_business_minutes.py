"""Business minutes of tickets: time zones, changes of the clocks, holidays, changed hours, changed schedules.

Each defect that METRICS.md lists for business minutes is a ticket here. Stays out: SLA targets (test_sla).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

AGENT, CUSTOMER = 900, 10
CHICAGO, SAN_FRANCISCO, NIGHTS, BERLIN, CHANGED, DOUBLED = 1, 2, 3, 4, 5, 6
SUNDAY, MONDAY, TUESDAY, SATURDAY = 0, 1, 2, 6
WEEKDAYS = range(MONDAY, SATURDAY)


def hours(days: Any, opens: float, closes: float) -> list[dict]:
    """Opening hours as Zendesk has them: minutes since Sunday 00:00."""
    return [{"start_time": int(day * 1440 + opens * 60), "end_time": int(day * 1440 + closes * 60)} for day in days]


def schedule(number: int, zone: str, intervals: list[dict], **cells: Any) -> dict:
    return {"id": number, "name": f"Schedule {number}", "time_zone": zone, "intervals": intervals} | cells


SCHEDULES = [
    schedule(CHICAGO, "Central Time (US & Canada)", hours(range(7), 7, 21)),
    schedule(SAN_FRANCISCO, "Pacific Time (US & Canada)", hours(WEEKDAYS, 8, 17.5)),
    schedule(NIGHTS, "America/Chicago", hours([SUNDAY], 0, 6) + hours([MONDAY], 0, 24) + hours([TUESDAY], 0, 1)),
    schedule(BERLIN, "Berlin", hours(WEEKDAYS, 9, 17)),
    # Opened at nine until Wednesday noon (UTC), at eleven since.
    schedule(CHANGED, "UTC", hours(WEEKDAYS, 9, 17), updated_at="2026-01-01 00:00:00"),
    schedule(CHANGED, "UTC", hours(WEEKDAYS, 11, 17), updated_at="2026-06-03 12:00:00"),
    schedule(DOUBLED, "UTC", hours(WEEKDAYS, 9, 13) + hours(WEEKDAYS, 12, 17) + hours([MONDAY], 17, 18)),
]
HOLIDAYS = [
    {"id": 1, "schedule_id": BERLIN, "name": "Christmas", "start_date": "2025-12-25", "end_date": "2025-12-26"},
    {"id": 2, "schedule_id": CHICAGO, "name": "Elsewhere", "start_date": "2025-12-22", "end_date": "2025-12-31"},
]


class Desk:
    """Zendesk tickets that run under a schedule from a moment on, and are solved or not."""

    def __init__(self) -> None:
        self.tickets: list[dict] = []
        self.audits: list[dict] = []

    def ticket(
        self, number: int, created: str, schedule_id: int | None, solved: str | None = None, reply: str | None = None
    ) -> None:
        said = {"id": number * 10, "author_id": AGENT, "public": True, "body": "…"}
        spoken = [said | {"created_at": reply.replace(" ", "T") + "Z"}] if reply else []
        facts = {"created_at": created, "updated_at": solved or created, "requester_id": CUSTOMER, "comments": spoken}
        self.tickets.append({"id": number, "status": "solved" if solved else "open"} | facts)
        assigned = [{"type": "ScheduleAssignment", "new_schedule_id": schedule_id}] if schedule_id else []
        self.audit(number, created, {"type": "Create", "field_name": "status", "value": "open"}, *assigned)
        if solved:
            self.audit(number, solved, {"type": "Change", "field_name": "status", "value": "solved"})

    def audit(self, number: int, at: str, *events: dict) -> None:
        self.audits.append({"id": len(self.audits) + 1, "ticket_id": number, "created_at": at, "events": list(events)})


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    desk = Desk()
    # The published worked ticket: 1 moved from schedule 1 to schedule 2 before anybody answered.
    desk.ticket(1, "2020-09-29 17:01:38", CHICAGO, solved="2020-10-01 15:03:44", reply="2020-09-30 19:01:46")
    desk.audit(1, "2020-09-30 19:01:25", {"type": "ScheduleAssignment", "new_schedule_id": SAN_FRANCISCO})
    # Sunday 2025-11-02 has an hour more in Chicago, Sunday 2026-03-08 one less.
    desk.ticket(2, "2025-11-01 12:00:00", NIGHTS, solved="2025-11-02 18:00:00")
    desk.ticket(3, "2026-03-07 12:00:00", NIGHTS, solved="2026-03-08 18:00:00")
    # From before the clocks go back to after: Friday 16:00 to Monday 10:00 in Berlin.
    desk.ticket(4, "2025-10-24 14:00:00", BERLIN, solved="2025-10-27 09:00:00")
    # Over Christmas: Wednesday 16:00 to Monday 10:00; two holidays between.
    desk.ticket(5, "2025-12-24 15:00:00", BERLIN, solved="2025-12-29 09:00:00")
    # Open since Friday noon in Berlin; as_of_date is Sunday, so nothing of Monday counts.
    desk.ticket(6, "2026-10-30 11:00:00", BERLIN)
    # Two years, 104 weeks of five days of eight hours.
    desk.ticket(7, "2024-01-01 00:00:00", BERLIN, solved="2025-12-29 00:00:00")
    # Wednesday and Thursday around a change of the hours themselves.
    desk.ticket(8, "2026-06-02 08:00:00", CHANGED, solved="2026-06-04 18:00:00")
    desk.ticket(9, "2026-06-08 00:00:00", DOUBLED, solved="2026-06-09 00:00:00")
    # Nobody assigned a schedule: the first one holds.
    desk.ticket(10, "2026-06-08 00:00:00", None, solved="2026-06-09 00:00:00")
    # Opened and solved while everything was closed.
    desk.ticket(11, "2026-06-06 10:00:00", BERLIN, solved="2026-06-07 10:00:00", reply="2026-06-06 10:30:00")
    log = {"number": "INC1", "caller_id": "Caller 1", "opened_at": "2026-10-01 08:00:00", "incident_state": "New"}
    estate = make_estate(
        {
            "zendesk.tickets": desk.tickets,
            "zendesk.ticket_audits": desk.audits,
            "zendesk.users": [{"id": AGENT, "role": "agent"}, {"id": CUSTOMER, "role": "end-user"}],
            "zendesk.schedules": SCHEDULES,
            "zendesk.holidays": HOLIDAYS,
            "servicenow.incident_log": [log | {"sys_mod_count": 0, "sys_updated_at": "2026-10-01 08:00:00"}],
        }
    )
    estate.build_models("+fct_tickets")
    return estate


@pytest.fixture(scope="module")
def tickets(estate: Any) -> dict[str, dict]:
    return estate.rows("marts.fct_tickets", "ticket_id")


def open_minutes(tickets: dict, number: int) -> float:
    """Minutes from creation to solution, all of them spent in open."""
    ticket = tickets[f"zendesk:{number}"]
    assert ticket["open_status_duration_business_minutes"] == pytest.approx(ticket["agent_work_time_business_minutes"])
    return ticket["open_status_duration_business_minutes"]


def test_the_published_worked_ticket_in_both_conventions(tickets: dict) -> None:
    ticket = tickets["zendesk:1"]
    assert ticket["first_reply_time_calendar_minutes"] == pytest.approx(1560.1333, abs=0.0001)
    assert ticket["first_reply_time_business_minutes"] == pytest.approx(960.1333, abs=0.0001)
    assert ticket["first_reply_time_business_minutes_last_schedule"] == pytest.approx(690.1333, abs=0.0001)
    assert ticket["first_resolution_business_minutes"] == pytest.approx(1292.1, abs=0.0001)
    assert ticket["full_resolution_business_minutes"] == pytest.approx(1292.1, abs=0.0001)
    assert ticket["requester_wait_time_business_minutes"] == pytest.approx(1292.1, abs=0.0001)
    assert ticket["final_resolution_calendar_minutes"] == ticket["full_resolution_calendar_minutes"]


def test_the_sunday_of_a_clock_change_has_the_hours_that_it_had(tickets: dict) -> None:
    assert open_minutes(tickets, 2) == 7 * 60, "from midnight to six, one hour of it twice"
    assert open_minutes(tickets, 3) == 5 * 60, "from midnight to six, one hour of it never"


def test_hours_after_a_clock_change_are_not_those_before_it(tickets: dict) -> None:
    assert open_minutes(tickets, 4) == 60 + 60


def test_holidays_are_closed_and_only_for_their_own_schedule(tickets: dict) -> None:
    assert open_minutes(tickets, 5) == 60 + 60


def test_a_running_status_counts_up_to_as_of_date_and_no_further(tickets: dict) -> None:
    assert open_minutes(tickets, 6) == 5 * 60


def test_a_ticket_longer_than_a_year_is_counted_to_its_end(tickets: dict) -> None:
    assert open_minutes(tickets, 7) == (104 * 5 - 2) * 8 * 60


def test_changed_hours_do_not_rewrite_the_past(tickets: dict) -> None:
    assert open_minutes(tickets, 8) == 8 * 60 + 8 * 60 + 6 * 60


def test_hours_that_overlap_or_touch_count_once(tickets: dict) -> None:
    assert open_minutes(tickets, 9) == 9 * 60


def test_a_ticket_without_an_assigned_schedule_runs_under_the_first_one(tickets: dict) -> None:
    assert open_minutes(tickets, 10) == 14 * 60


def test_closed_is_zero_minutes_and_no_schedules_are_unknown(tickets: dict) -> None:
    assert open_minutes(tickets, 11) == 0
    assert tickets["zendesk:11"]["first_reply_time_business_minutes"] == 0
    incident = tickets["servicenow:INC1"]
    assert incident["requester_wait_time_calendar_minutes"] > 0
    assert incident["requester_wait_time_business_minutes"] is None


def test_business_minutes_agree_with_a_count_of_every_single_minute(estate: Any, tickets: dict) -> None:
    """The worked ticket once more, minute by minute in plain Python."""
    from zoneinfo import ZoneInfo

    def is_open(at: datetime, zone: str, days: range, opens: float, closes: float) -> bool:
        local = at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone))
        return local.isoweekday() % 7 in days and opens <= local.hour + local.minute / 60 < closes

    at, seconds = datetime(2020, 9, 29, 17, 1, 38), 0
    while at < datetime(2020, 10, 1, 15, 3, 44):
        if at < datetime(2020, 9, 30, 19, 1, 25):
            seconds += is_open(at, "America/Chicago", range(7), 7, 21)
        else:
            seconds += is_open(at, "America/Los_Angeles", WEEKDAYS, 8, 17.5)
        at += timedelta(seconds=1)
    assert tickets["zendesk:1"]["full_resolution_business_minutes"] == pytest.approx(seconds / 60)


def test_openings_never_overlap_and_their_number_is_bounded_by_the_calendar(estate: Any) -> None:
    overlapping = """
        select count(*) from (
            select opened_at < lag(closed_at) over (partition by schedule_id order by opened_at) as is_wrong
            from intermediate.int_schedule_hours_opened
        ) where is_wrong"""
    assert estate.query(overlapping) == [(0,)]
    days = "select max(opened_at)::date - min(opened_at)::date from intermediate.int_schedule_hours_opened"
    openings = (
        "select max(n) from (select count(*) as n from intermediate.int_schedule_hours_opened group by schedule_id)"
    )
    assert estate.query(openings)[0][0] <= estate.query(days)[0][0] + 2


def test_a_schedule_in_an_unknown_time_zone_stops_the_run(make_estate: Callable) -> None:
    """Closed for ever in silence is what other packages make of it."""
    estate = make_estate({"zendesk.schedules": [schedule(1, "Mars/Olympus", hours(WEEKDAYS, 9, 17))]})
    done = estate.try_dbt("build", "--select", "stg_zendesk__schedules")
    assert not done.success
    assert "fail" in {status for name, status in done.verdicts.items() if name.endswith("schedules_timezone")}

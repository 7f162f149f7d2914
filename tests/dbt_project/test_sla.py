"""fct_sla_events: what became of every promise made on a ticket, on tickets small enough to check by hand.

Each defect that METRICS.md lists for SLA targets is a ticket here. Stays out: business minutes as such.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

AGENT, SECOND_AGENT, BOT, CUSTOMER = 900, 901, -1, 10
DAY = "2026-10-01"
BERLIN_HOURS = [{"start_time": day * 1440 + 540, "end_time": day * 1440 + 1020} for day in range(1, 6)]


class Desk:
    """Zendesk tickets with their audits, moment by moment."""

    def __init__(self) -> None:
        self.tickets: list[dict] = []
        self.audits: list[dict] = []

    def ticket(
        self, number: int, *said: tuple[int, str], status: str = "open", created: str = f"{DAY} 10:00:00"
    ) -> None:
        comments = [(CUSTOMER, created), *((author, moment(at)) for author, at in said)]
        spoken = [
            {"id": 100 * number + n, "author_id": author, "created_at": at.replace(" ", "T") + "Z", "public": True}
            for n, (author, at) in enumerate(comments)
        ]
        facts = {"created_at": created, "updated_at": "2026-10-31 23:00:00", "requester_id": CUSTOMER}
        self.tickets.append({"id": number, "status": status, "priority": "low", "comments": spoken} | facts)
        self.change(number, created, status="open")

    def change(self, number: int, at: str, **fields: object) -> None:
        """`first_reply_time=60` puts a target on the ticket (minus: in business minutes), None takes it off."""
        events = []
        for field, value in fields.items():
            event: dict = {"type": "Change", "field_name": field, "value": value}
            if field.endswith("_time"):
                target = None if value is None else {"minutes": abs(value), "in_business_hours": value < 0}
                event |= {
                    "value": target,
                    "via": {"source": {"rel": "sla_target_change"}, "current_sla_policy": "Gold"},
                }
            events.append(event)
        audit = {"id": len(self.audits) + 1, "ticket_id": number, "created_at": moment(at), "events": events}
        self.audits.append(audit)


def moment(at: str) -> str:
    """A time of day is one of DAY."""
    return at if " " in at else f"{DAY} {at}:00"


@pytest.fixture(scope="module")
def events(make_estate: Callable) -> dict[tuple[int, str, int], dict]:
    desk = Desk()
    # 1: answered in time; 2: a bot answers at once, an agent half an hour late, who had the ticket from another one.
    desk.ticket(1, (AGENT, "10:45"))
    desk.change(1, "10:00", first_reply_time=60)
    desk.ticket(2, (BOT, "10:05"), (SECOND_AGENT, "11:30"))
    desk.change(2, "10:00", first_reply_time=60, assignee_id=AGENT, group_id=7)
    desk.change(2, "11:10", assignee_id=SECOND_AGENT)
    # 3: 60 minutes of work, four hours with the customer, two more hours of work.
    desk.ticket(3, status="solved")
    desk.change(3, "10:00", agent_work_time=120, requester_wait_time=400)
    for at, status in (("11:00", "pending"), ("15:00", "open"), ("17:00", "solved")):
        desk.change(3, at, status=status)
    # 4: a higher priority brings another target after half an hour; the priority of today is a third one.
    desk.ticket(4, status="solved")
    desk.change(4, "10:00", requester_wait_time=45, priority="normal")
    desk.change(4, "10:30", requester_wait_time=480, priority="high")
    desk.change(4, "19:00", status="solved", priority="low")
    # 5: business hours over a weekend in which the clocks go back. 6: still running, due on Monday.
    desk.ticket(5, (AGENT, "2026-10-26 10:30:00"), created="2026-10-23 14:00:00")
    desk.change(5, "2026-10-23 14:00:00", first_reply_time=-120)
    desk.ticket(6, created="2026-10-30 14:00:00")
    desk.change(6, "2026-10-30 14:00:00", first_reply_time=-180)
    # 7: with the customer ever since.
    desk.ticket(7, status="pending")
    desk.change(7, "10:00", agent_work_time=60)
    desk.change(7, "10:30", status="pending")
    # 8: the customer asks twice before an agent answers, and once more later.
    desk.ticket(8, (AGENT, "11:00"), (CUSTOMER, "12:00"), (CUSTOMER, "12:10"), (AGENT, "12:45"), (CUSTOMER, "14:00"),
                (AGENT, "14:10"))  # fmt: skip
    desk.change(8, "12:00", next_reply_time=30)
    desk.change(8, "12:45", next_reply_time=None)
    desk.change(8, "14:00", next_reply_time=30)
    # 9: taken off again before it ran out. 10: answered in the very second in which it ran out.
    desk.ticket(9)
    desk.change(9, "10:00", first_reply_time=60)
    desk.change(9, "10:20", first_reply_time=None)
    desk.ticket(10, (AGENT, "11:00"))
    desk.change(10, "10:00", first_reply_time=60)
    # 11: promised when it was already too late. 12: written again unchanged, which is no second promise.
    desk.ticket(11)
    desk.change(11, "11:00", first_reply_time=30)
    desk.ticket(12, status="solved")
    desk.change(12, "10:00", requester_wait_time=60)
    desk.change(12, "10:10", requester_wait_time=60)
    desk.change(12, "10:30", status="solved")
    # 13: solved in time, then opened again and solved too late by the time added up.
    desk.ticket(13, status="solved")
    desk.change(13, "10:00", total_resolution_time=90)
    for at, status in (("11:00", "solved"), ("12:00", "open"), ("13:00", "solved")):
        desk.change(13, at, status=status)

    estate = make_estate(
        {
            "zendesk.tickets": desk.tickets,
            "zendesk.ticket_audits": desk.audits,
            "zendesk.users": [{"id": i, "role": "agent"} for i in (AGENT, SECOND_AGENT)]
            + [{"id": CUSTOMER, "role": "end-user"}],
            "zendesk.schedules": [{"id": 1, "name": "Berlin", "time_zone": "Berlin", "intervals": BERLIN_HOURS}],
        }
    )
    estate.build_models("+fct_sla_events")
    rows = sorted(estate.rows("marts.fct_sla_events", "sla_event_id").values(), key=lambda row: row["sla_applied_at"])
    found: dict[tuple[int, str, int], dict] = {}
    for row in rows:
        number = int(row["ticket_id"].split(":")[1])
        place = sum(1 for key in found if key[:2] == (number, row["metric"])) + 1
        found[number, row["metric"], place] = row
    return found


def verdict(row: dict) -> tuple[Any, ...]:
    return row["is_sla_met"], row["is_sla_breach"], row["is_active_sla"], row["sla_elapsed_minutes"]


def clock(row: dict) -> str | None:
    return row["sla_breach_at"] and f"{row['sla_breach_at']:%d %H:%M}"


def test_a_reply_in_time_keeps_the_promise(events: dict) -> None:
    row = events[1, "first_reply_time", 1]
    assert verdict(row) == (True, False, False, 45)
    assert row["sla_breach_at"] is None
    assert (row["sla_policy_name"], row["target_minutes"], row["in_business_hours"]) == ("Gold", 60, False)


def test_a_late_reply_breaks_it_when_the_target_ran_out_and_a_bot_is_no_reply(events: dict) -> None:
    row = events[2, "first_reply_time", 1]
    assert verdict(row) == (False, True, False, 90)
    assert clock(row) == "01 11:00"
    assert (row["assignee_id"], row["group_id"]) == (f"zendesk:{AGENT}", "zendesk:7"), "whoever had it at the breach"


def test_a_breach_lies_in_the_stretch_in_which_the_target_ran_out(events: dict) -> None:
    row = events[3, "agent_work_time", 1]
    assert verdict(row) == (False, True, False, 180)
    assert clock(row) == "01 16:00"
    assert verdict(events[3, "requester_wait_time", 1]) == (True, False, False, 180), "pending is not waited for us"


def test_a_replaced_target_stops_and_is_not_reported_broken(events: dict) -> None:
    first, second = events[4, "requester_wait_time", 1], events[4, "requester_wait_time", 2]
    assert verdict(first) == (None, False, False, 30)
    assert first["is_replaced"] is True
    assert verdict(second) == (False, True, False, 540), "the clock counts from the creation all the same"
    assert clock(second) == "01 18:00"


def test_the_priority_is_the_one_in_force_then(events: dict) -> None:
    found = [events[4, "requester_wait_time", place]["priority_applied"] for place in (1, 2)]
    assert found == ["normal", "high"]


def test_business_minutes_run_out_in_business_hours(events: dict) -> None:
    row = events[5, "first_reply_time", 1]
    assert verdict(row) == (False, True, False, 60 + 150)
    assert clock(row) == "26 09:00", "ten o'clock in Berlin, an hour later in UTC than on Friday"


def test_a_running_promise_says_when_it_will_be_broken(events: dict) -> None:
    row = events[6, "first_reply_time", 1]
    assert verdict(row) == (None, False, True, 120)
    assert row["sla_breach_at"] == datetime(2026, 11, 2, 9, 0)


def test_a_resting_clock_has_no_moment_of_breach(events: dict) -> None:
    row = events[7, "agent_work_time", 1]
    assert verdict(row) == (None, False, True, 30)
    assert row["sla_breach_at"] is None


def test_every_wait_for_a_next_reply_is_a_promise_of_its_own(events: dict) -> None:
    first, second = events[8, "next_reply_time", 1], events[8, "next_reply_time", 2]
    assert verdict(first) == (False, True, False, 45)
    assert clock(first) == "01 12:30", "from the first of two questions"
    assert verdict(second) == (True, False, False, 10)


def test_a_target_taken_off_is_neither_kept_nor_broken(events: dict) -> None:
    assert verdict(events[9, "first_reply_time", 1]) == (None, False, False, 20)


def test_the_last_second_is_in_time(events: dict) -> None:
    assert verdict(events[10, "first_reply_time", 1]) == (True, False, False, 60)


def test_no_promise_is_broken_before_it_is_made(events: dict) -> None:
    row = events[11, "first_reply_time", 1]
    assert row["is_sla_breach"] is True
    assert clock(row) == "01 11:00"


def test_a_target_written_again_unchanged_is_one_promise(events: dict) -> None:
    assert (12, "requester_wait_time", 2) not in events
    assert verdict(events[12, "requester_wait_time", 1]) == (True, False, False, 30)


def test_time_while_solved_does_not_count_and_a_reopening_goes_on(events: dict) -> None:
    row = events[13, "resolution_time", 1]
    assert verdict(row) == (False, True, False, 120)
    assert clock(row) == "01 12:30"

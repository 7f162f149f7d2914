"""Calendars: one activity per meeting that took place and person outside the company."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import md5

import pytest


@pytest.fixture
def calendar(exported):
    return exported("calendar")


def person(email: str) -> str:
    return f"calendar:{md5(email.encode()).hexdigest()}"


ADA, CLEO = person("ada@mail.example"), person("cleo@mail.example")


def test_a_meeting_is_an_activity_of_each_guest_who_did_not_decline_but_of_no_colleague_and_no_room(calendar) -> None:
    columns = "occurred_at, activity_type, direction, outcome, owner_id"
    assert calendar.query(f"select {columns} from staging.stg_calendar__activities where contact_id <> '{CLEO}'") == [
        (datetime(2026, 9, 1, 8), "meeting", "outbound", "accepted", person("sales@shop.example"))
    ]


def test_a_series_meets_without_the_days_left_out_and_where_one_day_was_moved(calendar) -> None:
    series = f"select occurred_at from staging.stg_calendar__activities where contact_id = '{CLEO}' order by 1"
    found = [moment for (moment,) in calendar.query(series)]
    assert found[:4] == [
        datetime(2026, 9, 18, 8),
        datetime(2026, 10, 2, 13),
        datetime(2026, 10, 9, 8),
        datetime(2026, 10, 16, 8),
    ]
    # The clocks went back, the meeting did not move.
    assert datetime(2026, 10, 30, 9) in found


def test_a_calendar_is_believed_for_a_quarter_after_it_was_exported(calendar) -> None:
    newest = calendar.query("select max(occurred_at) from staging.stg_calendar__activities")[0][0]
    (load,) = calendar.loads
    assert newest == datetime(2026, 12, 25, 9)
    assert newest < load.loaded_at + timedelta(days=92)


def test_who_invites_from_outside_is_a_contact_and_the_meeting_comes_from_them(calendar) -> None:
    directions = (
        f"select distinct direction, owner_id from staging.stg_calendar__activities where contact_id = '{CLEO}'"
    )
    assert calendar.query(directions) == [("inbound", None)]
    assert calendar.rows("stg_calendar__contacts", "email, contact_id, full_name, created_at") == [
        ("ada@mail.example", ADA, "Ada Moreau", datetime(2026, 9, 1, 8)),
        ("bo@mail.example", person("bo@mail.example"), None, datetime(2026, 9, 1, 8)),
        ("cleo@mail.example", CLEO, None, datetime(2026, 9, 18, 8)),
    ]


def test_an_event_without_a_date_is_set_aside(calendar) -> None:
    (load,) = calendar.loads
    assert (load.rows_loaded, load.rows_quarantined) == (4, 1)


def test_ids_hold_no_address(calendar) -> None:
    ids = calendar.rows("stg_calendar__activities", "activity_id, contact_id, owner_id")
    assert not [one for row in ids for one in row if one and ("@" in one or "example" in one)]

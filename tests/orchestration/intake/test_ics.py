"""Calendars: every event with its moments in UTC, whatever zone, rule or product wrote it; nothing else is lost."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

ZONE = """BEGIN:VTIMEZONE
TZID:Headquarters
BEGIN:STANDARD
DTSTART:19701101T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700308T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
END:VTIMEZONE
"""


@pytest.fixture
def office(house):
    """A house whose table `events` is read from calendars; floating times are Berlin's."""
    house.declare(
        [
            {"name": "event_id", "required": True},
            {"name": "starts_at", "data_type": "timestamp", "required": True},
            {"name": "ends_at", "data_type": "timestamp"},
            {"name": "recurrence_id", "data_type": "timestamp"},
            {"name": "is_all_day", "data_type": "boolean"},
            {"name": "occurrences", "data_type": "json"},
            {"name": "organizer_email"},
            {"name": "attendees", "data_type": "json"},
            {"name": "summary", "header": "SUMMARY"},
        ],
        table="events",
        pattern="*.ics",
        format="ics",
        timezone="Europe/Berlin",
    )
    return house


def calendar(*parts: str) -> str:
    body = "".join(parts)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example//EN\n{body}END:VCALENDAR\n".replace("\n", "\r\n")


def event(*lines: str, uid: str | None = "e1") -> str:
    return "\n".join(["BEGIN:VEVENT", *([f"UID:{uid}"] if uid else []), *lines, "END:VEVENT", ""])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "moment"),
    [
        ("DTSTART:20260701T080000Z", "2026-07-01T08:00"),
        ("DTSTART;TZID=Europe/Berlin:20260701T100000", "2026-07-01T08:00"),
        ("DTSTART;TZID=W. Europe Standard Time:20260101T100000", "2026-01-01T09:00"),
        ("DTSTART;TZID=Headquarters:20260701T100000", "2026-07-01T14:00"),
        ("DTSTART;TZID=Headquarters:20260101T100000", "2026-01-01T15:00"),
        ("DTSTART:20260701T100000", "2026-07-01T08:00"),
        ("DTSTART;VALUE=DATE:20260701", "2026-06-30T22:00"),
    ],
    ids=["UTC", "IANA", "Windows", "defined, summer", "defined, winter", "floating", "a day"],
)
def test_a_start_is_one_moment_in_utc_whoever_names_the_zone(office, start: str, moment: str) -> None:
    office.take("team.ics", calendar(ZONE, event(start)))
    assert office.column("starts_at", "events") == [at(moment)]


def test_a_day_is_a_day_and_an_end_may_be_a_duration_or_in_another_zone(office) -> None:
    office.take(
        "team.ics",
        calendar(
            event("DTSTART;VALUE=DATE:20260701", "DTEND;VALUE=DATE:20260703", uid="days"),
            event("DTSTART:20260701T080000Z", "DURATION:PT90M", uid="long"),
            event("DTSTART:20260701T080000Z", "DTEND;TZID=Asia/Tokyo:20260701T180000", uid="flight"),
        ),
    )
    rows = {row["event_id"]: (row["is_all_day"], row["ends_at"]) for row in office.rows("events").iter_rows(named=True)}
    assert rows == {
        "days": (True, at("2026-07-02T22:00")),
        "long": (False, at("2026-07-01T09:30")),
        "flight": (False, at("2026-07-01T09:00")),
    }


@pytest.mark.parametrize(
    ("rule", "moments"),
    [
        ([], ["2026-03-27T09:00:00Z"]),
        (
            ["RRULE:FREQ=DAILY;COUNT=3"],
            ["2026-03-27T09:00:00Z", "2026-03-28T09:00:00Z", "2026-03-29T08:00:00Z"],
        ),
        (["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"], ["2026-03-27T09:00:00Z"]),
        (["RRULE:FREQ=WEEKLY;UNTIL=20260403"], ["2026-03-27T09:00:00Z", "2026-04-03T08:00:00Z"]),
        (["RRULE:FREQ=WEEKLY;UNTIL=20260403T080000Z"], ["2026-03-27T09:00:00Z", "2026-04-03T08:00:00Z"]),
        (
            ["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Europe/Berlin:20260328T100000"],
            ["2026-03-27T09:00:00Z", "2026-03-29T08:00:00Z"],
        ),
        (["RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20260328T090000Z"], ["2026-03-27T09:00:00Z"]),
        (
            ["RDATE:20260501T080000Z,20260501T080000Z", "RDATE;VALUE=PERIOD:20260502T080000Z/PT1H"],
            ["2026-03-27T09:00:00Z", "2026-05-01T08:00:00Z", "2026-05-02T08:00:00Z"],
        ),
    ],
    ids=[
        "once",
        "clocks go forward",
        "never again",
        "until a day",
        "until a moment",
        "but not then",
        "not then, in UTC",
        "dates",
    ],
)
def test_a_series_keeps_its_hour_when_the_clocks_change(office, rule: list[str], moments: list[str]) -> None:
    office.take("team.ics", calendar(event("DTSTART;TZID=Europe/Berlin:20260327T100000", *rule)))
    assert [json.loads(cell) for cell in office.column("occurrences", "events")] == [moments]


def test_a_rule_without_end_is_followed_for_thirty_years(office) -> None:
    office.take("team.ics", calendar(event("DTSTART:20200224T090000Z", "RRULE:FREQ=MONTHLY")))
    (found,) = [json.loads(cell) for cell in office.column("occurrences", "events")]
    assert (len(found), found[-1]) == (361, "2050-02-24T09:00:00Z")


def test_a_changed_occurrence_is_a_record_of_its_own(office) -> None:
    office.take(
        "team.ics",
        calendar(
            event("DTSTART;TZID=Europe/Berlin:20260601T100000", "RRULE:FREQ=DAILY;COUNT=2"),
            event("RECURRENCE-ID;TZID=Europe/Berlin:20260602T100000", "DTSTART;TZID=Europe/Berlin:20260602T150000"),
        ),
    )
    rows = office.rows("events").select("event_id", "recurrence_id", "starts_at").rows()
    assert rows == [
        ("e1", None, at("2026-06-01T08:00")),
        ("e1#2026-06-02T08:00:00Z", at("2026-06-02T08:00"), at("2026-06-02T13:00")),
    ]


def test_people_are_known_by_their_address_and_folded_lines_are_one(office) -> None:
    office.take(
        "team.ics",
        calendar(
            event(
                "DTSTART:20260701T080000Z",
                "SUMMARY:Review\\, with\n  everybody 🫖",
                "ORGANIZER;CN=Desk:MAILTO:Desk@Shop.example",
                'ATTENDEE;CN="Moreau, Ada";PARTSTAT=ACCEPTED:mailto:Ada@Mail.example',
                "ATTENDEE;CUTYPE=ROOM;CN=Big room:mailto:room@shop.example",
                "ATTENDEE;EMAIL=bo@mail.example:urn:uuid:7",
                "ATTENDEE;CN=Nobody:invalid:nomail",
            )
        ),
    )
    row = office.rows("events").row(0, named=True)
    assert (row["summary"], row["organizer_email"]) == ("Review, with everybody 🫖", "desk@shop.example")
    assert [(one["email"], one["name"], one["type"], one["status"]) for one in json.loads(row["attendees"])] == [
        ("ada@mail.example", "Moreau, Ada", "INDIVIDUAL", "ACCEPTED"),
        ("room@shop.example", "Big room", "ROOM", "NEEDS-ACTION"),
        ("bo@mail.example", None, "INDIVIDUAL", "NEEDS-ACTION"),
        (None, "Nobody", "INDIVIDUAL", "NEEDS-ACTION"),
    ]


def test_what_the_contract_does_not_declare_is_kept_beside_it_alarms_included(office) -> None:
    alarm = "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM"
    load = office.take(
        "team.ics", calendar(event("DTSTART:20260701T080000Z", "X-COLOR:red", "COMMENT:a", "COMMENT:b", alarm))
    )
    extra = json.loads(office.column("_extra", "events")[0])
    assert (extra["X-COLOR"], extra["COMMENT"], extra["UID"]) == ("red", "a\nb", "e1")
    assert "TRIGGER:-PT5M" in extra["VALARM"]
    assert "column 'X-COLOR' is not declared; it is kept in _extra" in load.warnings


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (event("SUMMARY:x"), "has no DTSTART"),
        (event("DTSTART:20260230T080000Z"), "DTSTART: "),
        (event("DTSTART:tomorrow"), "DTSTART: "),
        (event("DTSTART:20260701T080000Z", "RRULE:FREQ=SOMETIMES"), "RRULE: "),
        (event("DTSTART:20260701T080000Z", "RRULE:FREQ=DAILY;BYSETPOS=400"), "RRULE: "),
        (event("DTSTART:20260701T080000Z", "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"), "RRULE: recurs secondly"),
        (event("DTSTART:20260701T080000Z", "RRULE:FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2"), "RRULE: recurs daily by"),
        (event("DTSTART;TZID=Moon/Base:20260701T080000"), "names the time zone 'Moon/Base'"),
        (event("DTSTART:20260701T080000Z", "no colon here"), "a line: "),
        (event("DTSTART:20260701T080000Z", "DTSTART:20260702T080000Z"), "has DTSTART more than once"),
        (event("DTSTART:20260701T080000Z", uid=None), "event_id: is required but empty"),
        ("BEGIN:VEVENT\nUID:e2\nDTSTART:20260701T080000Z\n", "begins, but is never closed"),
        ("BEGIN:VEVENT\nUID:e2\nDTSTART:20260701T080000Z\nBEGIN:VALARM\nEND:VEVENT\n", "begins, but is never closed"),
        ("BEGIN:VTODO\nUID:t1\nEND:VTODO\n", "is a VTODO, not an event"),
    ],
)
def test_a_malformed_event_is_set_aside_with_its_text_and_its_neighbours_are_loaded(
    office, text: str, reason: str
) -> None:
    good = [event("DTSTART:20260701T080000Z", uid=name) for name in ("before", "after")]
    load = office.take("team.ics", calendar(good[0], text, good[1]))
    assert (load.rows_loaded, load.rows_quarantined) == (2, 1)
    (aside,) = office.quarantined("events")
    assert aside["reason"].startswith(reason), aside["reason"]
    assert aside["text"].replace("\r\n", "\n").strip("\r\n") == text.strip()
    assert office.column("event_id", "events") == ["before", "after"]


def test_bytes_of_another_encoding_set_aside_only_their_event(office) -> None:
    good = calendar(event("DTSTART:20260701T080000Z"))
    bad = good.replace("UID:e1", "UID:e2\r\nSUMMARY:Café").encode("latin-1")
    load = office.take("team.ics", good.encode() + bad)
    assert (load.rows_loaded, load.rows_quarantined) == (1, 1)
    assert office.quarantined("events")[0]["reason"] == "holds bytes that are not utf-8"


def test_a_file_that_is_no_calendar_is_refused_and_an_empty_calendar_is_not(office) -> None:
    assert office.take("page.ics", "<html>please sign in</html>\n").reason.startswith("is not an iCalendar file")
    assert office.take("quiet.ics", calendar()).rows_read == 0


def test_a_zone_that_another_file_defines_is_not_borrowed(office) -> None:
    office.take("a.ics", calendar(ZONE, event("DTSTART;TZID=Headquarters:20260701T100000")))
    load = office.take("b.ics", calendar(event("DTSTART;TZID=Headquarters:20260701T100000", uid="e9")))
    assert (load.rows_loaded, load.rows_quarantined) == (0, 1)

"""iCalendar (.ics): one record per VEVENT.

Headers in capitals are properties as they stand in the file (UID, SUMMARY, LAST-MODIFIED, X-…). Headers in small
letters are worked out here, so that a contract need not know the grammar:
    event_id        UID, and behind a # the occurrence that the record replaces, where it replaces one
    starts_at, ends_at, recurrence_id   moments in UTC; days that have no time begin at midnight of `timezone`
    is_all_day      whether the event has days and no times
    occurrences     JSON list of the moments at which it begins; one for an event that does not recur (ics_times)
    organizer_email, attendees          addresses; JSON list of {email, name, type, status}

Belongs here: from lines to components to cells. Stays out: time zones and recurrence (ics_times).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import polars as pl
from icalendar import Component, Event

from data_quality.contracts import SourceTable
from orchestration.intake.decoding import TextLines
from orchestration.intake.header import compare, kept_names
from orchestration.intake.load import Refused
from orchestration.intake.readers.batch import Batch, SetAside, set_aside_undecodable, text_schema
from orchestration.intake.readers.ics_times import EventTimes, NotAnEvent, Zones

_BEGIN = re.compile(r"BEGIN:([A-Z-]+)\s*$", re.IGNORECASE)
_END = re.compile(r"END:([A-Z-]+)\s*$", re.IGNORECASE)
_TIMES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_PEOPLE = ("ORGANIZER", "ATTENDEE")
UNCLOSED = "begins, but is never closed"


def read(lines: TextLines, table: SourceTable, warnings: list[str]) -> Iterator[Batch]:
    """Batches of events. Time zones are expected before the events that use them, as every product writes them.

    Set aside, with their text: events that cannot be parsed, have no start, name an unknown time zone or are never
    closed, and components that are no events (to-dos, journals). Raises Refused for a file without any component.
    """
    zones, components = Zones(table.ingest.timezone), _Components()
    rows_read, is_calendar = 0, False
    seen: dict[str, None] = {}
    for block in lines:
        texts = components.take(block)
        is_calendar = is_calendar or components.is_calendar or bool(texts)
        if texts:
            yield _batch(texts, rows_read + 1, lines, table, zones, seen)
            rows_read += _count(texts)
    if left := components.close():
        yield _batch(left, rows_read + 1, lines, table, zones, seen)
        rows_read += _count(left)
    if not is_calendar and not rows_read:
        raise Refused("is not an iCalendar file: nothing in it begins with BEGIN:")
    if seen:
        compare(list(seen), table, warnings)


class _Components:
    """Cuts lines into the components that lie directly in a calendar; what is nested in them stays inside."""

    def __init__(self) -> None:
        self.is_calendar = False
        self._open: list[str] = []
        self._lines: list[str] = []

    def take(self, block: list[str]) -> list[tuple[str, str, bool]]:
        """(name, text, whether it was closed) of the components that end in these lines."""
        found = []
        for line in block:
            begin, end = _BEGIN.match(line), _END.match(line)
            name = (begin or end)[1].upper() if begin or end else ""
            if name == "VCALENDAR":
                self.is_calendar = True
                found += self.close()
                continue
            # No event lies in another one: the first was never closed.
            if begin and self._open and name == self._open[0]:
                found += self.close()
            if begin:
                self._open.append(name)
            if self._open:
                self._lines.append(line)
            if end and self._open and name == self._open[-1]:
                self._open.pop()
                if not self._open:
                    found.append((name, "\n".join(self._lines), True))
                    self._lines = []
            elif end and name in self._open:
                found.append((self._open[0], "\n".join(self._lines), False))
                self._open, self._lines = [], []
        return found

    def close(self) -> list[tuple[str, str, bool]]:
        """What is still open, which nothing will close any more."""
        left = [(self._open[0], "\n".join(self._lines), False)] if self._open else []
        self._open, self._lines = [], []
        return left


def _count(components: list[tuple[str, str, bool]]) -> int:
    return sum(name != "VTIMEZONE" for name, _, _ in components)


def _batch(
    components: list[tuple[str, str, bool]],
    first_row: int,
    lines: TextLines,
    table: SourceTable,
    zones: Zones,
    seen: dict[str, None],
) -> Batch:
    for name, text, is_closed in components:
        if name == "VTIMEZONE" and is_closed:
            zones.define(text)
    records = [one for one in components if one[0] != "VTIMEZONE"]
    malformed = set_aside_undecodable([text for _, text, _ in records], first_row, lines)
    rows = []
    for at, (name, text, is_closed) in enumerate(records):
        if at in malformed:
            continue
        try:
            members = _members(name, text, is_closed, zones)
        except NotAnEvent as fault:
            malformed[at] = SetAside(first_row + at, str(fault), text)
            continue
        seen.update(dict.fromkeys(members))
        extra = {header: members[header] for header in kept_names(members, table)}
        cells = [members.get(column.header) for column in table.columns]
        kept = json.dumps(extra, ensure_ascii=False) if extra else None
        rows.append((first_row + at, text, *cells, kept))
    return Batch(pl.DataFrame(rows, schema=text_schema(table), orient="row"), list(malformed.values()))


def _members(name: str, text: str, is_closed: bool, zones: Zones) -> dict[str, str | None]:
    """Header → cell of one event. Raises NotAnEvent with the reason."""
    if name != "VEVENT":
        raise NotAnEvent(f"is a {name}, not an event")
    if not is_closed:
        raise NotAnEvent(UNCLOSED)
    try:
        event = Component.from_ical(text)
    # OSError: a zone is looked up as a file, whatever stands in its name.
    except (ValueError, LookupError, TypeError, AttributeError, OSError) as fault:
        raise NotAnEvent(f"cannot be parsed: {fault}") from fault
    if event.errors:
        raise NotAnEvent("; ".join(f"{where or 'a line'}: {reason}" for where, reason in event.errors))
    times = EventTimes(event, zones)
    uid = str(event.get("UID", "")).strip()
    return {
        **_properties(event),
        "event_id": (uid and times.recurrence_id and f"{uid}#{times.recurrence_id}") or uid or None,
        "starts_at": times.starts_at,
        "ends_at": times.ends_at,
        "recurrence_id": times.recurrence_id,
        "is_all_day": "true" if times.is_all_day else "false",
        "occurrences": json.dumps(times.occurrences()),
        "organizer_email": _address(event.get("ORGANIZER")),
        "attendees": json.dumps(_attendees(event), ensure_ascii=False),
    }


def _properties(event: Event) -> dict[str, str]:
    """Every other property as text; several of one name, and what is nested, one below the other."""
    found: dict[str, list[str]] = {}
    for name, value in event.items():
        if name not in (*_TIMES, *_PEOPLE):
            found[name] = [_text(one) for one in (value if isinstance(value, list) else [value])]
    for inner in event.subcomponents:
        found.setdefault(inner.name, []).append(inner.to_ical().decode())
    return {name: "\n".join(texts) for name, texts in found.items()}


def _text(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    moment = getattr(value, "dt", None)
    return moment.isoformat() if hasattr(moment, "isoformat") else value.to_ical().decode()


def _attendees(event: Event) -> list[dict[str, str | None]]:
    people = event.get("ATTENDEE", [])
    return [
        {
            "email": _address(one),
            "name": _parameter(one, "CN"),
            "type": (_parameter(one, "CUTYPE") or "INDIVIDUAL").upper(),
            "status": (_parameter(one, "PARTSTAT") or "NEEDS-ACTION").upper(),
        }
        for one in (people if isinstance(people, list) else [people])
    ]


def _address(person: object) -> str | None:
    """The address of `mailto:…`; products that keep it elsewhere put it into EMAIL."""
    if person is None:
        return None
    text = str(person).strip()
    address = text[len("mailto:") :] if text.lower().startswith("mailto:") else _parameter(person, "EMAIL") or text
    return address.strip().lower() if "@" in address else None


def _parameter(person: object, name: str) -> str | None:
    """A parameter of a person; the first one where a product wrote several."""
    value = person.params.get(name)
    return value[0] if isinstance(value, list) else value

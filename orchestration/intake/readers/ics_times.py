"""When an event happens: time zones, days without times, and recurrence.

Rules recur on the clock of the event's own zone (nine o'clock stays nine o'clock in summer), so they are worked out
there and then moved to UTC. No clock is read: a rule without an end goes on for YEARS, and staging cuts it to what
lies before the as-of date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrulestr
from icalendar import Component, Event
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

YEARS = 30
MOST_OCCURRENCES = 10_000
"""A rule is followed for 30 years and 10,000 occurrences (a daily one for 27 years): more than any series lasts."""
TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
OFTEN = ("DAILY", "WEEKLY")
DAYS_OF_LONGER_PERIODS = ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")
"""Rules that are too frequent, or frequent and for certain days of a longer period, are written by no product. An
invitation comes from anybody, and where no day fits such a rule (every 30 February) it takes minutes to find that out.
"""


class NotAnEvent(ValueError):
    """A component is not an event that can be read; the message is the reason."""


class Zones:
    """Time zones by the name that a file uses: IANA's, Windows's, or its own definitions."""

    def __init__(self, default: str) -> None:
        self.default = ZoneInfo(default)
        self._defined: dict[str, tzinfo] = {}

    def define(self, text: str) -> None:
        """Takes a VTIMEZONE into account. A name that IANA knows keeps IANA's meaning, which is complete."""
        try:
            zone = Component.from_ical(text)
            self._defined[str(zone["TZID"])] = zone.to_tz(lookup_tzid=False)
        except (ValueError, KeyError, IndexError, AttributeError):
            # Only an event that uses it is at fault, and says so.
            return

    def named(self, name: str) -> tzinfo:
        """Raises NotAnEvent for a name that nobody defines."""
        try:
            return ZoneInfo(WINDOWS_TO_OLSON.get(name, name))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            if name in self._defined:
                return self._defined[name]
        raise NotAnEvent(f"names the time zone {name!r}, which the file does not define")


class EventTimes:
    """The times of one VEVENT, as ISO 8601 in UTC. Raises NotAnEvent when it has no start or an impossible one."""

    def __init__(self, event: Event, zones: Zones) -> None:
        self._event, self._zones = event, zones
        start = self._only("DTSTART")
        if start is None:
            raise NotAnEvent("has no DTSTART")
        self.is_all_day = not isinstance(start.dt, datetime)
        self._zone = self._zone_of(start)
        self._start = self._local(start.dt, start)
        self.starts_at = self._utc(self._start)
        self.ends_at = self._end()
        replaced = self._only("RECURRENCE-ID")
        self.recurrence_id = self._utc(self._local(replaced.dt, replaced)) if replaced else None

    def occurrences(self) -> list[str]:
        """The moments at which it begins, in order, each once."""
        rules, more, less = (self._all(name) for name in ("RRULE", "RDATE", "EXDATE"))
        found = {self._start}
        try:
            for rule in rules:
                found.update(self._series(rule))
        except (ValueError, TypeError, OverflowError) as fault:
            raise NotAnEvent(f"RRULE: {fault}") from fault
        found = (found | self._moments(more)) - self._moments(less)
        return list(dict.fromkeys(self._utc(moment) for moment in sorted(found)))

    def _series(self, rule: object) -> Iterator[datetime]:
        """The occurrences of one rule. Its end is moved to the event's own clock; a day as an end is the whole day."""
        frequency = rule.get("FREQ", ["never"])[0]
        if frequency.upper() in TOO_OFTEN:
            raise ValueError(f"recurs {frequency.lower()}, which no meeting does")
        for part in DAYS_OF_LONGER_PERIODS:
            if frequency.upper() in OFTEN and part in rule:
                raise ValueError(f"recurs {frequency.lower()} by {part}, which no meeting does")
        last = self._start.replace(year=min(self._start.year + YEARS, 9999), day=min(self._start.day, 28))
        if "UNTIL" in rule:
            until = rule["UNTIL"][0]
            local = self._local(until)
            is_day = not isinstance(until, datetime)
            last = min(last, local.replace(hour=23, minute=59, second=59) if is_day else local)
        count = min(rule["COUNT"][0] if "COUNT" in rule else MOST_OCCURRENCES, MOST_OCCURRENCES)
        parts = [part for part in rule.to_ical().decode().split(";") if not part.startswith(("UNTIL=", "COUNT="))]
        # With an end, a rule that no day fits (30 February) comes to one.
        series = rrulestr(f"{';'.join(parts)};UNTIL={last:%Y%m%dT%H%M%S}", dtstart=self._start)
        return islice(series, max(count, 0))

    def _moments(self, properties: list) -> set[datetime]:
        """The moments of RDATE or EXDATE. A period says how long the occurrence takes, too."""
        return {
            self._local(value.dt[0] if isinstance(value.dt, tuple) else value.dt, one)
            for one in properties
            for value in one.dts
        }

    def _only(self, name: str) -> object | None:
        values = self._all(name)
        if len(values) > 1:
            raise NotAnEvent(f"has {name} more than once")
        return values[0] if values else None

    def _all(self, name: str) -> list:
        value = self._event.get(name, [])
        return value if isinstance(value, list) else [value]

    def _zone_of(self, start: object) -> tzinfo:
        if "TZID" in start.params:
            return self._zones.named(start.params["TZID"])
        is_utc = isinstance(start.dt, datetime) and start.dt.tzinfo is not None
        return UTC if is_utc else self._zones.default

    def _local(self, moment: date, written: object | None = None) -> datetime:
        """A date or time on the clock of the event's zone; the property it is `written` in may name another one."""
        if not isinstance(moment, datetime):
            if not isinstance(moment, date):
                raise NotAnEvent(f"has the time {moment} where a date belongs")
            return datetime(moment.year, moment.month, moment.day)
        if written is not None and "TZID" in written.params:
            moment = moment.replace(tzinfo=self._zones.named(written.params["TZID"]))
        if moment.tzinfo is None or moment.tzinfo is self._zone:
            return moment.replace(tzinfo=None)
        return moment.astimezone(self._zone).replace(tzinfo=None)

    def _utc(self, local: datetime) -> str:
        try:
            return local.replace(tzinfo=self._zone).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        except OverflowError as fault:
            raise NotAnEvent(f"begins at {local}, which UTC cannot express") from fault

    def _end(self) -> str | None:
        end, lasts = self._only("DTEND"), self._only("DURATION")
        if end is not None:
            return self._utc(self._local(end.dt, end))
        if lasts is not None:
            return self._utc(self._start + lasts.dt)
        return None

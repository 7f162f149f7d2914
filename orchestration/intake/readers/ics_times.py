"""When an event happens: time zones, days without times, and recurrence.

Rules recur on the clock of the event's own zone (nine o'clock stays nine o'clock in summer), so they are worked out
there and then moved to UTC. No clock is read: a rule without an end goes on for YEARS, and staging cuts it to what
lies before the as-of date.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rruleset, rrulestr
from icalendar import Component, Event
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

YEARS = 30
MOST_OCCURRENCES = 10_000
"""A rule is followed for 30 years and 10,000 occurrences (a daily one for 27 years): more than any series lasts."""


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
        if not rules and not more:
            return [self.starts_at]
        series = rruleset()
        series.rdate(self._start)
        try:
            for rule in rules:
                series.rrule(rrulestr(self._rule(rule), dtstart=self._start))
        except (ValueError, TypeError, OverflowError) as fault:
            raise NotAnEvent(f"RRULE: {fault}") from fault
        for moments, take in ((more, series.rdate), (less, series.exdate)):
            for one in moments:
                for value in one.dts:
                    # A period says how long the occurrence takes, too.
                    take(self._local(value.dt[0] if isinstance(value.dt, tuple) else value.dt, one))
        last = self._start.replace(year=min(self._start.year + YEARS, 9999), day=min(self._start.day, 28))
        found = [self._utc(moment) for moment in islice(series, MOST_OCCURRENCES) if moment <= last]
        return list(dict.fromkeys(found))

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

    def _rule(self, rule: object) -> str:
        """The rule with its end on the event's own clock; an end that is a day includes the whole day."""
        parts = []
        for part in rule.to_ical().decode().split(";"):
            if part.upper().startswith("UNTIL="):
                until = rule["UNTIL"][0]
                local = self._local(until)
                if not isinstance(until, datetime):
                    local = local.replace(hour=23, minute=59, second=59)
                part = f"UNTIL={local:%Y%m%dT%H%M%S}"
            parts.append(part)
        return ";".join(parts)

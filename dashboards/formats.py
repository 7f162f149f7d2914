"""How numbers, dates and spans are written, the same on every page.

Belongs here: one function per kind of quantity, text out. Stays out: Streamlit, SQL, and any choice of what to show.
`None` (and NaN) means "not known" and is never written as zero.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta

NOT_ENOUGH_HISTORY = "Not enough history"
_MARKDOWN = re.compile(r"([\\`*_\[\]()#!|<>$~:])")
SYMBOLS = {"USD": "$", "GBP": "£", "EUR": "€"}


def is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def count(value: float | None) -> str | None:
    """`1234` → `1,234`."""
    return None if is_missing(value) else f"{round(value):,}"


def percent(share: float | None, digits: int = 1) -> str | None:
    """A share in [0, 1]: `0.123` → `12.3%`. Only exactly 0 or 1 is written so; `0.9996` is `>99%`, not `100%`."""
    if is_missing(share):
        return None
    step = 10**-digits
    if 0 < share * 100 < step / 2:
        return f"<{step:g}%"
    if 100 - step / 2 <= share * 100 < 100:
        return f">{100 - step:g}%"
    return f"{share * 100:.{digits}f}%"


def money(amount: float | None, currency: str | None) -> str | None:
    """Whole units up to ten millions, then millions: `$1,234,567`, `$12.35M`; no symbol for an unknown currency."""
    if is_missing(amount):
        return None
    size = abs(float(amount))
    if size >= 1e10:
        text = f"{size / 1e9:,.2f}B"
    elif size >= 1e7:
        text = f"{size / 1e6:,.2f}M"
    elif size >= 100 or size == 0:
        text = f"{size:,.0f}"
    else:
        text = f"{size:,.2f}"
    sign = "-" if amount < 0 else ""
    prefix = SYMBOLS.get(currency, f"{currency} ") if currency else ""
    return f"{sign}{prefix}{text}"


def whole_money(amount: float, currency: str | None) -> str:
    """`$20`, for the ends of bins, which are whole."""
    return f"{SYMBOLS.get(currency, f'{currency} ') if currency else ''}{amount:,.0f}"


def money_pattern(currency: str | None) -> str:
    """The printf pattern of `money` for a table column."""
    prefix = SYMBOLS.get(currency, f"{currency} ") if currency else ""
    return f"{prefix}%,.0f"


def change(now: float | None, before: float | None) -> str | None:
    """Relative change, `+8.2%`; None where there is nothing to compare with."""
    if is_missing(now) or is_missing(before) or before == 0:
        return None
    return f"{(float(now) - float(before)) / abs(float(before)) * 100:+.1f}%"


def duration(minutes: float | None) -> str | None:
    """A span in its two largest units: `45 min`, `3 h 12 min`, `2 d 4 h`."""
    if is_missing(minutes):
        return None
    if minutes < 1:
        return "under 1 min"
    whole = round(minutes)
    days, hours, rest = whole // 1440, whole % 1440 // 60, whole % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def day(value: date | None) -> str | None:
    """`20 Nov 2026`."""
    return None if value is None else f"{value.day} {value:%b %Y}"


def moment(value: datetime | None) -> str | None:
    """`21 Nov 2026, 04:00 UTC`."""
    if value is None:
        return None
    value = in_utc(value)
    return f"{day(value)}, {value:%H:%M} UTC"


def age(span: timedelta) -> str:
    """How long ago, in the largest unit that says enough: `40 minutes`, `17 hours`, `12 days`."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "under a minute"
    if minutes < 120:
        return counted(minutes, "minute")
    return counted(minutes // 60, "hour") if minutes < 72 * 60 else counted(minutes // 1440, "day")


def interval(low: str | None, high: str | None) -> str | None:
    """Two formatted ends as `62% to 84%`."""
    return None if low is None or high is None else f"{low} to {high}"


def share_interval(low: float | None, high: float | None, digits: int = 0) -> str | None:
    """Two shares in [0, 1] as `62% to 84%`; None where one is unknown."""
    return interval(percent(low, digits), percent(high, digits))


def instant(text: object) -> datetime | None:
    """An ISO timestamp in UTC, or None where the text is no timestamp."""
    try:
        return in_utc(datetime.fromisoformat(str(text)))
    except ValueError:
        return None


def plain(text: object) -> str:
    """Text from data as plain words: a name may hold Markdown, and a picture in it would call a stranger's server."""
    return _MARKDOWN.sub(r"\\\1", str(text))


def in_utc(value: datetime) -> datetime:
    """Releases carry UTC; a timestamp without an offset is read as UTC."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def counted(number: int, unit: str) -> str:
    """`1 file`, `1,200 files`."""
    return f"{number:,} {unit}" + ("" if number == 1 else "s")

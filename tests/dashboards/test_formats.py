"""Numbers, dates and spans are written one way, and the unknown is never written as a number."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dashboards import formats


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (0, "USD", "$0"),
        (12.345, "USD", "$12.35"),
        (1234.5, "GBP", "£1,234"),
        (-1234.5, "USD", "-$1,234"),
        (9_999_999, "USD", "$9,999,999"),
        (12_345_678, "EUR", "€12.35M"),
        (23_456_000_000, "USD", "$23.46B"),
        (500, "SEK", "SEK 500"),
        (500, None, "500"),
        (None, "USD", None),
        (float("nan"), "USD", None),
    ],
)
def test_money(amount, currency, text) -> None:
    assert formats.money(amount, currency) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0.4, "under 1 min"),
        (45, "45 min"),
        (59.7, "1 h 0 min"),
        (192, "3 h 12 min"),
        (3120, "2 d 4 h"),
        (None, None),
        (float("nan"), None),
    ],
)
def test_duration(minutes, text) -> None:
    assert formats.duration(minutes) == text


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [(110, 100, "+10.0%"), (90, 100, "-10.0%"), (5, -10, "+150.0%"), (5, 0, None), (None, 5, None), (5, None, None)],
)
def test_change(now, before, text) -> None:
    assert formats.change(now, before) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=-5), "under a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(days=3), "3 days"),
        (timedelta(days=10_000), "10,000 days"),
    ],
)
def test_age(span, text) -> None:
    assert formats.age(span) == text


def test_percent_count_day_and_moment() -> None:
    assert formats.percent(0.1234) == "12.3%"
    assert formats.percent(None) is None
    assert formats.percent(0.9996, 0) == ">99%"
    assert formats.percent(0.0004, 0) == "<1%"
    assert formats.percent(0.9999) == ">99.9%"
    assert (formats.percent(0, 0), formats.percent(1, 0)) == ("0%", "100%")
    assert formats.count(1234.4) == "1,234"
    assert formats.count(float("nan")) is None
    assert formats.day(date(2026, 1, 5)) == "5 Jan 2026"
    assert formats.moment(datetime(2026, 1, 5, 4, 0)) == "5 Jan 2026, 04:00 UTC"
    assert formats.moment(datetime.fromisoformat("2026-01-05T23:30:00-05:00")) == "6 Jan 2026, 04:30 UTC"
    assert formats.in_utc(datetime(2026, 1, 5, 4, 0)).tzinfo is UTC

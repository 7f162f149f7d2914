"""Types: what is accepted as it is, and what is set aside rather than changed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from data_quality.contracts import ContractError


@pytest.mark.parametrize(
    ("text", "value"),
    [("17850", 17850), ("-3", -3), ("+4", 4), (" 007 ", 7), ("9223372036854775807", 2**63 - 1), ("", None)],
)
def test_whole_numbers(cast_one, text: str, value: int | None) -> None:
    assert cast_one(text, "bigint") == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("3.0", "'3.0' is not a bigint"),
        ("1e3", "'1e3' is not a bigint"),
        ("1,000", "'1,000' is not a bigint"),
        ("١٢", "'١٢' is not a bigint"),
        ("9223372036854775808", "'9223372036854775808' is too large for a bigint"),
        ("x" * 100, "'" + "x" * 80 + "…' is not a bigint"),
    ],
)
def test_what_is_no_whole_number_is_set_aside(cast_one, text: str, reason: str) -> None:
    assert cast_one(text, "bigint") == f"row quarantined: value: {reason}"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11.77", "11.7700"),
        ("0.001", "0.0010"),
        ("-0.5000000", "-0.5000"),
        (".25", "0.2500"),
        ("7.", "7.0000"),
        ("00000000000000000000012", "12.0000"),
        ("99999999999999.9999", "99999999999999.9999"),
    ],
)
def test_money_is_exact(cast_one, text: str, value: str) -> None:
    assert cast_one(text, "decimal(18,4)") == Decimal(value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1.00005", "has more than 4 decimals"),
        ("9.9500000000000002", "has more than 4 decimals"),
        ("100000000000000", "is too large for a decimal(18,4)"),
        ("1,234.50", "is not a decimal(18,4)"),
        ("$5", "is not a decimal(18,4)"),
        ("1e3", "is not a decimal(18,4)"),
        (".", "is not a decimal(18,4)"),
        ("-", "is not a decimal(18,4)"),
    ],
)
def test_money_that_would_change_is_set_aside(cast_one, text: str, reason: str) -> None:
    assert cast_one(text, "decimal(18,4)") == f"row quarantined: value: {text!r} {reason}"


@pytest.mark.parametrize(("text", "value"), [("1.5", 1.5), ("-2e-3", -0.002), (".5", 0.5), ("3", 3.0)])
def test_doubles(cast_one, text: str, value: float) -> None:
    assert cast_one(text, "double") == value


@pytest.mark.parametrize("text", ["nan", "inf", "0x1F", "1_000", "one"])
def test_words_are_no_doubles(cast_one, text: str) -> None:
    assert cast_one(text, "double") == f"row quarantined: value: {text!r} is not a double"


def test_a_double_without_a_value_in_range_is_set_aside(cast_one) -> None:
    assert cast_one("1e999", "double") == "row quarantined: value: '1e999' is too large for a double"


@pytest.mark.parametrize(("words", "value"), [("true Yes 1 T", True), ("FALSE no 0 f", False)])
def test_booleans(cast_one, words: str, value: bool) -> None:
    assert [cast_one(word, "boolean") for word in words.split()] == [value] * 4


def test_another_word_is_no_boolean(cast_one) -> None:
    assert cast_one("on", "boolean") == "row quarantined: value: 'on' is not a boolean"


def test_json_stays_the_text_it_is_and_must_be_json(cast_one) -> None:
    assert cast_one('{"a": 1.10, "b": [12345678901234567890]}', "json") == '{"a": 1.10, "b": [12345678901234567890]}'
    assert cast_one("{a: 1}", "json") == "row quarantined: value: '{a: 1}' is not JSON"
    assert cast_one("NaN", "json") == "row quarantined: value: 'NaN' is not JSON"
    assert cast_one("[" * 100_000, "json").endswith("is not JSON")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-01-02", datetime(2026, 1, 2)),
        ("2026-01-02 03:04", datetime(2026, 1, 2, 3, 4)),
        ("2026-01-02T03:04:05", datetime(2026, 1, 2, 3, 4, 5)),
        ("2026-01-02T03:04:05.25Z", datetime(2026, 1, 2, 3, 4, 5, 250_000)),
        ("2026-01-02 03:04:05.123456000", datetime(2026, 1, 2, 3, 4, 5, 123_456)),
        ("2026-01-02 03:04:05 UTC", datetime(2026, 1, 2, 3, 4, 5)),
        ("2026-01-02 23:04:05 -0500", datetime(2026, 1, 3, 4, 4, 5)),
        ("2026-01-02T03:04:05+05:30", datetime(2026, 1, 1, 21, 34, 5)),
        ("2024-02-29 00:00", datetime(2024, 2, 29)),
    ],
)
def test_iso_moments_become_utc(cast_one, text: str, value: datetime) -> None:
    assert cast_one(text, "timestamp") == value


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29",
        "2026-13-01",
        "2026-1-2",
        "2026-01-02 24:00",
        "2026-01-02 03:60",
        "2026-01-02 03:04:60",
        "0000-01-01",
        "20260102",
        "02/01/2026",
        "2026-01-02 03:04 CET",
        "2026-01-02 03:04+99:00",
        "1767323045",
    ],
)
def test_what_is_no_moment_is_set_aside(cast_one, text: str) -> None:
    assert cast_one(text, "timestamp") == f"row quarantined: value: {text!r} is not a timestamp"


def test_a_moment_finer_than_a_microsecond_is_set_aside_not_rounded(cast_one) -> None:
    text = "2026-01-02 03:04:05.1234567"
    assert cast_one(text, "timestamp") == f"row quarantined: value: {text!r} is finer than a microsecond"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2010-12-01 08:26", datetime(2010, 12, 1, 8, 26)),
        ("2011-07-01 08:26", datetime(2011, 7, 1, 7, 26)),
        ("2011-10-30 01:30", datetime(2011, 10, 30, 0, 30)),
        ("2011-07-01 08:26 -0500", datetime(2011, 7, 1, 13, 26)),
        ("2011-03-27 01:30", "row quarantined: value: '2011-03-27 01:30' does not exist in Europe/London"),
    ],
)
def test_local_time_becomes_utc(cast_one, text: str, value: object) -> None:
    assert cast_one(text, "timestamp", timezone="Europe/London") == value


@pytest.mark.parametrize(
    ("text", "date_format", "value"),
    [
        ("29/2/2016 1:16", "%d/%m/%Y %H:%M", datetime(2016, 2, 29, 1, 16)),
        ("Mar 5, 2016 12:30 am", "%b %d, %Y %I:%M %p", datetime(2016, 3, 5, 0, 30)),
        ("5 MARCH 2016 12:30 PM", "%d %B %Y %I:%M %p", datetime(2016, 3, 5, 12, 30)),
        ("05.03.16", "%d.%m.%y", datetime(2016, 3, 5)),
        ("05.03.69", "%d.%m.%y", datetime(1969, 3, 5)),
        ("20160305T010203.5+0100", "%Y%m%dT%H%M%S.%f%z", datetime(2016, 3, 5, 0, 2, 3, 500_000)),
        ("Sat Mar 05 2016", "%a %b %d %Y", datetime(2016, 3, 5)),
        ("2016-03-05", "%Y-%m-%d[ %H:%M[:%S]]", datetime(2016, 3, 5)),
        ("2016-03-05 13:02", "%Y-%m-%d[ %H:%M[:%S]]", datetime(2016, 3, 5, 13, 2)),
        ("2016-03-05 13:02:03", "%Y/%m/%d | %Y-%m-%d[ %H:%M[:%S]]", datetime(2016, 3, 5, 13, 2, 3)),
        ("2016/3/5", "%Y/%m/%d | %Y-%m-%d[ %H:%M[:%S]]", datetime(2016, 3, 5)),
    ],
)
def test_formats_are_read_as_strptime_reads_them(cast_one, text: str, date_format: str, value: datetime) -> None:
    assert cast_one(text, "timestamp", format=date_format) == value


@pytest.mark.parametrize("text", ["2016/3/5 13:02", "2016-03-05 13", "2016-03/05", "05-03-2016"])
def test_what_follows_no_spelling_of_its_format_is_set_aside(cast_one, text: str) -> None:
    said = cast_one(text, "timestamp", format="%Y/%m/%d | %Y-%m-%d[ %H:%M]")
    assert said == f"row quarantined: value: {text!r} is not a timestamp like %Y/%m/%d | %Y-%m-%d[ %H:%M]"


@pytest.mark.parametrize("text", ["31/6/2016 1:16", "5/3/16 1:02", "2016-03-05 01:02", "5/3/2016"])
def test_what_does_not_follow_its_format_is_set_aside(cast_one, text: str) -> None:
    said = cast_one(text, "timestamp", format="%d/%m/%Y %H:%M")
    assert said == f"row quarantined: value: {text!r} is not a timestamp like %d/%m/%Y %H:%M"


def test_dates(cast_one) -> None:
    assert cast_one("1997-01-01", "date") == date(1997, 1, 1)
    assert cast_one("19970101", "date", format="%Y%m%d") == date(1997, 1, 1)
    assert cast_one("1997-01-01 00:00:00", "date") == date(1997, 1, 1)
    assert cast_one("1997-01-01 10:00", "date").endswith("has a time of day")
    assert cast_one("1997-02-29", "date") == "row quarantined: value: '1997-02-29' is not a date"


@pytest.mark.parametrize(
    ("date_format", "reason"),
    [
        ("%Y-%W", "uses %W, which intake cannot read"),
        ("%H:%M", "does not name year, month and day"),
        ("%Y-%m-%d %Y", "names a part of the date twice"),
        ("%Y-%m-%d %I", "needs %I and %p together"),
        ("%Y-%m-%d[ %H:%M", "has unbalanced brackets"),
        ("%d/%m/%Y | %m/%d/%Y", "has spellings that write year, month and day in different ways"),
    ],
)
def test_a_format_that_cannot_be_read_stops_before_anything_is_touched(house, date_format: str, reason: str) -> None:
    house.declare([{"name": "day", "data_type": "date", "format": date_format}])
    with pytest.raises(ContractError, match=f"shop.orders.day: format .* {reason}"):
        house.run()
    assert not (house.home / "raw").exists()

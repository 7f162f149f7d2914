"""Text → dates and moments, a whole column at a time.

Belongs here: the calendar, offsets and time zones.
Stays out: what a format looks like (date_formats), nulls and quarantine (casting). polars' own parser is not used: it
reads `5/3/16` under `%Y` as the year 16, and skips leading blanks.
"""

from __future__ import annotations

import re

import polars as pl

from orchestration.intake.date_formats import MONTHS, patterns_of

TOO_FINE = "is finer than a microsecond"
HAS_TIME = "has a time of day"


def read_moments(cells: pl.LazyFrame, date_format: str | None, timezone: str) -> pl.LazyFrame:
    """From column `text`: `value`, the moment in naive UTC, and `reason`, why a text is none (else null).

    Text without an offset is local time in `timezone`: of an hour that comes twice the earlier is meant, an hour that
    the clocks skip is a fault.
    """
    utc = pl.col("local")
    if timezone != "UTC":
        zoned = utc.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
        utc = zoned.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    shifted = pl.col("local") - pl.duration(minutes=pl.col("offset"))
    moment = pl.when(pl.col("offset").is_null()).then(utc).otherwise(shifted)
    is_lost = pl.col("local").is_not_null() & pl.col("value").is_null()
    return (
        _written(cells, date_format, "timestamp")
        .with_columns(value=moment)
        .with_columns(value=pl.when(pl.col("value").dt.year().is_between(1, 9999)).then("value"))
        .with_columns(reason=pl.when(is_lost).then(pl.lit(f"does not exist in {timezone}")).otherwise("reason"))
    )


def read_dates(cells: pl.LazyFrame, date_format: str | None) -> pl.LazyFrame:
    """From column `text`: `value`, the date, and `reason`, why a text is none (else null).

    A time of day other than midnight is a fault; it is not cut off.
    """
    is_timed = (pl.col("local").dt.time() != pl.time(0, 0)) | pl.col("offset").is_not_null()
    return (
        _written(cells, date_format, "date")
        .with_columns(value=pl.col("local").dt.date())
        .with_columns(reason=pl.when(pl.col("reason").is_null() & is_timed).then(pl.lit(HAS_TIME)).otherwise("reason"))
    )


def _written(cells: pl.LazyFrame, date_format: str | None, kind: str) -> pl.LazyFrame:
    """Adds `local`, the time as written; `offset`, in minutes (null: none written); `reason`, why it is no time."""
    patterns = patterns_of(date_format)
    like = f" like {date_format}" if date_format else ""
    is_day = (
        (pl.col("year") >= 1)
        & pl.col("month").is_between(1, 12)
        & pl.col("day").is_between(1, pl.col("month_length"))
        & (pl.col("hour") < 24)
        & (pl.col("minute") < 60)
        & (pl.col("second") < 60)
    )
    is_leap = (pl.col("year") % 4 == 0) & ((pl.col("year") % 100 != 0) | (pl.col("year") % 400 == 0))
    month_length = (
        pl.when(pl.col("month").is_in([4, 6, 9, 11])).then(30).when(pl.col("month") != 2).then(31)
        .when(is_leap).then(29).otherwise(28)
    )  # fmt: skip
    return (
        cells.with_columns(_groups(patterns))
        .with_columns(**_parts(list({part: None for pattern in patterns for part in re.compile(pattern).groupindex})))
        .with_columns(month_length=month_length)
        .with_columns(is_moment=is_day.fill_null(False))
        # polars raises on impossible parts, so they are blanked first.
        .with_columns(day=pl.when(pl.col("is_moment") & ~pl.col("is_fine")).then("day"))
        .with_columns(
            local=pl.datetime(
                "year", pl.when("is_moment").then("month"), "day", "hour", "minute", "second", "microsecond"
            ),
            reason=pl.when(pl.col("text").is_null() | pl.col("day").is_not_null())
            .then(pl.lit(None, dtype=pl.String))
            .when("is_moment")
            .then(pl.lit(TOO_FINE))
            .otherwise(pl.lit(f"is not a {kind}{like}")),
        )
    )


def _groups(patterns: list[str]) -> list[pl.Expr]:
    """The groups of the first pattern that a text follows, each in a column of its name."""
    text = pl.col("text")
    if len(patterns) == 1:
        return [text.str.extract_groups(patterns[0]).struct.unnest()]
    found: dict[str, list[pl.Expr]] = {}
    for pattern in patterns:
        for part, number in re.compile(pattern).groupindex.items():
            found.setdefault(part, []).append(text.str.extract(pattern, number))
    return [pl.coalesce(groups).alias(part) for part, groups in found.items()]


def _parts(names: list[str]) -> dict[str, pl.Expr]:
    """The parts of a time from the groups of its format; all null where the text did not match."""

    def number(name: str) -> pl.Expr:
        return pl.col(name).cast(pl.Int32).fill_null(0) if name in names else pl.lit(0, dtype=pl.Int32)

    century = pl.when(number("y") < 69).then(2000).otherwise(1900)  # as POSIX and Python have it
    year = number("Y") if "Y" in names else number("y") + century
    is_afternoon = pl.col("p").str.to_lowercase() == "pm"
    hour = number("I") % 12 + pl.when(is_afternoon).then(12).otherwise(0) if "I" in names else number("H")
    fraction = pl.col("f").fill_null("") if "f" in names else pl.lit("")
    return {
        "year": pl.when(pl.col(names[0]).is_not_null()).then(year),
        "month": number("m") if "m" in names else _month_named(pl.col("B" if "B" in names else "b")),
        "day": number("d"),
        "hour": hour,
        "minute": number("M"),
        "second": number("S"),
        "microsecond": fraction.str.slice(0, 6).str.pad_end(6, "0").cast(pl.Int32),
        "is_fine": fraction.str.slice(6).str.strip_chars("0") != "",
        "offset": _offset(pl.col("z")) if "z" in names else pl.lit(None, dtype=pl.Int32),
    }


def _offset(zone: pl.Expr) -> pl.Expr:
    """Minutes east of Greenwich of `Z`, `UTC`, `+0530`, `-05:00`."""
    hours = zone.str.extract(r"^[+-]([0-9]{2})").cast(pl.Int32).fill_null(0)
    minutes = zone.str.extract(r"([0-9]{2})$").cast(pl.Int32).fill_null(0)
    east = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    return pl.when(zone.is_not_null()).then(east * (hours * 60 + minutes))


def _month_named(name: pl.Expr) -> pl.Expr:
    short = [month[:3] for month in MONTHS]
    number = name.str.to_lowercase().str.slice(0, 3).replace_strict(short, list(range(1, 13)), default=0)
    return number.cast(pl.Int32).fill_null(0)

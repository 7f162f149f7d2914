"""Text → dates and moments, whole columns at a time.

Belongs here: the calendar, offsets and time zones. Stays out: what a format looks like (date_formats), nulls and quarantine (casting). polars' own parser is not used: it reads `5/3/16` under `%Y` as the year 16
and skips leading blanks.
"""

from __future__ import annotations

import polars as pl

from orchestration.intake.date_formats import MONTHS, pattern_of

NOT_ONE = "is not a {}"
TOO_FINE = "is finer than a microsecond"
NOT_IN_ZONE = "does not exist in {}"
HAS_TIME = "has a time of day"


def read_moments(text: pl.Series, date_format: str | None, timezone: str) -> tuple[pl.Series, pl.Series]:
    """Moments in naive UTC, and the reason (or null) why a text is none. Null text gives null and no reason.

    Text without an offset is local time in `timezone`: an hour that comes twice is the earlier one, an hour that
    the clocks skip is a fault.
    """
    local, offset, reason = _parts(text, date_format, "timestamp")
    if timezone == "UTC":
        utc = local
    else:
        zoned = local.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
        utc = zoned.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    frame = pl.DataFrame({"local": local, "utc": utc, "offset": offset, "reason": reason})
    shifted = pl.col("local") - pl.duration(minutes=pl.col("offset"))
    moment = pl.when(pl.col("offset").is_null()).then(pl.col("utc")).otherwise(shifted)
    frame = frame.with_columns(moment=pl.when(moment.dt.year().is_between(1, 9999)).then(moment))
    lost = pl.col("moment").is_null() & pl.col("local").is_not_null() & pl.col("reason").is_null()
    frame = frame.with_columns(
        reason=pl.when(lost).then(pl.lit(NOT_IN_ZONE.format(timezone))).otherwise(pl.col("reason"))
    )
    return frame["moment"], frame["reason"]


def read_dates(text: pl.Series, date_format: str | None) -> tuple[pl.Series, pl.Series]:
    """Dates, and the reason (or null) why a text is none. A time of day other than midnight is a fault, not cut off."""
    local, offset, reason = _parts(text, date_format, "date")
    frame = pl.DataFrame({"local": local, "date": local.dt.date(), "offset": offset, "reason": reason})
    timed = (pl.col("local") != pl.col("date").cast(pl.Datetime("us"))) | pl.col("offset").is_not_null()
    frame = frame.with_columns(reason=pl.when(timed).then(pl.lit(HAS_TIME)).otherwise(pl.col("reason")))
    return frame["date"], frame["reason"]


def _parts(text: pl.Series, date_format: str | None, kind: str) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Local time as written, its offset in minutes (null: none written), and the reason why it is none."""
    pattern = pattern_of(date_format)
    groups = text.str.extract_groups(pattern).struct.unnest()
    here = set(groups.columns)

    def number(name: str, otherwise: int = 0) -> pl.Expr:
        return pl.col(name).cast(pl.Int32).fill_null(otherwise) if name in here else pl.lit(otherwise, pl.Int32)

    year = number("Y") if "Y" in here else number("y") + pl.when(number("y") < 69).then(2000).otherwise(1900)
    hour = number("H")
    if "I" in here:
        hour = (
            number("I") % 12 + (pl.col("p").str.to_lowercase() == "pm").cast(pl.Int32) * 12
            if "p" in here
            else number("I")
        )
    fraction = pl.col("f").fill_null("") if "f" in here else pl.lit("")
    sign = pl.when(pl.col("z").str.starts_with("-")).then(-1).otherwise(1) if "z" in here else None
    minutes = pl.col("z").str.extract(r"([0-9]{2})$").cast(pl.Int32).fill_null(0) if "z" in here else None
    hours = pl.col("z").str.extract(r"^[+-]([0-9]{2})").cast(pl.Int32).fill_null(0) if "z" in here else None
    is_read = pl.col(groups.columns[0]).is_not_null()
    parts = groups.select(
        is_read=is_read,
        year=year,
        month=_month(here, number),
        day=number("d"),
        hour=hour,
        minute=number("M"),
        second=number("S"),
        microsecond=fraction.str.slice(0, 6).str.pad_end(6, "0").cast(pl.Int32),
        is_fine=fraction.str.slice(6).str.strip_chars("0") != "",
        offset=pl.when(pl.col("z").is_not_null()).then(sign * (hours * 60 + minutes))
        if "z" in here
        else pl.lit(None, pl.Int32),
    )
    leap = (pl.col("year") % 4 == 0) & ((pl.col("year") % 100 != 0) | (pl.col("year") % 400 == 0))
    longest = (
        pl.when(pl.col("month").is_in([4, 6, 9, 11])).then(30)
        .when(pl.col("month") != 2).then(31)
        .when(leap).then(29)
        .otherwise(28)
    )  # fmt: skip
    is_moment = (
        pl.col("is_read")
        & pl.col("year").is_between(1, 9999)
        & pl.col("month").is_between(1, 12)
        & pl.col("day").is_between(1, longest)
        & (pl.col("hour") < 24)
        & (pl.col("minute") < 60)
        & (pl.col("second") < 60)
    )
    # polars raises on impossible parts, so they are blanked first.
    parts = parts.with_columns(text=text, day=pl.when(is_moment & ~pl.col("is_fine")).then(pl.col("day")))
    parts = parts.with_columns(
        local=pl.datetime("year", "month", "day", "hour", "minute", "second", "microsecond"),
        reason=pl.when(pl.col("text").is_null() | pl.col("day").is_not_null())
        .then(None)
        .when(is_moment.fill_null(False) & pl.col("is_fine"))
        .then(pl.lit(TOO_FINE))
        .otherwise(pl.lit(NOT_ONE.format(kind))),
    )
    return parts["local"], parts["offset"], parts["reason"]


def _month(here: set[str], number) -> pl.Expr:
    if "m" in here:
        return number("m")
    name = pl.col("B" if "B" in here else "b").str.to_lowercase().str.slice(0, 3)
    return name.replace_strict([month[:3] for month in MONTHS], range(1, 13), default=0, return_dtype=pl.Int32)

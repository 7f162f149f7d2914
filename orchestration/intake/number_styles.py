"""Numbers as people and spreadsheets write them → plain digits: `-1.234,50 €`, `(1,234.50)`, `1'234.50`.

Only the marks that the contract declares are understood, and only where they leave no doubt: under `thousands: "."`
1.5 is no number, for nobody can say whether 15 or one and a half was meant.
Stays out: sizes and types (casting).
"""

from __future__ import annotations

import re

import polars as pl

from data_quality.columns import Column

# Spreadsheets group with blanks that do not break, and write apostrophes either way.
_LOOKALIKES = {" ": "[ \u00a0\u2009\u202f]", "'": "['\u2019]"}
_SIGN = "[+\\-\u2212]"


def is_plain(column: Column) -> bool:
    """Whether numbers of this column are written in plain digits, with a point at most."""
    return column.decimal == "." and column.thousands is None and not column.unit


def plain_numbers(cells: pl.LazyFrame, column: Column) -> pl.LazyFrame:
    """Column `text` in plain digits; null where it is not written as declared, with the `fault` that says so."""
    last = pl.col("last").fill_null("")
    signs = pl.concat_str(pl.col("before").fill_null(""), pl.col("after").fill_null(""), last)
    is_bracketed = pl.col("opening").is_not_null() & pl.col("closing").is_not_null()
    is_half = pl.col("opening").is_not_null() != pl.col("closing").is_not_null()
    whole = pl.col("whole").str.replace_all("[^0-9]", "")
    is_number = (
        pl.col("whole").is_not_null()
        & ((whole != "") | (pl.col("fraction").fill_null("") != ""))
        & ((signs.str.len_chars() + is_bracketed.cast(pl.UInt32)) <= 1)
        & ~is_half
    )
    is_negative = is_bracketed | signs.str.contains("[\\-\u2212]")
    point = pl.when(pl.col("fraction").is_not_null()).then(pl.lit(".")).otherwise(pl.lit(""))
    sign = pl.when(is_negative).then(pl.lit("-")).otherwise(pl.lit(""))
    plain = pl.concat_str(sign, whole, point, pl.col("fraction").fill_null(""))
    fault = pl.when(pl.col("text").is_not_null() & ~is_number.fill_null(False)).then(pl.lit(f"is not {like(column)}"))
    return (
        cells.with_columns(pl.col("text").str.extract_groups(_pattern(column)).struct.unnest())
        .with_columns(fault=fault, plain=pl.when(is_number).then(plain))
        .select(text="plain", fault="fault")
    )


def like(column: Column) -> str:
    """What the numbers of a column look like, for a sentence."""
    thousands = column.thousands or ""
    unit = f" {column.unit[0]}" if column.unit else ""
    whole_only = column.data_type == "bigint"
    return f"a number like 1{thousands}234" + ("" if whole_only else f"{column.decimal}5") + unit


def _pattern(column: Column) -> str:
    whole = "[0-9]*"
    if column.thousands:
        mark = _LOOKALIKES.get(column.thousands, re.escape(column.thousands))
        whole = f"[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+|[0-9]*"
        if column.thousands == ",":
            whole = f"[0-9]{{1,2}}(?:,[0-9]{{2}})+,[0-9]{{3}}|{whole}"  # 12,34,567: lakhs and crores
    unit = "|".join(map(re.escape, column.unit))
    unit = rf"\s*(?:{unit})?\s*" if unit else ""
    return (
        rf"^(?P<opening>\()?(?P<before>{_SIGN})?{unit}(?P<after>{_SIGN})?(?P<whole>{whole})"
        rf"(?:{re.escape(column.decimal)}(?P<fraction>[0-9]*))?(?P<last>-)?{unit}(?P<closing>\))?$"
    )

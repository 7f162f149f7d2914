"""What a column of a sample is: its type as intake would read it, its empty words, whether it is personal.

A type is accepted only when intake itself reads every cell of the sample as that type.
Stays out: what a column means to the business (entities).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from data_quality.contracts import Column, Ingest, SourceTable
from orchestration.drafting.sample import snake_case
from orchestration.intake.casting import cast

EMPTY_WORDS = ("?", "-", "--", "n/a", "N/A", "NA", "#N/A", "null", "NULL", "None", "none", "nan", "NaN", "\\N")
DAYS = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d-%m-%Y", "%d %b %Y", "%b %d, %Y")
TIMES = (" %H:%M", " %H:%M:%S", " %I:%M %p")
# Digits that are names: arithmetic on them has no meaning, and their leading noughts have.
NAME_OF_AN_ID = re.compile(r"(^|_)(id|ids|key|code|zip|postcode|postal|phone|mobile|fax|sku|number|no|ref|prefix)(_|$)")
NAME_OF_A_PERSON = re.compile(
    r"(^|_)(e_?mail|phone|mobile|fax|street|address\d*|zip|postcode|postal|birth|birthday|dob|"
    r"(first|last|full|sur|family|given|contact|customer|billing|shipping|middle)_?name)(_|$)"
)
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


@dataclass(frozen=True)
class ColumnDraft:
    """A guessed column: `name` in raw, `header` in the file; `note` is what a person should decide, "" if nothing."""

    name: str
    header: str
    data_type: str
    date_format: str | None
    empty_words: tuple[str, ...]
    is_pii: bool
    is_required: bool
    values: tuple[str, ...]
    note: str = ""


def draft_column(header: str, cells: pl.Series) -> ColumnDraft:
    """`cells` is text, "" where empty. `values` keeps the distinct texts where there are at most 20."""
    name = snake_case(header)
    stripped = cells.str.strip_chars()
    empty = tuple(word for word in EMPTY_WORDS if (stripped == word).any())
    filled = cells.filter((stripped != "") & ~stripped.is_in(list(empty)))
    data_type, date_format, note = _type(name, filled)
    if data_type == "varchar" and cells.filter(stripped.is_in(list(empty))).len() > cells.len() / 2:
        empty = ()  # a word that stands in most cells says something
    distinct = filled.unique(maintain_order=True)
    return ColumnDraft(
        name=name,
        header=header,
        data_type=data_type,
        date_format=date_format,
        empty_words=empty,
        is_pii=bool(NAME_OF_A_PERSON.search(name)) or _share(filled, EMAIL) > 0.5,
        is_required=filled.len() == cells.len() > 0,
        values=tuple(distinct) if 0 < distinct.len() <= 20 else (),
        note=note,
    )


def _type(name: str, filled: pl.Series) -> tuple[str, str | None, str]:
    """Type, date format and note. An empty column and an id are text."""
    if filled.is_empty():
        return "varchar", None, "is empty in the sample; text until a value shows what it is"
    if NAME_OF_AN_ID.search(name) or filled.str.contains(r"^0[0-9]+$").any():
        return "varchar", None, ""
    if set(filled.str.to_lowercase().unique()) <= {"true", "false", "yes", "no", "t", "f"}:
        return "boolean", None, ""
    if (filled.str.contains(r"^[\[{]") & filled.str.contains(r"[\]}]$")).all() and _reads(filled, "json"):
        return "json", None, ""
    for data_type in ("bigint", "decimal(18,4)", "double", "date", "timestamp"):
        if _reads(filled, data_type):
            return data_type, None, ""
    fitting = [day for day in DAYS if _reads(filled, "date", day)]
    if fitting:
        return _one_of(fitting, "date", filled)
    fitting = [day + time for day in DAYS for time in TIMES if _reads(filled, "timestamp", day + time)]
    return _one_of(fitting, "timestamp", filled) if fitting else ("varchar", None, "")


def _one_of(fitting: list[str], data_type: str, filled: pl.Series) -> tuple[str, str | None, str]:
    if len(fitting) == 1:
        return data_type, fitting[0], ""
    shown = " or ".join(fitting)
    return "varchar", None, f"holds dates such as {filled[0]!r} that may be {shown}: set data_type and meta.format"


def _reads(filled: pl.Series, data_type: str, date_format: str | None = None) -> bool:
    column = Column("cell", data_type, "…", "cell", date_format=date_format)
    table = SourceTable("draft", "draft", "", (column,), Ingest("*", "csv", "append"), Path("draft.yml"))
    # A look at the first cells settles most wrong guesses.
    return all(not cast(part.alias("cell").to_frame(), table).faults for part in (filled.head(20), filled))


def _share(filled: pl.Series, pattern: str) -> float:
    return filled.str.contains(pattern).mean() or 0.0

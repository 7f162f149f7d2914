"""Text → typed columns, vectorised, changing nothing: a cell that does not fit its declared type is a fault.

Belongs here: the types of the contract, null values, required cells.
Stays out: dates (moments), accepted values and minima (the gate), what happens to faulty rows (loading).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from data_quality.contracts import Column, ContractError, SourceTable
from orchestration.intake.date_formats import pattern_of
from orchestration.intake.moments import read_dates, read_moments

DTYPES: dict[str, pl.DataType] = {
    "varchar": pl.String(),
    "json": pl.String(),
    "bigint": pl.Int64(),
    "double": pl.Float64(),
    "decimal(18,4)": pl.Decimal(18, 4),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "timestamp": pl.Datetime("us"),
}
BOOLEANS = {"true": True, "t": True, "yes": True, "1": True, "false": False, "f": False, "no": False, "0": False}
REQUIRED = "is required but empty"


@dataclass(frozen=True)
class Casted:
    """`frame`: the declared columns, typed, in the rows of the batch; `faults`: row position → (column, reason)s."""

    frame: pl.DataFrame
    faults: dict[int, list[tuple[str, str]]] = field(default_factory=dict)


def check_formats(tables: list[SourceTable]) -> None:
    """Raises ContractError, naming table and column, when a declared date format cannot be read."""
    for table in tables:
        for column in table.columns:
            try:
                pattern_of(column.date_format)
            except ContractError as fault:
                raise ContractError(f"{table.path.name}: {table.source}.{table.name}.{column.name}: {fault}") from fault


def cast(frame: pl.DataFrame, table: SourceTable) -> Casted:
    """Casts the text columns of a batch to the types of the contract.

    Blanks around a value are trimmed except in varchar. A cell that is one of the null values after trimming is null,
    whatever its type; an empty cell is null in every type but varchar.
    """
    typed: dict[str, pl.Series] = {}
    faults: dict[int, list[tuple[str, str]]] = {}
    for column in table.columns:
        text = frame[column.name]
        values, reasons = _cast_column(text, column, table)
        typed[column.name] = values
        for at in reasons.is_not_null().arg_true():
            reason = reasons[at] if reasons[at] == REQUIRED else f"{shown(text[at])} {reasons[at]}"
            faults.setdefault(at, []).append((column.name, reason))
    if table.ingest.load == "merge":
        _refuse_rows_without_key(typed, table, faults)
    return Casted(pl.DataFrame(typed), faults)


def shown(text: str, most: int = 80) -> str:
    """A value for a sentence, in quotes, cut when long."""
    return repr(text if len(text) <= most else text[:most] + "…")


def _cast_column(text: pl.Series, column: Column, table: SourceTable) -> tuple[pl.Series, pl.Series]:
    is_text = column.data_type == "varchar"
    trimmed = text.str.strip_chars()
    is_null = trimmed.is_in([*table.ingest.null_values, *([] if is_text else [""])]) | text.is_null()
    kept = (text if is_text else trimmed).zip_with(~is_null, pl.Series([None], dtype=pl.String))
    if column.data_type == "date":
        values, reasons = read_dates(kept, column.date_format)
    elif column.data_type == "timestamp":
        values, reasons = read_moments(kept, column.date_format, table.ingest.timezone)
    else:
        values, reasons = _CASTS[column.data_type](kept)
    if column.is_required:
        reasons = reasons.zip_with(~is_null, pl.Series([REQUIRED]))
    return values, reasons


def _refuse_rows_without_key(
    typed: dict[str, pl.Series], table: SourceTable, faults: dict[int, list[tuple[str, str]]]
) -> None:
    """Merging keeps one row per key, so rows without any part of it would silently replace one another."""
    keys = pl.DataFrame([typed[name] for name in table.ingest.key])
    for at in keys.select(pl.all_horizontal(pl.all().is_null())).to_series().arg_true():
        if at not in faults:
            faults[at] = [(table.ingest.key[0], "is empty, and the row has no other key to merge by")]


def _no_reasons(text: pl.Series) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, len(text))


def _varchar(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    return text, _no_reasons(text)


def _json(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    return text, pl.Series([None if _is_json(cell) else "is not JSON" for cell in text], dtype=pl.String)


def _is_json(cell: str | None) -> bool:
    try:
        # Numbers are not converted: their size is no reason to refuse them.
        json.loads("null" if cell is None else cell, parse_int=str, parse_float=str, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return False
    return True


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _bigint(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    is_whole = text.str.contains("^[+-]?[0-9]+$")
    values = text.zip_with(is_whole, pl.Series([None], dtype=pl.String)).cast(pl.Int64, strict=False)
    return values, _reasons(text, ("is not a bigint", ~is_whole), ("is too large for a bigint", values.is_null()))


def _double(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    is_number = text.str.contains(r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$")
    values = text.zip_with(is_number, pl.Series([None], dtype=pl.String)).cast(pl.Float64, strict=False)
    is_lost = values.is_null() | values.is_infinite()
    return values, _reasons(text, ("is not a double", ~is_number), ("is too large for a double", is_lost))


def _decimal(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    parts = text.str.extract_groups(r"^([+-]?)0*([0-9]*)(?:\.([0-9]*?)0*)?$").struct.unnest()
    sign, whole, fraction = (parts[name].fill_null("") for name in parts.columns)
    is_amount = parts[parts.columns[0]].is_not_null() & text.str.contains("[0-9]")
    is_long, is_fine = whole.str.len_bytes() > 14, fraction.str.len_bytes() > 4
    fits = is_amount & ~is_long & ~is_fine
    written = pl.select(sign + pl.lit("0") + whole + "." + fraction.str.pad_end(4, "0")).to_series()
    values = written.zip_with(fits, pl.Series([None], dtype=pl.String)).cast(pl.Decimal(18, 4))
    reasons = _reasons(
        text,
        ("is not a decimal(18,4)", ~is_amount),
        ("is too large for a decimal(18,4)", is_long),
        ("has more than 4 decimals", is_fine),
    )
    return values, reasons


def _boolean(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    values = text.str.to_lowercase().replace_strict(BOOLEANS, default=None, return_dtype=pl.Boolean)
    return values, _reasons(text, ("is not a boolean", values.is_null()))


def _reasons(text: pl.Series, *faults: tuple[str, pl.Series]) -> pl.Series:
    """The first reason that holds for each cell; null where none does, and for null cells."""
    reason = pl.when(pl.lit(text).is_null()).then(pl.lit(None, pl.String))
    for words, holds in faults:
        reason = reason.when(pl.lit(holds)).then(pl.lit(words))
    return pl.select(reason).to_series()


_CASTS: dict[str, Callable[[pl.Series], tuple[pl.Series, pl.Series]]] = {
    "varchar": _varchar,
    "json": _json,
    "bigint": _bigint,
    "double": _double,
    "decimal(18,4)": _decimal,
    "boolean": _boolean,
}

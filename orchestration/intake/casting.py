"""Text → typed columns, vectorised, changing nothing: a cell that does not fit its declared type is a fault.

Belongs here: the types of the contract, null values, required cells.
Stays out: dates (moments), accepted values and minima (the gate), what happens to faulty rows (loading).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import polars as pl

from data_quality.columns import Column, ContractError
from data_quality.contracts import SourceTable
from orchestration.intake.date_formats import patterns_of
from orchestration.intake.moments import read_dates, read_moments
from orchestration.intake.number_styles import is_plain, plain_numbers

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
EXPONENT = r"^\s*[+-]?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2,3}\s*$"
UNKNOWN_WORD = "is none of the values that the contract names"
LOST_DIGITS = "is a number that a spreadsheet has cut short: its digits are lost; export it as text"
REPEATED = 2
"""Where a text stands at least so often on average, distinct texts are read instead of all."""


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
                patterns_of(column.date_format)
            except ContractError as fault:
                raise ContractError(f"{table.path.name}: {table.source}.{table.name}.{column.name}: {fault}") from fault


def cast(frame: pl.DataFrame, table: SourceTable, typed: Mapping[str, pl.Series] | None = None) -> Casted:
    """Casts the text columns of a batch to the types of the contract.

    `typed`: column → which of its cells were typed in the file, so that their text is plain (readers.batch.Batch).
    Blanks around a value are trimmed except in varchar. A cell that is one of the null values after trimming is null,
    whatever its type; an empty cell is null in every type but varchar.
    """
    constants = [pl.lit(one.constant).alias(one.name) for one in table.columns if one.constant is not None]
    frame = frame.with_columns(constants)
    values: list[pl.Series] = []
    faults: dict[int, list[tuple[str, str]]] = {}
    # Columns are read side by side: polars does not need Python's lock meanwhile.
    with ThreadPoolExecutor() as pool:
        flags = typed or {}
        casted = pool.map(
            lambda column: _cast_cells(frame[column.name], column, table, flags.get(column.name)), table.columns
        )
        for column, (value, reasons) in zip(table.columns, casted, strict=True):
            values.append(value)
            for at, reason in reasons:
                words = reason if reason == REQUIRED else f"{shown(frame[column.name][at])} {reason}"
                faults.setdefault(at, []).append((column.name, words))
    typed = pl.DataFrame(values)
    if table.ingest.load == "merge":
        _refuse_rows_without_key(typed, table, faults)
    return Casted(typed, faults)


def shown(text: str, most: int = 80) -> str:
    """A value for a sentence, in quotes, cut when long."""
    return repr(text if len(text) <= most else text[:most] + "…")


def _without_nulls(text: pl.Series, column: Column, table: SourceTable) -> pl.Series:
    """Null where a null value of the contract stands; in any type but varchar without the blanks around."""
    is_text = column.data_type == "varchar"
    nulls = {*table.ingest.null_values, *(() if is_text else ("",))}
    if is_text and nulls == {""} and _begin_visibly(text):
        return text
    trimmed = text.str.strip_chars()
    is_null = trimmed == "" if nulls == {""} else trimmed.is_in(list(nulls))
    kept = text if is_text else trimmed
    return kept if not is_null.any() else kept.set(is_null, None)


def _begin_visibly(text: pl.Series) -> bool:
    """Whether no cell is empty or begins with a blank: told by the first and the last in order, ten times as fast as
    trimming each. All blanks of ASCII come before "!", and all others are beyond ASCII."""
    first, last = text.min(), text.max()
    return first is None or (first >= "!" and last < "\x7f")


def _cast_cells(
    text: pl.Series, column: Column, table: SourceTable, typed: pl.Series | None
) -> tuple[pl.Series, Iterable[tuple[int, str]]]:
    """As `_cast_column`; cells that came typed are not read in the spelling that the contract declares for text."""
    if typed is None or not column.has_own_spelling or not typed.any():
        return _cast_column(text, column, table)
    optional = replace(column, is_required=False)
    text = _without_nulls(text, column, table)
    written, faults = _cast_column(text.set(typed, None), optional, table)
    as_typed, more_faults = _cast_column(text.set(~typed, None), optional.as_typed(), table)
    missing = [(at, REQUIRED) for at in text.is_null().arg_true()] if column.is_required else []
    value = pl.select(pl.when(typed).then(as_typed).otherwise(written)).to_series().alias(column.name)
    return value, [*missing, *faults, *more_faults]


def _cast_column(text: pl.Series, column: Column, table: SourceTable) -> tuple[pl.Series, Iterable[tuple[int, str]]]:
    """The values under the column's name, and (row position, reason) of every cell at fault."""
    if column.data_type == "varchar":
        text = _without_nulls(text, column, table)
        missing = _missing(text, column)
        if column.values is not None:
            text, unknown = _translated(text, column)
            missing += unknown
        return text, [*missing, *_numbers_for_ids(text)] if column.is_id else missing
    distinct = text.drop_nulls().unique(maintain_order=True)
    if distinct.len() * REPEATED < text.len():
        # Days, prices and quantities repeat: each is read once.
        places = text.cast(pl.Enum(distinct)).to_physical()
        done = _read_cells(distinct, column, table)
        reasons = done["reason"].gather(places) if done["reason"].null_count() < done.height else None
        value = done["value"].gather(places)
    else:
        done = _read_cells(text, column, table)
        value, reasons = done["value"], done["reason"]
    bad = reasons.is_not_null().arg_true() if reasons is not None else []
    return value.alias(column.name), [*_missing(text, column), *((at, reasons[at]) for at in bad)]


def _missing(text: pl.Series, column: Column) -> list[tuple[int, str]]:
    return [(at, REQUIRED) for at in text.is_null().arg_true()] if column.is_required and text.null_count() else []


def _read_cells(cells: pl.Series, column: Column, table: SourceTable) -> pl.DataFrame:
    """`value` and `reason` of every cell."""
    kept = _without_nulls(cells, column, table)
    text, unknown = _translated(kept, column) if column.values is not None else (kept, [])
    texts = pl.LazyFrame({"text": text})
    if column.data_type == "date":
        read = read_dates(texts, column.date_format)
    elif column.data_type == "timestamp":
        read = read_moments(texts, column.date_format, table.ingest.timezone)
    elif is_plain(column):
        read = _CASTS[column.data_type](texts)
    else:
        plain = plain_numbers(texts, column)
        read = _CASTS[column.data_type](plain).with_columns(reason=pl.coalesce("fault", "reason"))
    done = read.select("value", "reason").collect()
    reason = done["reason"].scatter([at for at, _ in unknown], UNKNOWN_WORD) if unknown else done["reason"]
    if column.is_required and kept.null_count() > cells.null_count():
        reason = reason.set(kept.is_null() & cells.is_not_null(), REQUIRED)
    return done.with_columns(reason)


def _translated(text: pl.Series, column: Column) -> tuple[pl.Series, list[tuple[int, str]]]:
    """Their words as ours. Ours may stand there, too; any other word is a fault."""
    ours = (*(word for _, word in column.values or ()), *column.accepted_values)
    words = {word: word for word in ours} | dict(column.values or ())
    translated = text.str.strip_chars().replace_strict(
        list(words), list(words.values()), default=None, return_dtype=pl.String
    )
    unknown = (text.is_not_null() & translated.is_null()).arg_true()
    return translated, [(at, UNKNOWN_WORD) for at in unknown]


def _numbers_for_ids(text: pl.Series) -> list[tuple[int, str]]:
    """1.23E+17 is what a spreadsheet makes of a long id; which id it was, nobody can say any more."""
    return [(at, LOST_DIGITS) for at in text.str.contains(EXPONENT).fill_null(False).arg_true()]


def _refuse_rows_without_key(typed: pl.DataFrame, table: SourceTable, faults: dict[int, list[tuple[str, str]]]) -> None:
    """Merging keeps one row per key, so rows without any part of it would silently replace one another."""
    for at in typed.select(pl.all_horizontal(pl.col(table.ingest.key).is_null())).to_series().arg_true():
        faults.setdefault(at, [(table.ingest.key[0], "is empty, and the row has no other key to merge by")])


def _json(cells: pl.LazyFrame) -> pl.LazyFrame:
    is_json = pl.col("text").map_batches(
        lambda text: pl.Series(map(_is_json, text), dtype=pl.Boolean), return_dtype=pl.Boolean
    )
    return cells.with_columns(value="text", reason=_first_reason(("is not JSON", ~is_json)))


def _is_json(cell: str | None) -> bool:
    try:
        _JSON.decode("null" if cell is None else cell)
    except (ValueError, RecursionError):
        return False
    return True


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


# Numbers are not converted: their size is no reason to refuse them.
_JSON = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_constant)


def _bigint(cells: pl.LazyFrame) -> pl.LazyFrame:
    is_whole = pl.col("text").str.contains("^[+-]?[0-9]+$")
    is_lost = pl.col("value").is_null()
    return cells.with_columns(value=pl.when(is_whole).then("text").cast(pl.Int64, strict=False)).with_columns(
        reason=_first_reason(
            (LOST_DIGITS, pl.col("text").str.contains(EXPONENT)),
            ("is not a bigint", ~is_whole),
            ("is too large for a bigint", is_lost),
        )
    )


def _double(cells: pl.LazyFrame) -> pl.LazyFrame:
    is_number = pl.col("text").str.contains(r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$")
    is_lost = pl.col("value").is_null() | pl.col("value").is_infinite()
    return cells.with_columns(value=pl.when(is_number).then("text").cast(pl.Float64, strict=False)).with_columns(
        reason=_first_reason(("is not a double", ~is_number), ("is too large for a double", is_lost))
    )


def _decimal(cells: pl.LazyFrame) -> pl.LazyFrame:
    # Leading and trailing noughts carry no value, so only the digits between them count against 18 and 4.
    groups = r"^(?P<sign>[+-]?)0*(?P<whole>[0-9]*)(?:\.(?P<fraction>[0-9]*?)0*)?$"
    sign, whole, fraction = pl.col("sign"), pl.col("whole"), pl.col("fraction").fill_null("")
    is_amount = sign.is_not_null() & pl.col("text").str.contains("[0-9]")
    is_long, is_fine = whole.str.len_bytes() > 14, fraction.str.len_bytes() > 4
    written = pl.concat_str(sign, pl.lit("0"), whole, pl.lit("."), fraction.str.pad_end(4, "0"))
    return (
        cells.with_columns(pl.col("text").str.extract_groups(groups).struct.unnest())
        .with_columns(
            reason=_first_reason(
                ("is not a decimal(18,4)", ~is_amount),
                ("is too large for a decimal(18,4)", is_long),
                ("has more than 4 decimals", is_fine),
            )
        )
        .with_columns(value=pl.when(pl.col("reason").is_null()).then(written).cast(pl.Decimal(18, 4)))
    )


def _boolean(cells: pl.LazyFrame) -> pl.LazyFrame:
    value = pl.col("text").str.to_lowercase().replace_strict(BOOLEANS, default=None, return_dtype=pl.Boolean)
    return cells.with_columns(value=value).with_columns(
        reason=_first_reason(("is not a boolean", pl.col("value").is_null()))
    )


def _first_reason(*faults: tuple[str, pl.Expr]) -> pl.Expr:
    """The first reason that holds for each cell; null where none does, and for null cells."""
    reason = pl.when(pl.col("text").is_null()).then(pl.lit(None, dtype=pl.String))
    for words, holds in faults:
        reason = reason.when(holds).then(pl.lit(words))
    return reason


_CASTS: dict[str, Callable[[pl.LazyFrame], pl.LazyFrame]] = {
    "json": _json,
    "bigint": _bigint,
    "double": _double,
    "decimal(18,4)": _decimal,
    "boolean": _boolean,
}
"""From column `text` (null where there is no value): `value`, and `reason`, why a text is none (else null)."""

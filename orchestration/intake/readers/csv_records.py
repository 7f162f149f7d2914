"""Delimited text (csv, tsv, …) with a header line.

Belongs here: from lines to records to cells, whatever is wrong with them. Stays out: the grammar of quotes (quoting),
names of columns (header), the fast way for clean blocks (csv_blocks).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import polars as pl

from data_quality.contracts import SourceTable
from orchestration.intake.decoding import UNDECODABLE, TextLines
from orchestration.intake.header import Header, match_header
from orchestration.intake.load import Refused
from orchestration.intake.quoting import MISPLACED, join_records, parse_record
from orchestration.intake.readers.batch import (
    EXTRA,
    ROW,
    TEXT,
    Batch,
    SetAside,
    frame_of,
    set_aside_undecodable,
    text_schema,
)
from orchestration.intake.readers.csv_blocks import cells_of_block


def read(lines: TextLines, table: SourceTable, warnings: list[str]) -> Iterator[Batch]:
    """Batches of records. Blank lines are no records; the header is not counted.

    Set aside: a quote out of place or never closed, too few or too many cells, undecodable bytes, a line break of
    another kind outside quotes. Raises Refused when the header is missing or unfit.
    """
    delimiter = table.ingest.delimiter
    header: Header | None = None
    carried: list[str] = []
    rows_read = 0
    for text in chain(_header_apart(lines), (None,)):
        is_end = text is None
        if header is not None and text and not carried:
            batch = _clean_batch(text, rows_read + 1, header, lines, table)
            if batch:
                yield batch
                rows_read += batch.rows_read
                continue
        block = lines.split(text) if text else []
        texts, broken, carried = join_records(carried + block, delimiter, lines.newline, is_end)
        if header is None and texts:
            header = _read_header(texts.pop(0), broken, table, warnings)
            broken = {at - 1: reason for at, reason in broken.items()}
        if header is not None and texts:
            yield _batch(texts, broken, rows_read + 1, header, lines, table)
            rows_read += len(texts)
    if header is None:
        raise Refused("has no header line: it holds nothing but line breaks")


def _header_apart(lines: TextLines) -> Iterator[str]:
    """The blocks, the first line by itself: it is the header as a rule, and what follows it can be a clean block."""
    is_first = True
    for text in lines.blocks():
        if is_first:
            head, newline, text = text.partition(lines.newline)
            yield head + newline
            is_first = False
        if text:
            yield text


def _clean_batch(text: str, first_row: int, header: Header, lines: TextLines, table: SourceTable) -> Batch | None:
    cells = cells_of_block(text, header.width, table.ingest.delimiter, first_row)
    return None if cells is None else Batch(_named(cells, header, table), lines=lambda: lines.split(text))


def _read_header(text: str, broken: dict[int, str], table: SourceTable, warnings: list[str]) -> Header:
    names = parse_record(text.removesuffix("\r"), table.ingest.delimiter)
    if 0 in broken or names is None:
        raise Refused(f"its header cannot be read: {broken.get(0, MISPLACED)}")
    if UNDECODABLE.search(text):
        raise Refused(f"its header holds bytes that are not {table.ingest.encoding}")
    return match_header(names, table, warnings)


def _batch(
    texts: list[str], broken: dict[int, str], first_row: int, header: Header, lines: TextLines, table: SourceTable
) -> Batch:
    malformed = set_aside_undecodable(texts, first_row, lines)
    for at, reason in broken.items():
        malformed.setdefault(at, SetAside(first_row + at, reason, texts[at]))
    frame = frame_of(texts, first_row, malformed)
    cells, ragged = _split(frame, header.width, table.ingest.delimiter)
    return Batch(_named(cells, header, table), [*malformed.values(), *ragged])


def _split(frame: pl.DataFrame, width: int, delimiter: str) -> tuple[pl.DataFrame, list[SetAside]]:
    """Splits every record into `width` cells, columns "0", "1", …; the quick ways are exact for the lines they take."""
    last = width - 1
    frame = frame.with_columns(body=pl.col(TEXT).str.strip_suffix("\r"))
    frame = frame.with_columns(quotes=pl.col("body").str.count_matches('"', literal=True))
    fenced = f'"{delimiter}"'
    inner = pl.col("body").str.strip_prefix('"').str.strip_suffix('"')
    ways = frame.with_columns(
        # No quotes at all: the delimiter separates, nothing else can.
        is_plain=(pl.col("quotes") == 0)
        & (pl.col("body").str.count_matches(delimiter, literal=True) == last)
        & ~pl.col("body").str.contains("\r", literal=True),
        # Every cell quoted and no quote as data: all quotes belong to the ends or to a "," between two cells.
        is_fenced=(pl.col("quotes") == 2 * width)
        & pl.col("body").str.starts_with('"')
        & pl.col("body").str.ends_with('"')
        & (inner.str.count_matches(fenced, literal=True) == last),
    )
    plain = ways.filter("is_plain")
    fenced_rows = ways.filter(pl.col("is_fenced"))
    others = ways.filter(~pl.col("is_plain") & ~pl.col("is_fenced"))
    other_frame, ragged = _split_one_by_one(others, width, delimiter)
    pieces = [
        _cut(plain, pl.col("body"), delimiter, width),
        _cut(fenced_rows, inner, fenced, width),
        other_frame,
    ]
    filled = [piece for piece in pieces if piece.height] or pieces[:1]
    return (filled[0] if len(filled) == 1 else pl.concat(filled).sort(ROW)), ragged


def _cut(frame: pl.DataFrame, text: pl.Expr, separator: str, width: int) -> pl.DataFrame:
    cells = text.alias("0") if width == 1 else text.str.split_exact(separator, width - 1).struct.unnest()
    cut = frame.select(ROW, TEXT, cells)
    return cut.rename(dict(zip(cut.columns[2:], map(str, range(width)), strict=True)))


def _split_one_by_one(frame: pl.DataFrame, width: int, delimiter: str) -> tuple[pl.DataFrame, list[SetAside]]:
    good: list[tuple] = []
    ragged: list[SetAside] = []
    for row, text, body in frame.select(ROW, TEXT, "body").iter_rows():
        cells = parse_record(body, delimiter)
        if cells is None:
            reason = MISPLACED if '"' in body else "a lone carriage return stands outside quotes"
            ragged.append(SetAside(row, reason, text))
        elif len(cells) != width:
            ragged.append(SetAside(row, f"has {_count(len(cells))}, but the header has {_count(width)}", text))
        else:
            good.append((row, text, *cells))
    schema = {ROW: pl.Int64, TEXT: pl.String, **{str(place): pl.String for place in range(width)}}
    columns = zip(*good, strict=True) if good else [()] * len(schema)
    return pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema), ragged


def _count(cells: int) -> str:
    return "1 cell" if cells == 1 else f"{cells} cells"


def _named(cells: pl.DataFrame, header: Header, table: SourceTable) -> pl.DataFrame:
    """The cells under the names of the contract; cells of undeclared columns as one JSON object."""
    nothing = pl.lit(None, dtype=pl.String)
    declared = [
        (pl.col(str(header.positions[name])) if name in header.positions else nothing).alias(name)
        for name in table.column_names
    ]
    undeclared = [pl.col(str(place)).alias(name) for name, place in header.extra.items()]
    extra = pl.struct(undeclared).struct.json_encode() if undeclared else nothing
    schema = [name for name in text_schema(table) if name != TEXT or TEXT in cells.columns]
    return cells.with_columns(*declared, extra.alias(EXTRA)).select(schema)

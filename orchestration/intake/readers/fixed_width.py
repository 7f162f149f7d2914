"""Lines whose columns lie at fixed places (`width: [start, end]`, in characters, end exclusive).

Stays out: types, so "right-aligned" means nothing here: cells are stripped.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from data_quality.contracts import SourceTable
from orchestration.intake.decoding import TextLines
from orchestration.intake.readers.batch import EXTRA, ROW, TEXT, Batch, SetAside, frame_of, set_aside_undecodable


def read(lines: TextLines, table: SourceTable, warnings: list[str]) -> Iterator[Batch]:
    """Batches of records, one a line. A first line of exactly the declared headers is skipped; blank lines are none.

    Set aside: a line that ends before its last column does (text columns may have lost their trailing blanks), and
    one with text outside every declared column, for that text would be lost.
    """
    heading = " ".join(column.header for column in table.columns).split()
    rows_read, is_first = 0, True
    for block in lines:
        texts = [line for line in block if line.strip()]
        if is_first and texts:
            is_first = False
            if texts[0].split() == heading:
                texts = texts[1:]
        if texts:
            yield _batch(texts, rows_read + 1, lines, table)
            rows_read += len(texts)


def _batch(texts: list[str], first_row: int, lines: TextLines, table: SourceTable) -> Batch:
    malformed = set_aside_undecodable(texts, first_row, lines)
    frame = frame_of(texts, first_row, malformed)
    body = pl.col(TEXT).str.strip_suffix("\r")
    last = max(table.columns, key=lambda column: column.width[1])
    shortest = last.width[0] if last.data_type in ("varchar", "json") else last.width[1]
    outside = pl.concat_str([body.str.slice(start, end - start) for start, end in _gaps(table)])
    frame = frame.with_columns(
        reason=pl.when(body.str.len_chars() < shortest)
        .then(pl.format("is {} characters long, but its columns end at " + str(last.width[1]), body.str.len_chars()))
        .when(outside.str.strip_chars() != "")
        .then(pl.format("has text outside the declared columns: {}", outside.str.strip_chars().str.head(100)))
    )
    bad = frame.filter(pl.col("reason").is_not_null()).select(ROW, "reason", TEXT)
    unfit = [SetAside(row, reason, text) for row, reason, text in bad.iter_rows()]
    cells = [
        body.str.slice(column.width[0], column.width[1] - column.width[0]).str.strip_chars().alias(column.name)
        for column in table.columns
    ]
    extra = pl.lit(None, dtype=pl.String).alias(EXTRA)
    good = frame.filter(pl.col("reason").is_null()).select(ROW, TEXT, *cells, extra)
    return Batch(good, [*malformed.values(), *unfit])


def _gaps(table: SourceTable) -> list[tuple[int, int]]:
    """The stretches of a line that no column covers, up to its far end."""
    gaps, at = [], 0
    for start, end in sorted(column.width for column in table.columns):
        if start > at:
            gaps.append((at, start))
        at = max(at, end)
    return [*gaps, (at, 2**31)]

"""Planted dirt: rows that no reader should accept, made by spoiling copies of good ones, and the record of it.

Belongs here: how a row is spoiled and what is expected to become of it. Spoiled rows are additions under ids of their
own, so that losing them loses nothing. Stays out: where a file puts them (writers).
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import numpy as np
import polars as pl

from orchestration.twin.parameters import Parameters

SPOILED_ID = 990_000_000
"""Ids of spoiled records start here, far from all others."""
QUARANTINED, DUPLICATE, LATE = "quarantined", "duplicate", "late"


@dataclass(frozen=True)
class Dirt:
    """One planted row: `row_number` is its 1-based data record in `file` (relative to landing/), header not counted."""

    file: str
    row_number: int
    record_id: str
    kind: str
    detail: str
    expected_fate: str


@dataclass(frozen=True)
class Spoiled:
    """A line to slip into a file before the row at `position`."""

    position: int
    line: str
    record_id: str
    kind: str
    detail: str


@dataclass(frozen=True)
class Spoiling:
    """What may be done to a file: `kinds` are ragged_long, ragged_short or column -> (kind, text put there)."""

    id_column: str
    id_prefix: str
    cells: tuple[tuple[str, str, str], ...]
    always_quoted: bool = False
    must_have: str = ""


def spoil(
    frame: pl.DataFrame, spoiling: Spoiling, block: int, parameters: Parameters, rng: np.random.Generator
) -> list[Spoiled]:
    """Spoiled copies of a small share of the rows of `frame` (columns: as exported), in order of position."""
    whole = frame if not spoiling.must_have else frame.filter(pl.col(spoiling.must_have).is_not_null())
    count = malformed_count(len(frame), parameters)
    spoiled = []
    for number, (position, source) in enumerate(
        zip(
            np.sort(rng.integers(0, max(1, len(frame)), count)).tolist(),
            rng.integers(0, max(1, len(whole)), count).tolist(),
            strict=True,
        )
    ):
        cells = next(csv.reader(io.StringIO(whole[source : source + 1].write_csv(include_header=False), newline="")))
        record_id = f"{spoiling.id_prefix}{SPOILED_ID + 1_000 * block + number}"
        cells[frame.columns.index(spoiling.id_column)] = record_id
        kind, detail = _spoil_cells(cells, frame.columns, spoiling, number)
        spoiled.append(Spoiled(position, csv_line(cells, spoiling.always_quoted), record_id, kind, detail))
    return spoiled


def malformed_count(rows: int, parameters: Parameters) -> int:
    """How many spoiled rows a chunk of this many rows gets."""
    return max(1, int(rows * parameters.malformed_share)) if rows >= parameters.malformed_from_rows else 0


def csv_line(cells: list[str], always_quoted: bool) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL if always_quoted else csv.QUOTE_MINIMAL, lineterminator="\n").writerow(
        cells
    )
    return buffer.getvalue()


def _spoil_cells(cells: list[str], columns: list[str], spoiling: Spoiling, number: int) -> tuple[str, str]:
    choice = number % (len(spoiling.cells) + 1)
    if choice < len(spoiling.cells):
        column, kind, text = spoiling.cells[choice]
        cells[columns.index(column)] = text
        return kind, f"{column} holds {text!r}"
    if (number // (len(spoiling.cells) + 1)) % 2 == 0:
        cells.append("one too many")
        return "ragged", f"{len(cells)} cells instead of {len(columns)}"
    del cells[-2:]
    return "ragged", f"{len(cells)} cells instead of {len(columns)}"

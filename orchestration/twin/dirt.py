"""Planted dirt: rows that no reader should accept, made by spoiling copies of good ones, and the record of it.

Belongs here: how a row is spoiled and what is expected to become of it. Spoiled rows are additions under ids of their
own, so that losing them loses nothing. Stays out: where a file puts them (writers).
"""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import dataclass

import numpy as np
import polars as pl

from orchestration.twin.parameters import Parameters

SPOILED_ID = 990_000_000
"""Ids of spoiled records count up from here, far from all others."""
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
class SpoiledLine:
    """A line to slip into a file before the row at `position` of a frame."""

    position: int
    line: str
    record_id: str
    kind: str
    detail: str


class Spoiler:
    """Spoils copies of rows of one kind of CSV export.

    `cells` are (column, kind of dirt, text put there), used in turn, followed by a row with too many or too few cells.
    Only rows that hold something in `needs` are copied, if given.
    """

    def __init__(
        self,
        parameters: Parameters,
        id_column: str,
        cells: tuple[tuple[str, str, str], ...],
        id_prefix: str = "",
        always_quoted: bool = False,
        needs: str = "",
    ) -> None:
        self._parameters = parameters
        self._id_column, self._id_prefix = id_column, id_prefix
        self._cells = cells
        self._always_quoted = always_quoted
        self._needs = needs
        self._numbers = itertools.count()

    def spoil(self, frame: pl.DataFrame, rng: np.random.Generator) -> list[SpoiledLine]:
        """Spoiled copies of a small share of the rows of `frame` (columns: as exported), in order of position."""
        whole = frame.filter(pl.col(self._needs).is_not_null()) if self._needs else frame
        count = malformed_count(len(frame), self._parameters)
        positions = np.sort(rng.integers(0, max(1, len(frame)), count)).tolist()
        sources = rng.integers(0, max(1, len(whole)), count).tolist()
        return [self._spoiled(whole[row : row + 1], at) for at, row in zip(positions, sources, strict=True)]

    def _spoiled(self, row: pl.DataFrame, position: int) -> SpoiledLine:
        number = next(self._numbers)
        cells = next(csv.reader(io.StringIO(row.write_csv(include_header=False, float_precision=2), newline="")))
        record_id = f"{self._id_prefix}{SPOILED_ID + number}"
        cells[row.columns.index(self._id_column)] = record_id
        turn, choice = divmod(number, len(self._cells) + 1)
        if choice < len(self._cells):
            column, kind, text = self._cells[choice]
            cells[row.columns.index(column)] = text
            detail = f"{column} holds {text!r}"
        else:
            cells = [*cells, "one too many"] if turn % 2 == 0 else cells[:-2]
            kind, detail = "ragged", f"{len(cells)} cells instead of {len(row.columns)}"
        return SpoiledLine(position, csv_line(cells, self._always_quoted), record_id, kind, detail)


def malformed_count(rows: int, parameters: Parameters) -> int:
    """How many spoiled rows a chunk of this many rows gets."""
    return max(1, int(rows * parameters.malformed_share)) if rows >= parameters.malformed_from_rows else 0


def csv_line(cells: list[str], always_quoted: bool) -> str:
    """One record of a CSV file, line feed included."""
    buffer = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if always_quoted else csv.QUOTE_MINIMAL
    csv.writer(buffer, quoting=quoting, lineterminator="\n").writerow(cells)
    return buffer.getvalue()

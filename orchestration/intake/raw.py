"""Raw Parquet: accepted rows, typed, with provenance, written once and never changed.

Belongs here: the schema of a raw table, the part files of a load, the empty typed file of every declared table.
Stays out: which rows are accepted (loading).
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import polars as pl

from data_quality.contracts import PROVENANCE, SourceTable
from orchestration.intake.casting import DTYPES
from orchestration.intake.durable import appear, close_durably, fresh_staging, private_file
from orchestration.intake.load import raw_folder

PART_ROWS = 100_000
"""A part is written once at least this many rows have come together; memory is bounded by it."""


def raw_schema(table: SourceTable) -> dict[str, pl.DataType]:
    """The columns of a raw table: the declared ones, then where each row came from."""
    declared = {column.name: DTYPES[column.data_type] for column in table.columns}
    return declared | {name: DTYPES[data_type] for name, data_type in PROVENANCE.items()}


class RawParts:
    """The part files of one load, written to a staged folder as rows come in: `part-0.parquet`, `part-1.parquet`, …

    A part is compressed and written while the next one is read; there are never more than two in memory.
    """

    def __init__(self, folder: Path, table: SourceTable) -> None:
        self._folder = folder
        self._schema = raw_schema(table)
        self._frames: list[pl.DataFrame] = []
        self._waiting_rows = 0
        self._count = 0
        self._writer = ThreadPoolExecutor(max_workers=1)
        self._written: Future[None] | None = None
        self.rows = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Takes rows in the columns of `raw_schema`."""
        self._frames.append(frame)
        self._waiting_rows += frame.height
        if self._waiting_rows >= PART_ROWS:
            self._write_part()

    def close(self) -> None:
        """Writes what is left; a load without rows is one empty, typed part."""
        if self._waiting_rows or not self._count:
            self._write_part()
        self._wait()
        self._writer.shutdown()

    def _write_part(self) -> None:
        rows = pl.concat([pl.DataFrame(schema=self._schema), *self._frames])
        self._wait()
        self._written = self._writer.submit(write_parquet, rows, self._folder / f"part-{self._count}.parquet")
        self.rows += rows.height
        self._count += 1
        self._frames, self._waiting_rows = [], 0

    def _wait(self) -> None:
        """Until the last part is written; raises what went wrong with it."""
        if self._written:
            self._written.result()


def write_parquet(rows: pl.DataFrame, path: Path) -> None:
    file = private_file(path)
    rows.write_parquet(file, compression="zstd", compression_level=1)
    close_durably(file)


def write_empty_table(home: Path, table: SourceTable) -> None:
    """Keeps `load_id=empty/part-0.parquet` true to the contract, so that every declared table can be read always."""
    target = raw_folder(home, table.source, table.name, "empty")
    schema = pl.Schema(raw_schema(table))
    file = target / "part-0.parquet"
    if file.exists() and pl.read_parquet_schema(file) == schema:
        return
    staged = fresh_staging(home / "raw", f"empty-{table.source}-{table.name}")
    write_parquet(pl.DataFrame(schema=schema), staged / file.name)
    appear(staged, target)

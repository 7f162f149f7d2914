"""Streaming one CSV export: header once, then frame after frame, with spoiled lines slipped in.

Belongs here: bytes on disk and the count of data rows. Stays out: what the columns mean.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from orchestration.twin.dirt import QUARANTINED, Dirt, Spoiler, csv_line


class ExportFile:
    """One file under landing/, written from front to back. `name` is its path relative to landing/."""

    def __init__(
        self,
        landing: Path,
        name: str,
        columns: tuple[str, ...],
        always_quoted: bool = False,
        spoiler: Spoiler | None = None,
    ) -> None:
        self.name = name
        self.rows = 0
        self._columns = columns
        self._always_quoted = always_quoted
        self._spoiler = spoiler
        path = landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = path.open("wb")
        self._handle.write(csv_line(list(columns), always_quoted).encode())

    def append(self, frame: pl.DataFrame, rng: np.random.Generator | None = None) -> list[Dirt]:
        """Write `frame`; columns it lacks stay empty. With `rng`, spoiled lines are slipped in and returned."""
        whole = self._complete(frame)
        spoiled = self._spoiler.spoil(whole, rng) if self._spoiler and rng else []
        dirt = []
        start = 0
        for intruder in spoiled:
            self._write(whole[start : intruder.position])
            start = intruder.position
            self._handle.write(intruder.line.encode())
            self.rows += 1
            dirt.append(Dirt(self.name, self.rows, intruder.record_id, intruder.kind, intruder.detail, QUARANTINED))
        self._write(whole[start:])
        return dirt

    def close(self) -> None:
        self._handle.close()

    def _complete(self, frame: pl.DataFrame) -> pl.DataFrame:
        unknown = set(frame.columns) - set(self._columns)
        if unknown:
            raise ValueError(f"{self.name}: columns {sorted(unknown)} are not in the vendor's header")
        empty = pl.lit("" if self._always_quoted else None, pl.String)
        whole = frame.select([pl.col(name) if name in frame.columns else empty.alias(name) for name in self._columns])
        # Without quotes around every cell, empty text would be told from nothing by a pair of quotes.
        texts = pl.col(pl.String)
        return whole.with_columns(texts.fill_null("") if self._always_quoted else texts.replace("", None))

    def _write(self, rows: pl.DataFrame) -> None:
        quoting = "always" if self._always_quoted else "necessary"
        self._handle.write(rows.write_csv(include_header=False, quote_style=quoting, float_precision=2).encode())
        self.rows += len(rows)

"""Streaming one CSV export: header once, then frame after frame, with spoiled lines slipped in.

Belongs here: bytes on disk and the count of data rows. Stays out: what the columns mean.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from orchestration.twin.dirt import QUARANTINED, Dirt, Spoiled, csv_line

SLICE_ROWS = 20_000
"""Rows turned to text at once; bounds the memory of the widest export."""


class ExportFile:
    """One file under landing/, written from front to back. `name` is its path relative to landing/."""

    def __init__(self, landing: Path, name: str, columns: tuple[str, ...], always_quoted: bool = False) -> None:
        self.name = name
        self.columns = columns
        self.rows = 0
        self._always_quoted = always_quoted
        path = landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = path.open("wb")
        self._handle.write(csv_line(list(columns), always_quoted).encode())

    def append(self, frame: pl.DataFrame, spoiled: list[Spoiled] | None = None) -> list[Dirt]:
        """Write `frame`; columns it lacks stay empty. Returns where the spoiled lines ended up."""
        dirt = []
        start = 0
        for intruder in spoiled or []:
            self._write(frame[start : intruder.position])
            start = intruder.position
            self._handle.write(intruder.line.encode())
            self.rows += 1
            dirt.append(Dirt(self.name, self.rows, intruder.record_id, intruder.kind, intruder.detail, QUARANTINED))
        self._write(frame[start:])
        return dirt

    def close(self) -> None:
        self._handle.close()

    def _write(self, frame: pl.DataFrame) -> None:
        unknown = set(frame.columns) - set(self.columns)
        if unknown:
            raise ValueError(f"{self.name}: columns {sorted(unknown)} are not in the vendor's header")
        for piece in frame.iter_slices(SLICE_ROWS):
            full = piece.select(
                [
                    pl.col(name) if name in piece.columns else pl.lit(None, pl.String).alias(name)
                    for name in self.columns
                ]
            )
            text = full.write_csv(
                include_header=False,
                quote_style="always" if self._always_quoted else "necessary",
                float_precision=2,
            )
            self._handle.write(text.encode())
            self.rows += len(piece)


def blank(values: pl.Expr) -> pl.Expr:
    """Empty text as no text at all, so that the cell is written without quotes."""
    return pl.when(values == "").then(None).otherwise(values)

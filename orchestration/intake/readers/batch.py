"""What every reader yields: a batch of records as text, and the records that are none.

Stays out: any format.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import polars as pl

from data_quality.contracts import SourceTable
from orchestration.intake.decoding import UNDECODABLE, TextLines

ROW = "_source_row"
TEXT = "_text"
EXTRA = "_extra"


@dataclass(frozen=True)
class SetAside:
    """A record that is not loaded: its number (1-based), the reason, its text as it came.

    `column` is the first raw column at fault, None when the record could not be split into cells. `original` holds
    the bytes when they could not be decoded; the text then shows them as \\xNN.
    """

    source_row: int
    reason: str
    text: str
    column: str | None = None
    original: bytes | None = None


@dataclass(frozen=True)
class Batch:
    """`frame`: the declared columns as text, `_source_row`, `_text` (the record as it came) and `_extra`.

    A batch of which every record is a line may leave `_text` out and bring the `lines` instead, which are then cut
    only where a record turns out to be faulty.

    `typed`: column → which of its cells were numbers, dates or booleans in the file itself (JSON, Parquet, XLSX). Their
    text is plain (`1234.5`, ISO 8601, `true`), whatever spelling the contract declares for what people write.
    """

    frame: pl.DataFrame
    set_aside: list[SetAside] = field(default_factory=list)
    lines: Callable[[], list[str]] | None = None
    typed: dict[str, pl.Series] = field(default_factory=dict)

    def texts_of(self, positions: Sequence[int]) -> list[str]:
        """The records at these rows of `frame`, as they came."""
        if not positions:
            return []
        if self.lines is None:
            return self.frame[TEXT].gather(positions).to_list()
        lines = self.lines()
        return [lines[at] for at in positions]

    @property
    def rows_read(self) -> int:
        return self.frame.height + len(self.set_aside)


def text_schema(table: SourceTable) -> dict[str, pl.DataType]:
    """The columns of a batch's frame."""
    return {ROW: pl.Int64(), TEXT: pl.String(), **dict.fromkeys(table.column_names, pl.String()), EXTRA: pl.String()}


def set_aside_undecodable(texts: list[str], first_row: int, lines: TextLines) -> dict[int, SetAside]:
    """The records, by position, that hold bytes which are not of the declared encoding."""
    if not lines.has_undecodable:
        return {}
    found = {}
    for at, text in enumerate(texts):
        if UNDECODABLE.search(text):
            original = lines.original_bytes(text)
            shown = original.decode(lines.encoding, "backslashreplace")
            found[at] = SetAside(first_row + at, f"holds bytes that are not {lines.encoding}", shown, original=original)
    return found


def frame_of(texts: list[str], first_row: int, malformed: dict[int, SetAside]) -> pl.DataFrame:
    """`_source_row` and `_text` of all records but the malformed ones, whose text may be no valid string for polars."""
    kept = [None if at in malformed else text for at, text in enumerate(texts)] if malformed else texts
    rows = pl.int_range(first_row, first_row + len(texts), eager=True)
    return pl.DataFrame({ROW: rows, TEXT: pl.Series(kept, dtype=pl.String)}).drop_nulls(TEXT)

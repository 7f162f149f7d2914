"""What a single record needs of its file to be read again: the line that names its cells, and the mark of UTF-8.

Stays out: reading records (the readers).
"""

from __future__ import annotations

from data_quality.contracts import SourceTable
from orchestration.intake.decoding import TextLines
from orchestration.intake.quoting import join_records
from orchestration.intake.readers import READERS
from orchestration.intake.streams import GuardedStream

MARK = "\ufeff"


def heading_of(stream: GuardedStream, table: SourceTable) -> str | None:
    """The header record of delimited text as it came, after MARK if the file bears one; None when there is neither."""
    if table.ingest.format not in READERS:
        return None
    lines = TextLines(stream, table.ingest.encoding)
    if table.ingest.format == "csv":
        heading = _header_record(lines, table.ingest.delimiter)
    else:
        heading = ""
        next(lines.texts(), None)
    return (MARK if lines.has_mark else "") + heading or None


def _header_record(lines: TextLines, delimiter: str) -> str:
    carried: list[str] = []
    for block in lines:
        texts, _, carried = join_records(carried + block, delimiter, lines.newline, is_end=False)
        if texts:
            return texts[0]
    return join_records(carried, delimiter, lines.newline, is_end=True)[0][0]

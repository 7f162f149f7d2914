"""One reader per format: the content of a file → batches of records as text, in the columns of the contract.

A new format is one module with one function `read(…, table, warnings) -> Iterator[Batch]` and one line below: in
READERS when it is written in lines or characters, in FILE_READERS when only the file as a whole can be read.
Stays out: types (casting), files and archives (streams), what becomes of the rows (loading).
"""

from __future__ import annotations

from collections.abc import Iterator

from data_quality.contracts import SourceTable
from orchestration.intake.decoding import TextLines
from orchestration.intake.readers import csv_records, fixed_width, ics, json_array, mbox, ndjson, parquet, xlsx
from orchestration.intake.readers.batch import Batch
from orchestration.intake.streams import GuardedStream

READERS = {
    "csv": csv_records.read,
    "fixed_width": fixed_width.read,
    "ics": ics.read,
    "json": json_array.read,
    "mbox": mbox.read,
    "ndjson": ndjson.read,
}
FILE_READERS = {"parquet": parquet.read, "xlsx": xlsx.read}
CUT = "the last record has no line end: if the file was cut, its last cell is not whole"


def batches(stream: GuardedStream, table: SourceTable, warnings: list[str]) -> Iterator[Batch]:
    """All records of a stream, in the table's format; reads the stream to its end. Raises Refused for a whole file."""
    if table.ingest.format in FILE_READERS:
        yield from FILE_READERS[table.ingest.format](stream, table, warnings)
        return
    lines = TextLines(stream, table.ingest.encoding)
    yield from READERS[table.ingest.format](lines, table, warnings)
    if lines.is_cut and table.ingest.format != "json":
        warnings.append(CUT)

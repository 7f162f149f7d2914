"""One JSON object a line, optionally wrapped (`{"ticket": {...}}` with `root: ticket`); or the same as an array.

Stays out: what is in an object (json_objects), which shape a file has (json_shape).
"""

from __future__ import annotations

from collections.abc import Iterator

from data_quality.contracts import SourceTable
from orchestration.intake.decoding import TextLines
from orchestration.intake.readers.batch import Batch
from orchestration.intake.readers.json_array import read_array
from orchestration.intake.readers.json_objects import JsonRecords
from orchestration.intake.readers.json_shape import shape_of


def read(lines: TextLines, table: SourceTable, warnings: list[str]) -> Iterator[Batch]:
    """Batches of records, one a line; blank lines are none.

    Set aside: a line that is no JSON object, lacks the root, names a member twice, or holds half a surrogate pair.
    Raises Refused at the end when no record at all carries a required or key member.
    """
    # Of a JSON array the root is where the array stands, and its quarantined elements are lines without it.
    wrapped_in = table.ingest.root if table.ingest.format == "ndjson" else None
    records = JsonRecords(lines, table, wrapped_in)
    shape = shape_of(lines.beginning(), table)
    if table.ingest.format == "ndjson" and shape.is_array:
        yield from read_array(lines, records, shape.page_member, warnings)
        return
    for block in lines:
        texts = [line for line in block if line.strip()]
        if texts:
            yield records.batch(texts)
    records.finish("lines", warnings)

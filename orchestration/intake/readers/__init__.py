"""One reader per format: text lines → batches of records as text, in the columns of the contract.

A new format is one module with one function `read(lines, table, warnings) -> Iterator[Batch]` and one line below.
Stays out: types (casting), files and archives (streams), what becomes of the rows (loading).
"""

from __future__ import annotations

from orchestration.intake.readers import csv_records, fixed_width, ndjson

READERS = {"csv": csv_records.read, "fixed_width": fixed_width.read, "ndjson": ndjson.read}

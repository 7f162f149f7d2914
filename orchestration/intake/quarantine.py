"""Quarantine: rows that were read but not loaded, with reason and original text; and whole files that were refused.

Belongs here: the form of `rows.ndjson` and of refusals. Stays out: judging rows (readers, casting).
"""

from __future__ import annotations

import base64
import json
import shutil
from dataclasses import replace
from pathlib import Path

from orchestration.intake.durable import appear, close_durably, fresh_staging, private_file, write_durably
from orchestration.intake.load import MANIFEST, Load, quarantine_folder, read_manifest
from orchestration.intake.readers.batch import SetAside

ROWS = "rows.ndjson"
HEADING = "header.txt"
"""The header record of the file beside its quarantined rows; without it a mended row could not be read again."""


class QuarantinedRows:
    """One JSON object a line and quarantined row: file, member, row, column, reason, text (the record as it came).

    `column` is the first column at fault, null when the record could not be split. Where the text could not be
    decoded, `base64` holds the original bytes. In the folder of a replay each line also has the `load_id` that the row
    first came with.
    """

    def __init__(self, folder: Path, file: str, member: str | None, load_id: str | None = None) -> None:
        self._stream = private_file(folder / ROWS)
        self.came_with(file, member, load_id)
        self.rows = 0

    def came_with(self, file: str, member: str | None, load_id: str | None = None) -> None:
        """Where the rows that follow are from."""
        self._where = {"file": file, "member": member} | ({"load_id": load_id} if load_id else {})

    def add(self, record: SetAside) -> None:
        line = self._where | {
            "row": record.source_row,
            "column": record.column,
            "reason": record.reason,
            "text": record.text,
        }
        if record.original is not None:
            line["base64"] = base64.b64encode(record.original).decode()
        self._stream.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self.rows += 1

    def close(self) -> None:
        if not self._stream.closed:
            close_durably(self._stream)


def keep_heading(folder: Path, heading: str | None) -> None:
    if heading is not None:
        write_durably(folder / HEADING, heading.encode("utf-8", "surrogateescape"))


def record_refusal(home: Path, refusal: Load) -> Load:
    """Keeps a refused file's Load under quarantine; an unchanged refusal keeps its first date. Returns what is kept."""
    target = quarantine_folder(home, refusal.source, refusal.table, refusal.load_id)
    earlier = read_manifest(target)
    if earlier and replace(earlier, loaded_at=refusal.loaded_at) == refusal:
        return earlier
    staged = fresh_staging(home / "quarantine", refusal.load_id)
    write_durably(staged / MANIFEST, refusal.as_json().encode())
    appear(staged, target)
    return refusal


def forget_old_refusals(home: Path, loads: list[Load]) -> None:
    """Removes the refusals of files that this run has dealt with otherwise. Files gone from landing keep theirs."""
    seen = {(load.source, load.file) for load in loads if load.status != "waiting"}
    refused = {load.load_id for load in loads if load.status == "refused"}
    for path in (home / "quarantine").glob(f"*/*/load_id=*/{MANIFEST}"):
        kept = Load.from_json(path.read_text(encoding="utf-8"))
        if (kept.source, kept.file) in seen and kept.load_id not in refused:
            shutil.rmtree(path.parent)

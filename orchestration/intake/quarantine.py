"""Quarantine: rows that were read but not loaded, with reason and original text; and whole files that were refused.

Belongs here: the form of `rows.ndjson` and of refusals. Stays out: judging rows (readers, casting).
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from orchestration.intake.durable import appear, close_durably, fresh_staging, private_file, write_durably
from orchestration.intake.load import MANIFEST, Load, quarantine_folder, read_manifest
from orchestration.intake.readers.batch import Malformed

ROWS = "rows.ndjson"


class QuarantinedRows:
    """One JSON object a line and quarantined row: file, member, row, column, reason, text (the record as it came).

    `column` is the first column at fault, null when the record could not be split. Where the text could not be
    decoded, `base64` holds the original bytes.
    """

    def __init__(self, folder: Path, file: str, member: str | None) -> None:
        self._stream = private_file(folder / ROWS)
        self._where = {"file": file, "member": member}
        self.rows = 0

    def add_malformed(self, malformed: Malformed) -> None:
        original = {} if malformed.original is None else {"base64": base64.b64encode(malformed.original).decode()}
        self._add(malformed.source_row, None, malformed.reason, malformed.text, original)

    def add_faulty(self, row: int, faults: list[tuple[str, str]], text: str) -> None:
        """A row whose cells do not fit: `faults` are (column, reason) pairs in the order of the contract."""
        reason = "; ".join(f"{column}: {words}" for column, words in faults)
        self._add(row, faults[0][0], reason, text, {})

    def _add(self, row: int, column: str | None, reason: str, text: str, more: dict[str, str]) -> None:
        line = self._where | {"row": row, "column": column, "reason": reason, "text": text} | more
        self._stream.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self.rows += 1

    def close(self) -> None:
        close_durably(self._stream)


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


def forget_old_refusals(home: Path, loads: Iterable[Load]) -> None:
    """Removes the refusals of files that this run has dealt with otherwise. Files gone from landing keep theirs."""
    places = {load.place: load for load in loads}
    for path in (home / "quarantine").glob(f"*/*/load_id=*/{MANIFEST}"):
        kept = Load.from_json(path.read_text(encoding="utf-8"))
        now = places.get(kept.place)
        if now and now.status != "waiting" and (now.status, now.load_id) != ("refused", kept.load_id):
            shutil.rmtree(path.parent)

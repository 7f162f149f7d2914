"""The file of quarantined rows that a person was given and has mended: csv or ndjson, one quarantined row each.

Only load_id, row and text are read back; the other columns are there for the person.
Stays out: taking rows in (replay).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from orchestration.intake.waiting_rows import WaitingRow

COLUMNS = ("load_id", "source", "table", "file", "member", "row", "column", "reason", "text", "state")
NEEDED = ("load_id", "row", "text")
HALF_PAIR = re.compile("[\ud800-\udfff]")


class Unmendable(ValueError):
    """A file of mended rows cannot be read; the message names file, record and reason."""


def write_rows(rows: Iterable[WaitingRow], file_format: str, out: TextIO) -> None:
    """Writes rows as csv (with a header) or ndjson, in COLUMNS."""
    if file_format == "csv":
        csv.writer(out, lineterminator="\n").writerow(COLUMNS)
    for row in rows:
        said = {name: getattr(row, name) for name in COLUMNS}
        if file_format == "csv":
            csv.writer(out, lineterminator="\n").writerow(said.values())
        else:
            out.write(json.dumps(said, ensure_ascii=False) + "\n")


def read_mended(path: Path) -> dict[tuple[str, int], str]:
    """Text by (load_id, row). Raises Unmendable: nothing of a file that is not clear is taken in."""
    mended: dict[tuple[str, int], str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for number, said in enumerate(_records(path, stream), start=1):
                where = f"{path.name}: record {number}"
                lacking = [name for name in NEEDED if said.get(name) is None]
                if lacking:
                    raise Unmendable(f"{where} lacks {', '.join(lacking)}")
                if not str(said["row"]).isdecimal() or not isinstance(said["text"], str):
                    raise Unmendable(f"{where}: row {said['row']!r} is not a number, or its text is no text")
                if HALF_PAIR.search(said["text"]):
                    raise Unmendable(f"{where} holds half a surrogate pair, which no text can")
                place = str(said["load_id"]), int(said["row"])
                if mended.setdefault(place, said["text"]) != said["text"]:
                    raise Unmendable(f"{where}: row {place[1]} of load {place[0]} is there twice, with different texts")
    except UnicodeDecodeError as fault:
        raise Unmendable(f"{path.name}: is not UTF-8 text: save it as such") from fault
    except OSError as fault:
        raise Unmendable(f"{path.name}: cannot be read: {fault.strerror}") from fault
    return mended


def _records(path: Path, stream: TextIO) -> Iterator[dict]:
    try:
        if path.suffix.lower() == ".csv":
            csv.field_size_limit(2**31 - 1)
            yield from csv.DictReader(stream, strict=True)
            return
        for line in stream:
            if line.strip():
                said = json.loads(line)
                if not isinstance(said, dict):
                    raise Unmendable(f"{path.name}: holds a line that is not a JSON object")
                yield said
    except (csv.Error, json.JSONDecodeError) as fault:
        raise Unmendable(f"{path.name}: cannot be read: {fault}") from fault

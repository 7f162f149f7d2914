"""What is in quarantine, row by row: as it stands today, and on request with everything that was tried before.

Nothing ever leaves the folders of quarantine: a row is open until a replay has put it into raw, and shows the reason
of the latest try. Stays out: writing quarantine (quarantine), taking mended rows in (replay), showing them (the CLI).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import polars as pl

from orchestration.intake.load import Load, all_manifests, quarantine_folder, raw_folder
from orchestration.intake.quarantine import HEADING, ROWS

OPEN, REPLAYED, TRIED = "open", "replayed", "tried"


@dataclass(frozen=True)
class WaitingRow:
    """A quarantined record: the load it came with, its place there, why it is not loaded, and its text as it came.

    `state` is open, replayed (it is in raw by now) or tried (an earlier text or reason of a row that was tried again).
    `original` holds the bytes where the text could not be decoded.
    """

    load_id: str
    source: str
    table: str
    file: str
    member: str | None
    row: int
    column: str | None
    reason: str
    text: str
    state: str = OPEN
    original: bytes | None = None

    @property
    def place(self) -> tuple[str, int]:
        return self.load_id, self.row

    @property
    def source_file(self) -> str:
        return f"{self.file}!{self.member}" if self.member else self.file


def waiting_rows(home: Path, source: str = "", table: str = "", with_history: bool = False) -> Iterator[WaitingRow]:
    """The open rows of quarantine (of one source or table) by table, load and row; with_history all there ever were."""
    loads = [load for load in all_manifests(home) if source in ("", load.source) and table in ("", load.table)]
    for _, of_table in groupby(sorted(loads, key=_of_table), key=lambda load: (load.source, load.table)):
        yield from _waiting_in_table(home, list(of_table), with_history)


def _of_table(load: Load) -> tuple:
    return load.source, load.table, load.loaded_at, load.load_id


def _waiting_in_table(home: Path, loads: list[Load], with_history: bool) -> Iterator[WaitingRow]:
    replays = [load for load in loads if load.status == "replayed"]
    taken_in = set().union(*(_rows_in_raw(home, replay) for replay in replays))
    tries: dict[tuple[str, int], list[WaitingRow]] = {}
    for again in replays:
        for row in _rows_set_aside(home, again):
            tries.setdefault(row.place, []).append(row)
    for load in loads:
        if load.status == "loaded":
            for first in _rows_set_aside(home, load):
                *before, latest = [first, *tries.get(first.place, [])]
                if with_history:
                    yield from (replace(row, state=TRIED) for row in before)
                if first.place not in taken_in:
                    yield latest
                elif with_history:
                    yield replace(latest, state=REPLAYED)


def _rows_in_raw(home: Path, replay: Load) -> Iterable[tuple[str, int]]:
    folder = raw_folder(home, replay.source, replay.table, replay.load_id)
    return pl.read_parquet(folder / "*.parquet", columns=["_load_id", "_source_row"]).rows()


def _rows_set_aside(home: Path, load: Load) -> Iterator[WaitingRow]:
    if not load.rows_quarantined:
        return
    path = quarantine_folder(home, load.source, load.table, load.load_id) / ROWS
    with path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            said = json.loads(line)
            original = base64.b64decode(said.pop("base64")) if "base64" in said else None
            yield WaitingRow(
                **{"load_id": load.load_id} | said, source=load.source, table=load.table, original=original
            )


def heading_kept(home: Path, load: Load) -> str | None:
    """What `heading_of` said of the file that a load came from."""
    path = quarantine_folder(home, load.source, load.table, load.load_id) / HEADING
    return path.read_bytes().decode() if path.exists() else None

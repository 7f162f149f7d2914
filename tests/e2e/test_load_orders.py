"""In which order exports arrive is chance: the warehouse is the same whichever delivery came first."""

from __future__ import annotations

import csv
import io
import os
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from data_quality.company_sources import declared_tables
from data_quality.contracts import SourceTable
from orchestration.intake.intake import intake
from orchestration.settings import PROJECT_DIR

DELIVERIES = 3
AS_OF = "2026-11-01"
OF_SEVERAL_ROWS = ("orders",)
"""Tables of whose records one takes several rows, told by their first cell. No export tears them."""


def records(path: Path) -> tuple[str, list[str], list[str]]:
    """The header of an export, its rows as text, and the first cell of each."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ndjson":
        lines = text.splitlines(keepends=True)
        return "", lines, lines
    lines, begun = io.StringIO(text, newline="").readlines(), 0
    found, cells = [], []
    reader = csv.reader(lines, strict=True)
    for row in reader:
        found.append("".join(lines[begun : reader.line_num]))
        cells.append(row)
        begun = reader.line_num
    return found[0], found[1:], [row[0] if row else "" for row in cells[1:]]


def in_one_piece(rows: list[str], names: list[str]) -> list[str]:
    """The rows, those of one name as one, with what stands between them."""
    last = {name: position for position, name in enumerate(names)}
    pieces, end = [], -1
    for position, (row, name) in enumerate(zip(rows, names, strict=True)):
        if position <= end:
            pieces[-1] += row
        else:
            pieces.append(row)
        end = max(end, last[name])
    return pieces


def deal(path: Path, table: SourceTable, dice: random.Random) -> list[str]:
    """An export as several, shuffled: each record is in one of them. Of a snapshot the first has them all."""
    header, rows, names = records(path)
    if table.ingest.load == "snapshot":
        return [header + "".join(rows)]
    pieces = in_one_piece(rows, names) if table.name in OF_SEVERAL_ROWS else rows
    dice.shuffle(pieces)
    return [header + "".join(pieces[number::DELIVERIES]) for number in range(DELIVERIES)]


@pytest.fixture(scope="module")
def delivered(demo, tmp_path_factory, rapport) -> Callable[[int], Path]:
    """`delivered(seed)`: the demo company, whose exports came in parts on several nights, in an order of chance."""

    def make(seed: int) -> Path:
        home, dice = tmp_path_factory.mktemp("delivered"), random.Random(seed)
        tables = declared_tables(PROJECT_DIR, demo[0])
        parts: list[list[tuple[Path, str]]] = [[] for _ in range(DELIVERIES)]
        for path in sorted((demo[0] / "landing").rglob("*.*")):
            source = path.parent.name
            table = next(t for t in tables if t.source == source and fnmatchcase(path.name, t.ingest.pattern))
            for number, text in enumerate(deal(path, table, dice)):
                parts[number].append((Path(source) / path.name, text))
        for night, files in enumerate(parts, start=1):
            for name, text in files:
                place = home / "landing" / name.parent / f"night_{night}" / name.name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text, encoding="utf-8")
            if night < DELIVERIES:
                intake(home, tables, datetime(2026, 10, 20 + night))
        rapport("run", "--as-of", AS_OF, "--home", home)
        return home

    return make


@pytest.fixture(autouse=True)
def all_cores() -> Iterator[None]:
    """Which of several threads is first is chance, too; elsewhere a process of tests keeps to one core."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    yield
    os.sched_setaffinity(0, before)


def test_parts_in_any_order_make_what_the_whole_makes(demo, delivered, contents, ask) -> None:
    once, later = contents(demo[0]), contents(delivered(1))
    compared = [name for name in once if name.split(".")[0] in ("marts", "scores", "segments")]
    assert len(compared) > 50
    assert {name: later[name] for name in compared} == {name: once[name] for name in compared}

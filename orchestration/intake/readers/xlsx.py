"""One sheet of a workbook: `ingest.sheet`, or the first visible one. Its first row that is not empty is the header.

The file is opened only in a process of its own with limits on memory and time (xlsx_cells). `_source_row` is the row's
number as a spreadsheet program shows it; the original text of a row is a JSON object of its cells by header.

Belongs here: which cells make a record, and which cannot be trusted. Stays out: XML (xlsx_cells), types (casting).
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any

import polars as pl

from data_quality.contracts import SourceTable
from orchestration.intake.header import match_header, quoted
from orchestration.intake.load import Refused
from orchestration.intake.readers.batch import Batch, SetAside, text_schema
from orchestration.intake.readers.typed_cells import column_letters, decimal_text, id_fault, lost_number, record_text
from orchestration.intake.streams import GuardedStream

MEMORY = 512 * 2**20
SECONDS = 60
SECONDS_PER_MEGABYTE = 30
"""Of computing: a minute for any workbook, and half a minute for every packed megabyte, ten times what one takes."""
BATCH_ROWS = 10_000
NO_RESULT = "holds a formula without a stored result: open the file in a spreadsheet program and save it"

TYPED = ("n", "b", "d")

Cells = dict[int, tuple[str, str]]
"""Column number → (kind, text) as xlsx_cells gives them."""


def read(stream: GuardedStream, table: SourceTable, warnings: list[str]) -> Iterator[Batch]:
    """Batches of records, one a row that is not empty.

    Set aside: a cell without a header, a formula without a stored result, an error such as #REF!, an id of which a
    spreadsheet has lost digits. Raises Refused for what is no workbook, is built to exhaust memory, or lacks columns.
    """
    with tempfile.NamedTemporaryFile(prefix="rapport-", suffix=".xlsx") as spooled:
        while block := stream.read():
            spooled.write(block)
        spooled.flush()
        with _lines(Path(spooled.name), table.ingest.sheet) as lines:
            yield from _batches(lines, table, warnings)


@contextmanager
def _lines(path: Path, sheet: str | None) -> Iterator[Iterator[Any]]:
    seconds = SECONDS + SECONDS_PER_MEGABYTE * (path.stat().st_size >> 20)
    script = Path(__file__).with_name("xlsx_cells.py")
    command = [sys.executable, "-I", str(script), str(path), sheet or "", str(MEMORY), str(seconds)]
    with tempfile.TemporaryFile() as said, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said) as process:

        def lines() -> Iterator[Any]:
            for line in process.stdout:
                if line.endswith(b"\n"):  # a child that is stopped stops in the middle of one
                    yield json.loads(line)
            # Only now is it known whether there is no more, or no more was read.
            code = process.wait()
            if code == -signal.SIGXCPU:
                raise Refused(f"takes more than {seconds} seconds to read")
            if code:
                said.seek(0)
                words = said.read().decode(errors="replace").strip().splitlines() or [f"exit {code}"]
                raise Refused(f"cannot be read: {words[-1]}")

        try:
            yield lines()
        finally:
            process.kill()


def _batches(lines: Iterator[Any], table: SourceTable, warnings: list[str]) -> Iterator[Batch]:
    rows = _rows(lines, warnings)
    first = next(rows, None)
    if first is None:
        raise Refused("has no header line: its sheet is empty")
    heading = {column: text.strip() for column, (_, text) in first[1].items() if text.strip()}
    header = match_header(list(heading.values()), table, warnings)
    places = list(heading)
    columns = {name: places[place] for name, place in header.positions.items()}
    extra = {name: places[place] for name, place in header.extra.items()}
    while some := list(islice(rows, BATCH_ROWS)):
        yield _batch(some, heading, columns, extra, table)


def _rows(lines: Iterator[Any], warnings: list[str]) -> Iterator[tuple[int, Cells]]:
    for line in lines:
        if isinstance(line, list):
            yield line[0], {column: (kind, text) for column, kind, text in line[1]}
        elif "refused" in line:
            raise Refused(line["refused"])
        elif line.get("others"):
            warnings.append(f"only the sheet {line['sheet']!r} is read; it also has {quoted(line['others'])}")
        elif line.get("merged"):
            more = line["count_merged"] - len(line["merged"])
            ranges = ", ".join(line["merged"]) + (f" and {more} more" if more else "")
            warnings.append(f"merged cells: {ranges}; their value stands in the first cell, the others are empty")


def _batch(
    rows: list[tuple[int, Cells]],
    heading: dict[int, str],
    columns: dict[str, int],
    extra: dict[str, int],
    table: SourceTable,
) -> Batch:
    records, aside = [], []
    typed: dict[str, list[bool]] = {name: [] for name in columns}
    names = {place: name for name, place in chain(extra.items(), columns.items())}
    ids = {columns[column.name] for column in table.columns if column.is_id and column.name in columns}
    amounts = {columns[one.name] for one in table.columns if one.data_type == "decimal(18,4)" and one.name in columns}
    for number, cells in rows:
        text = _original(cells, heading, ids)
        fault = _fault(cells, heading, ids, table)
        if fault:
            place, reason = fault
            column = names.get(place)
            where = f"{column}: " if column else ""
            aside.append(SetAside(number, where + reason, text, column if column in columns else None))
            continue
        for name, place in columns.items():
            typed[name].append(cells.get(place, ("s", ""))[0] in TYPED)
        values = {
            place: decimal_text(text) if kind == "n" and place in amounts else text
            for place, (kind, text) in cells.items()
        }
        beside = {name: values[place] for name, place in extra.items() if place in values}
        told = json.dumps(beside, ensure_ascii=False) if beside else None
        records.append((number, text, *(values.get(columns.get(name)) for name in table.column_names), told))
    frame = pl.DataFrame(records, schema=text_schema(table), orient="row")
    return Batch(frame, aside, typed={name: pl.Series(flags, dtype=pl.Boolean) for name, flags in typed.items()})


def _fault(cells: Cells, heading: dict[int, str], ids: set[int], table: SourceTable) -> tuple[int, str] | None:
    """The first cell that cannot be taken as it is, and why."""
    for place, (kind, text) in cells.items():
        if place not in heading and text.strip():
            return place, f"has {text[:80]!r} in column {column_letters(place)}, which has no header"
        if kind == "f":
            return place, NO_RESULT
        if kind == "e" and text not in table.ingest.null_values:
            return place, f"holds {text}, an error of the spreadsheet"
        if place in ids and (reason := id_fault(kind, text)):
            return place, reason
    return None


def _original(cells: Cells, heading: dict[int, str], ids: set[int]) -> str:
    return record_text(
        {heading.get(place, column_letters(place)): _shown(*cell, place in ids) for place, cell in cells.items()}
    )


def _shown(kind: str, text: str, is_id: bool) -> str:
    """A cell as JSON; what cannot be trusted as no JSON."""
    if kind == "f":
        return "=formula"
    if kind == "e":
        return text
    if is_id and id_fault(kind, text):
        return lost_number(text) if kind == "n" else f"date {text}"
    is_number = kind == "n" and not (text.startswith("0") and text.isdigit() and text != "0")
    return text if is_number or kind == "b" else json.dumps(text, ensure_ascii=False)

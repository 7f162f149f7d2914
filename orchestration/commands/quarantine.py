"""`rapport quarantine`: what was read but not loaded and why, row by row, and the way back in once it is mended."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from data_quality.contracts import ContractError
from orchestration.commands.options import HomeOption, console, settings_for, stop
from orchestration.commands.sources import declared
from orchestration.intake.load import all_loads, all_manifests
from orchestration.intake.mended_rows import Unmendable, read_mended, write_rows
from orchestration.intake.readers.heading import MARK
from orchestration.intake.replay import Replayed
from orchestration.intake.replay import replay as replay_rows
from orchestration.intake.waiting_rows import WaitingRow, heading_kept, waiting_rows
from orchestration.writer_lock import AnotherRunIsWriting, writer_lock

app = typer.Typer(help="Quarantine: list what was set aside, show it, take it in once mended.", no_args_is_help=True)

PAGE = 20
QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
TableArgument = Annotated[str, typer.Argument(help="A source or a table, such as shopify or shopify.orders.")]


class RowFormat(StrEnum):
    table = "table"
    csv = "csv"
    ndjson = "ndjson"


@app.command("list")
def list_(name: TableArgument = "", home: HomeOption = None) -> None:
    """Open rows per file and reason, and the files that were refused as a whole."""
    settings = settings_for(home)
    source, _, table_name = name.partition(".")
    counts: Counter[tuple[str, ...]] = Counter()
    first: dict[tuple[str, ...], int] = {}
    for row in waiting_rows(settings.home, source, table_name):
        group = (f"{row.source}.{row.table}", row.source_file, row.column or "", kind_of(row.reason))
        counts[group] += 1
        first.setdefault(group, row.row)
    table = Table(
        Column("table", no_wrap=True),
        Column("file", overflow="fold"),
        "column",
        "reason",
        "rows",
        "first",
        title="Rows",
    )
    for group, rows in sorted(counts.items(), key=lambda item: (item[0][:2], -item[1], item[0])):
        table.add_row(*map(escape, group), f"{rows:,}", f"{first[group]:,}")
    if counts:
        console.print(table)
    refused = [load for load in all_loads(settings.home) if load.status == "refused" and source in ("", load.source)]
    if refused:
        files = Table(Column("file", overflow="fold"), "reason", title="Files that were refused as a whole")
        for load in refused:
            files.add_row(escape(f"{load.source}/{load.source_file}"), escape(load.reason or ""))
        console.print(files)
    if not counts and not refused:
        console.print(f"Nothing is in quarantine{f' of {name}' if name else ''}.")


@app.command()
def show(
    name: TableArgument = "",
    file: Annotated[str, typer.Option("--file", help="Only rows of this file, as `list` names it.")] = "",
    column: Annotated[str, typer.Option("--column", help="Only rows whose first fault is in this column.")] = "",
    row_format: Annotated[
        RowFormat, typer.Option("--format", help="table to look at; csv or ndjson to mend and to replay.")
    ] = RowFormat.table,
    limit: Annotated[int, typer.Option(min=0, help="At most so many rows (0: all; a table shows 20).")] = 0,
    offset: Annotated[int, typer.Option(min=0, help="Leave out so many rows first.")] = 0,
    history: Annotated[bool, typer.Option("--history", help="Also what was tried before or is loaded by now.")] = False,
    home: HomeOption = None,
) -> None:
    """Quarantined rows with the reason and the original text.

    `show --format csv > mended.csv`, mend the column `text`, then `replay mended.csv`.
    """
    settings = settings_for(home)
    found = (
        row
        for row in waiting_rows(settings.home, *name.partition(".")[::2], with_history=history)
        if file in ("", row.source_file) and column in ("", row.column)
    )
    if row_format != RowFormat.table:
        write_rows(islice(found, offset, offset + limit if limit else None), row_format.value, sys.stdout)
        return
    page = list(islice(found, offset, offset + (limit or PAGE) + 1))
    shown = page[: limit or PAGE]
    for line in _told(settings.home, shown):
        # Original text is printed as it is: no markup, no colours, no wrapping in the middle of a cell.
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if not shown:
        console.print("No such rows are in quarantine.")
    elif len(page) > len(shown):
        console.print(f"There are more: --offset {offset + len(shown)} shows the next ones.")


@app.command()
def replay(
    file: Annotated[Path | None, typer.Argument(help="Mended rows, as `show` wrote them (default: all as is).")] = None,
    home: HomeOption = None,
) -> None:
    """Take mended rows in; without a file, read all open rows again, against contracts that were mended.

    Exits 1 when a row is still wrong. The next `rapport run` brings what was taken in to the next release.
    """
    settings = settings_for(home)
    tables = declared(settings)
    try:
        mended = read_mended(file) if file else None
        with writer_lock(settings.home):
            unknown = set(mended or {}) - {row.place for row in waiting_rows(settings.home)}
            done = replay_rows(settings.home, tables, datetime.now(UTC), mended, file.name if file else "")
    except (Unmendable, ContractError, AnotherRunIsWriting) as problem:
        stop(str(problem))
    for load_id, row in sorted(unknown):
        console.print(f"Row {row} of load {load_id} is not open in quarantine: taken in already, or never set aside.")
    for result in done:
        _tell(result)
    if not done and not unknown:
        console.print("Nothing is open in quarantine." if mended is None else f"{file} holds no rows.")
    raise typer.Exit(1 if any(result.still_wrong for result in done) else 0)


def kind_of(reason: str) -> str:
    """A reason without the values that it quotes, so that like rows count together."""
    return QUOTED.sub("…", reason)


def _told(home: Path, rows: list[WaitingRow]) -> Iterator[str]:
    loads = {load.load_id: load for load in all_manifests(home)} if rows else {}
    said = ""
    for row in rows:
        if said != row.load_id:
            said = row.load_id
            yield f"{row.source}.{row.table}, {row.source_file}"
            heading = heading_kept(home, loads[row.load_id])
            if heading and heading != MARK:
                yield f"  columns: {_printable(heading.removeprefix(MARK))}"
        state = "" if row.state == "open" else f" ({row.state})"
        yield f"  row {row.row:,}{state}: {_printable(row.reason)}"
        yield f"    {_printable(row.text)}"


def _printable(text: str) -> str:
    """Text of an export on one line of a terminal, which control characters could otherwise steer."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _tell(result: Replayed) -> None:
    wrong = len(result.still_wrong)
    still = f", {wrong:,} still wrong" if wrong else ""
    console.print(
        f"{result.source}.{result.table}: {result.rows_loaded:,} of {result.rows_read:,} rows taken in{still}"
    )
    reasons = Counter(f"{row.source_file}: {kind_of(row.reason)}" for row in result.still_wrong)
    for reason, rows in reasons.most_common(PAGE):
        console.print(f"  {rows:,} × {reason}", markup=False, highlight=False)

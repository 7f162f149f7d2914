"""`rapport segments`: which there are, and pulling one as a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from data_quality.release import connect
from orchestration.commands.options import HomeOption, console, release_of, settings_for, stop
from orchestration.delivery.pull import pull as pull_segment

app = typer.Typer(help="Segments: list them, pull one as a file.", no_args_is_help=True)


class FileFormat(StrEnum):
    csv = "csv"
    parquet = "parquet"
    xlsx = "xlsx"


@app.command("list")
def list_(home: HomeOption = None) -> None:
    """Every segment of the current release, with its size and what it is for."""
    release = release_of(settings_for(home))
    table = Table("segment", "customers", "what it is for")
    with connect(release) as connection:
        for name, members, description in connection.sql(
            """select d.segment_name, count(m.customer_id), any_value(d.description)
               from release.segment_definitions d left join segments.customer_segments m using (segment_name)
               group by 1 order by 1"""
        ).fetchall():
            table.add_row(name, f"{members:,}", description)
    console.print(table)


@app.command()
def pull(
    name: str,
    file_format: Annotated[FileFormat, typer.Option("--format", help="csv, parquet or xlsx.")] = FileFormat.csv,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write (default: NAME.FORMAT here).")] = None,
    home: HomeOption = None,
) -> None:
    """Write the members of a segment, each with the reason why, to a file."""
    settings = settings_for(home)
    path = out or Path(f"{name}.{file_format.value}")
    try:
        rows = pull_segment(release_of(settings), settings.home, name, file_format.value, path)
    except LookupError as problem:
        stop(str(problem))
    console.print(f"{rows:,} customers of segment {name} → {path}")

"""`rapport sources`: what is declared, what has arrived, and a trial of what has landed without loading it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from data_quality.contracts import ContractError, SourceTable, load_source_tables
from orchestration.commands.options import HomeOption, console, settings_for, stop
from orchestration.intake.intake import intake
from orchestration.intake.load import Load, all_loads
from orchestration.settings import Settings

app = typer.Typer(help="Sources: what is declared, what has arrived, what is wrong.", no_args_is_help=True)


def declared(settings: Settings) -> list[SourceTable]:
    """All declared source tables, or a clear end when a declaration is wrong."""
    try:
        return load_source_tables(settings.project_dir)
    except ContractError as problem:
        stop(str(problem))


@app.command("list")
def list_(home: HomeOption = None) -> None:
    """Every declared table: which files it takes, how they are loaded, and what has been loaded so far."""
    settings = settings_for(home)
    loads = all_loads(settings.home)
    table = Table(
        Column("table", no_wrap=True), Column("files", overflow="fold"), "load", "loads", "rows", "quarantined"
    )
    for declaration in declared(settings):
        mine = [load for load in loads if (load.source, load.table) == (declaration.source, declaration.name)]
        loaded = [load for load in mine if load.status == "loaded"]
        table.add_row(
            f"{declaration.source}.{declaration.name}",
            declaration.ingest.pattern,
            declaration.ingest.load,
            f"{len(loaded):,}",
            f"{sum(load.rows_loaded for load in loaded):,}",
            f"{sum(load.rows_quarantined for load in loaded):,}",
        )
    console.print(table)


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="One source (default: all that have landed).")] = "",
    home: HomeOption = None,
) -> None:
    """Try what has landed against its contract, without loading anything."""
    settings = settings_for(home)
    tables = [table for table in declared(settings) if name in ("", table.source)]
    if not tables:
        stop(f"No source {name!r} is declared; `rapport sources list` shows the ones there are.")
    with tempfile.TemporaryDirectory(prefix="rapport-check-") as scratch:
        landing = Path(scratch) / "landing"
        landing.mkdir()
        for source in {table.source for table in tables}:
            if (settings.landing / source).is_dir():
                (landing / source).symlink_to(settings.landing / source)
        loads = intake(Path(scratch), tables, datetime.now(UTC))
        problems = list(_problems(loads))
    for load in loads:
        counts = f"{load.rows_read:,} rows read, {load.rows_loaded:,} would load"
        console.print(f"{load.source}/{load.source_file}: {counts}")
    for problem in problems:
        console.print(problem)
    if not loads:
        console.print(f"Nothing has landed for {name or 'any source'} in {settings.landing}.")
    raise typer.Exit(1 if any(load.status == "refused" or load.rows_quarantined for load in loads) else 0)


def _problems(loads: Iterable[Load]) -> Iterable[str]:
    for load in loads:
        where = f"{load.source}/{load.source_file}"
        if load.status in ("refused", "waiting"):
            yield f"{load.status}: {where}: {load.reason}"
        if load.rows_quarantined:
            yield f"quarantine: {where}: {load.rows_quarantined:,} rows would be set aside"
        for warning in load.warnings:
            yield f"note: {where}: {warning}"

"""`rapport sources`: what is declared, what has arrived, a trial of what has landed, and the draft of a new source."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.table import Column, Table

from data_quality.company_sources import declared_tables
from data_quality.contracts import ContractError, SourceTable
from orchestration.commands.options import HomeOption, console, settings_for, stop
from orchestration.drafting.folder import TO_SAY, CannotDraft, draft_source
from orchestration.drafting.sample import NotASample
from orchestration.intake.intake import intake
from orchestration.intake.load import Load, all_loads
from orchestration.settings import Settings

app = typer.Typer(help="Sources: what is declared, what has arrived, what is wrong.", no_args_is_help=True)


def declared(settings: Settings) -> list[SourceTable]:
    """All declared source tables, or a clear end when a declaration is wrong."""
    try:
        return declared_tables(settings.project_dir, settings.home)
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
    folders = {source: settings.landing / source for source in {table.source for table in tables}}
    loads = _try(tables, {source: list(folder.iterdir()) for source, folder in folders.items() if folder.is_dir()})
    if not loads:
        console.print(f"Nothing has landed for {name or 'any source'} in {settings.landing}.")
    for words in _unsaid(tables):
        console.print(f"open: {words}", soft_wrap=True)
    raise typer.Exit(1 if any(load.status == "refused" or load.rows_quarantined for load in loads) else 0)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the source, in snake_case, such as web_shop.")],
    samples: Annotated[list[Path], typer.Option("--from", help="Samples of its exports, one file per table.")],
    more: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Further samples.")] = None,
    home: HomeOption = None,
) -> None:
    """Draft the folder of a new source from samples: contract, staging models, its place in the unions."""
    settings = settings_for(home)
    files = [*samples, *(more or [])]
    try:
        draft = draft_source(settings.project_dir, name, files)
    except (CannotDraft, NotASample) as problem:
        stop(str(problem))
    shown = Table(Column("table", no_wrap=True), "rows of", "read as", "told apart by", "columns")
    for table in draft.tables:
        entity = table.entity.entity if table.entity else "nothing known"
        key = " + ".join(column.name for column in table.key) or "nothing: every row is kept"
        shown.add_row(f"{name}.{table.name}", table.sample.file.name, entity, key, str(len(table.columns)))
    console.print(shown)
    _try([table for table in declared(settings) if table.source == name], {name: files})
    for note in draft.notes:
        console.print(f"decide: {note}", soft_wrap=True)
    console.print("Written, for you to read and mend:")
    for path in draft.files:
        console.print(f"  {path.relative_to(settings.project_dir)}", soft_wrap=True)
    console.print(f"Then: exports into {settings.landing / name}, `rapport sources check {name}`, `rapport run`.")


def _try(tables: list[SourceTable], files: dict[str, list[Path]]) -> list[Load]:
    """Take files in where nothing is kept, and say what came of each."""
    with tempfile.TemporaryDirectory(prefix="rapport-check-") as scratch:
        for source, found in files.items():
            landing = Path(scratch) / "landing" / source
            landing.mkdir(parents=True)
            for file in found:
                (landing / file.name).symlink_to(file.resolve())
        loads = intake(Path(scratch), tables, datetime.now(UTC))
    for load in loads:
        counts = f"{load.rows_read:,} rows read, {load.rows_loaded:,} would load"
        console.print(f"{load.source}/{load.source_file}: {counts}", soft_wrap=True)
    for problem in _problems(loads):
        console.print(problem, soft_wrap=True)
    return loads


def _unsaid(tables: list[SourceTable]) -> Iterable[str]:
    """What a draft left for a person to say and nobody has said yet."""
    for path in sorted({table.path for table in tables if table.source == table.dbt_source}):
        [source] = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
        said = source.get("config", {}).get("meta", {}).get("guide", {}) | {"description": source["description"]}
        for key, words in said.items():
            if words in TO_SAY.values() or str(words).endswith(TO_SAY["description"]):
                yield f"{path.name}: {key}: {words}"


def _problems(loads: Iterable[Load]) -> Iterable[str]:
    for load in loads:
        where = f"{load.source}/{load.source_file}"
        if load.status in ("refused", "waiting"):
            yield f"{load.status}: {where}: {load.reason}"
        if load.rows_quarantined:
            yield f"quarantine: {where}: {load.rows_quarantined:,} rows would be set aside"
        for warning in load.warnings:
            yield f"note: {where}: {warning}"

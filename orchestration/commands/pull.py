"""`rapport pull`: what the systems' APIs hold, as files in `landing/`, without running the night."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape

from data_quality.contracts import SourceTable
from orchestration.commands.options import HomeOption, console, settings_for, stop
from orchestration.commands.sources import declared
from orchestration.settings import CREDENTIALS, DSN
from orchestration.writer_lock import AnotherRunIsWriting, writer_lock


def pull(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Default: all that are set up.")
    ] = None,
    since: Annotated[
        str, typer.Option(metavar="DATE", help="Pull again what has changed since, YYYY-MM-DD, UTC.")
    ] = "",
    home: HomeOption = None,
) -> None:
    """Fetch what has changed from every source that is set up. Exits 1 when something could not be had."""
    settings = settings_for(home)
    missing = [name for name in names or () if name not in settings.fetched]
    if missing:
        stop("\n".join(_what_to_set(name, declared(settings)) for name in missing))
    if not settings.fetched:
        stop("No source is set up to be pulled; .env.example names what to set.")
    # dlt takes a second to import; `rapport --help` should not wait for it.
    from orchestration.pull.nightly import pull_sources

    try:
        with writer_lock(settings.home):
            pulled = pull_sources(
                settings, declared(settings), datetime.now(UTC), names or (), _moment(since), on_progress=console.print
            )
    except AnotherRunIsWriting as other:
        stop(str(other))
    for source in pulled:
        rows = f"{sum(source.rows.values()):,} rows in " if source.rows else ""
        console.print(f"{source.source}: {rows}{len(source.files)} files")
        for failure in source.failures:
            console.print(f"[red]not pulled[/red] {source.source}: {escape(failure)}")
    raise typer.Exit(1 if any(source.failures for source in pulled) else 0)


def _what_to_set(name: str, tables: list[SourceTable]) -> str:
    if name in CREDENTIALS:
        return f"{name} is not set up: set {', '.join(CREDENTIALS[name])}."
    if any(table.source == name and table.ingest.pull for table in tables):
        return f"{name} is not set up: set {DSN}_{name.upper()}."
    if any(table.source == name for table in tables):
        return f"{name} is not set up: name the remote folder of its exports in RAPPORT_LANDING_URLS."
    return f"No source {name!r} is declared; `rapport sources list` shows the ones there are."


def _moment(since: str) -> datetime | None:
    try:
        return datetime.fromisoformat(since).replace(tzinfo=UTC) if since else None
    except ValueError:
        stop(f"--since {since!r} is not a date such as 2026-11-01")

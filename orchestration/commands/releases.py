"""`rapport releases`: what has been published, what is in it, and the way back."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from data_quality.release import connect, current_release, list_releases, rollback
from orchestration.commands.options import HomeOption, console, settings_for, stop
from orchestration.writer_lock import AnotherRunIsWriting, writer_lock

app = typer.Typer(help="Published releases: list, show, roll back.", no_args_is_help=True)


@app.command("list")
def list_(
    ids: Annotated[bool, typer.Option("--ids", help="Only the ids, one a line, for scripts.")] = False,
    home: HomeOption = None,
) -> None:
    """All kept releases, the newest first; the current one is marked."""
    settings = settings_for(home)
    if ids:
        for release in list_releases(settings.home):
            typer.echo(release.release_id)
        return
    current = current_release(settings.home)
    table = Table("release", "as of", "published", "")
    for release in list_releases(settings.home):
        mark = "current" if current and release.release_id == current.release_id else ""
        table.add_row(release.release_id, str(release.as_of_date), f"{release.published_at:%Y-%m-%d %H:%M} UTC", mark)
    console.print(table)


@app.command()
def show(
    release_id: Annotated[str, typer.Argument(help="Which one (default: the current).")] = "",
    home: HomeOption = None,
) -> None:
    """Tables and row counts of a release, and the checks that warned."""
    settings = settings_for(home)
    releases = {release.release_id: release for release in list_releases(settings.home)}
    current = current_release(settings.home)
    release = releases.get(release_id) if release_id else current
    if release is None:
        stop(f"No release {release_id!r}; `rapport releases list` shows the ones there are.")
    console.print(
        f"Release {release.release_id}, as of {release.as_of_date}, published {release.published_at:%Y-%m-%d %H:%M} UTC"
    )
    with connect(release) as connection:
        table = Table("table", "rows")
        for schema, name, rows in connection.sql(
            "select table_schema, table_name, row_count from release.row_counts order by all"
        ).fetchall():
            table.add_row(f"{schema}.{name}", f"{rows:,}")
        console.print(table)
        for row in connection.sql(
            """select severity, table_name, check_name, observed
               from release.gate_reports where not is_passed order by all"""
        ).fetchall():
            console.print("{}: {}: {}: saw {}".format(*row))


@app.command("rollback")
def rollback_(release_id: str, home: HomeOption = None) -> None:
    """Point readers at an older release; nothing is rebuilt, nothing is deleted."""
    settings = settings_for(home)
    try:
        with writer_lock(settings.home):
            release = rollback(settings.home, release_id)
    except (LookupError, AnotherRunIsWriting) as problem:
        stop(str(problem))
    console.print(f"Readers now see release {release.release_id}, as of {release.as_of_date}.")

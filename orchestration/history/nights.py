"""The memory of published nights: what began to hold and what ceased to hold for a customer, by the day of the night.

A folder per as_of_date, `history/customer_states/2026-11-01/<release>/changes.parquet`, whole or not there. A row
says that a state of a customer holds from that day on, or does not; saying it twice changes nothing. A night that is
built again replaces its own day and leaves every other day as it was known.
Stays out: how the rows become stretches of time (stretches).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from data_quality.release import Release, list_releases, quoted
from orchestration import versions

CHANGES = "changes.parquet"
COLUMNS = "customer_id varchar, state_name varchar, state_value varchar, holds boolean, as_of_date date"
KEY = "customer_id, state_name, state_value"
SEGMENTS = "segments.customer_states"


def area_of(home: Path) -> Path:
    return home / "history" / "customer_states"


def days(home: Path) -> dict[date, Path]:
    """The folder that counts of every remembered day, oldest first."""
    areas = {date.fromisoformat(path.name): path for path in versions.every(area_of(home))}
    newest = {day: versions.newest(area) for day, area in sorted(areas.items())}
    return {day: folder for day, folder in newest.items() if folder is not None}


def read_changes(connection: duckdb.DuckDBPyConnection, home: Path, before: date | None = None) -> None:
    """Write the temp table `changes`: all that was remembered, of nights before a day where one is given."""
    connection.execute(f"create or replace temp table changes ({COLUMNS})")
    files = [folder / CHANGES for day, folder in days(home).items() if before is None or day < before]
    if files:
        listed = ", ".join(quoted(file) for file in files)
        connection.execute(f"insert into changes by name select * from read_parquet([{listed}])")


def remember_published(home: Path, on_progress: Callable[[str], None] = lambda words: None) -> list[date]:
    """Remember every published night that is not remembered yet, the last release of each; returns their days.

    Every kept release is looked at, so a night killed between publishing and remembering is made up for by the next.
    """
    last = {release.as_of_date: release for release in reversed(list_releases(home))}
    remembered = {day: folder.name.split("+")[0] for day, folder in days(home).items()}
    missing = [release for day, release in sorted(last.items()) if remembered.get(day) != release.release_id]
    done = [release.as_of_date for release in missing if _remember(home, release)]
    for day in done:
        on_progress(f"remembered the customers' states of {day}")
    return done


def _remember(home: Path, release: Release) -> bool:
    day = release.as_of_date
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach {quoted(release.file)} as release (read_only)")
        if not _has_states(connection):
            return False
        connection.execute(
            f"""
            create temp table tonight as
            select {KEY}, true as holds, $day as as_of_date from release.{SEGMENTS} where valid_from = $day
            union all
            select {KEY}, false, $day from release.{SEGMENTS} where valid_to = $day
            """,
            {"day": day},
        )
        later = next((each for each in days(home) if each > day), None)
        if later:
            # First the later day: a kill in between leaves assertions that were true anyhow.
            _hold_apart(connection, home, day, later)
            _write(
                connection, home, later, f"{days(home)[later].name.split('+')[0]}+{release.release_id}", "kept_apart"
            )
        _write(connection, home, day, release.release_id, "tonight")
    return True


def _has_states(connection: duckdb.DuckDBPyConnection) -> bool:
    """Releases from before this memory carry none."""
    schema, table = SEGMENTS.split(".")
    found = "select count(*) from information_schema.tables where table_catalog = 'release'"
    [count] = connection.execute(f"{found} and table_schema = '{schema}' and table_name = '{table}'").fetchone()
    return bool(count)


def _hold_apart(connection: duckdb.DuckDBPyConnection, home: Path, day: date, later: date) -> None:
    """Write `kept_apart`: what the first later day says, and how it stood with all that the new night has otherwise."""
    read_changes(connection, home)
    last_word = f"""
        select {KEY} from changes where as_of_date <= $until
        qualify row_number() over (partition by {KEY} order by as_of_date desc, holds desc) = 1 and holds
    """
    connection.execute(f"create temp table before as {last_word}", {"until": day})
    connection.execute(f"create temp table after as {last_word}", {"until": later})
    connection.execute(
        f"""
        create temp table kept_apart as
        with now as (select {KEY} from release.{SEGMENTS} where valid_to is null),
        otherwise as (
            (from before except from now) union (from now except from before)
            union (select {KEY} from changes where as_of_date = $later)
        )
        select {KEY}, ({KEY}) in (select ({KEY}) from after) as holds, $later as as_of_date from otherwise
        """,
        {"later": later},
    )


def _write(connection: duckdb.DuckDBPyConnection, home: Path, day: date, name: str, table: str) -> None:
    def write(folder: Path) -> None:
        connection.execute(
            f"copy (from {table} order by all) to {quoted(folder / CHANGES)} (format parquet, compression zstd)"
        )

    versions.add(area_of(home) / day.isoformat(), name, write)
    # The folder just written counts, also where an older one has a name that sorts behind it.
    for other in versions.every(area_of(home) / day.isoformat()):
        if other.name != name:
            versions.drop(other)

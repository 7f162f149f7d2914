"""`rapport doctor`: what is missing or stale, in words, and what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec

import typer
from rich.markup import escape

from data_quality.company_sources import declared_tables
from data_quality.contracts import ContractError
from data_quality.release import STALE_AFTER, current_release, release_age
from orchestration import last_run
from orchestration.commands.options import HomeOption, console, settings_for
from orchestration.intake.load import all_loads
from orchestration.pull.progress import stale_sources
from orchestration.settings import Settings
from orchestration.writer_lock import holder

LOW_DISK_BYTES = 2 * 1024**3


def doctor(home: HomeOption = None) -> None:
    """Say what is missing or stale, and how to mend it. Exits 1 when something is to be mended."""
    settings = settings_for(home)
    console.print(f"Home: {settings.home}")
    problems = list(findings(settings, datetime.now(UTC)))
    for problem in problems:
        console.print(f"• {escape(problem)}")
    if not problems:
        console.print("Everything is in place and fresh.")
    for note in notes(settings):
        console.print(f"[dim]{escape(note)}[/dim]")
    raise typer.Exit(1 if problems else 0)


def findings(settings: Settings, now: datetime) -> Iterator[str]:
    """Each problem as one sentence that ends with what to do."""
    yield from _estate(settings)
    yield from _sources(settings)
    yield from _release(settings, now)
    yield from _machine(settings)


def notes(settings: Settings) -> Iterator[str]:
    """What could land besides, one sentence per source: no company uses all that its systems can export."""
    try:
        tables = declared_tables(settings.project_dir, settings.home)
    except ContractError:
        return  # findings says so
    landed = {(load.source, load.table) for load in all_loads(settings.home) if load.status == "loaded"}
    for source in sorted({source for source, _ in landed}):
        others = [table for table in tables if table.source == source and (source, table.name) not in landed]
        if others:
            listed = ", ".join(f"{table.name} ({table.ingest.pattern})" for table in others)
            yield f"{source} could export more, which never landed in landing/{source}/ and is empty: {listed}."


def _estate(settings: Settings) -> Iterator[str]:
    if not settings.home.exists():
        yield "The home does not exist yet: put exports into its landing/<source>/ folders, or run `rapport demo`."
    other = holder(settings.home)
    if other:
        yield f"A run is writing right now (process {other.get('pid')}, since {other.get('since')}): wait for it."
    last = last_run.read(settings.home)
    if last and last["status"] == "failed":
        yield f"The last run failed at {last['finished_at']}: {last['reason']}. Mend that and run `rapport run`."


def _sources(settings: Settings) -> Iterator[str]:
    try:
        tables = declared_tables(settings.project_dir, settings.home)
    except ContractError as problem:
        yield f"A source is declared wrongly: {problem}."
        return
    known = {table.source for table in tables}
    if settings.landing.is_dir():
        for folder in sorted(path for path in settings.landing.iterdir() if path.is_dir()):
            if folder.name not in known:
                yield f"landing/{folder.name}/ belongs to no declared source; nothing in it is read."
    loads = all_loads(settings.home)
    for stale in stale_sources(settings.home):
        yield stale.in_words()
    for load in loads:
        where = f"{load.source}/{load.source_file}"
        if load.status == "refused":
            yield f"{where} was refused: {load.reason}. Mend the file and land it again."
        elif load.rows_quarantined:
            yield (
                f"{where}: {load.rows_quarantined:,} of {load.rows_read:,} rows are in quarantine/, with reasons: "
                "`rapport quarantine show`."
            )


def _release(settings: Settings, now: datetime) -> Iterator[str]:
    release = current_release(settings.home)
    if release is None:
        yield "Nothing has been published yet: run `rapport run`."
        return
    age = release_age(release, now)
    if age > STALE_AFTER:
        hours = age.total_seconds() / 3600
        yield f"The release is {hours:,.0f} hours old (as of {release.as_of_date}): run `rapport run`."
    if release.pii_file is None:
        yield "The release has no names and e-mails, because encryption is missing: see the next line."


def _machine(settings: Settings) -> Iterator[str]:
    if find_spec("duckdb_extension_httpfs") is None:
        yield "duckdb-extension-httpfs is not installed, so personal data cannot be encrypted: run `make setup`."
    place = settings.home if settings.home.exists() else settings.home.parent
    if place.exists() and shutil.disk_usage(place).free < LOW_DISK_BYTES:
        yield f"Less than 2 GB of disk is free at {place}: a run needs room for a second copy of the warehouse."

"""The door of intake: everything in `landing/` becomes a load, a refusal or a wait, and nothing is passed over.

Stays out: Dagster, the clock, and the lock that keeps a second run away (orchestration.writer_lock holds it).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from data_quality.contracts import SourceTable
from orchestration.intake.casting import check_formats
from orchestration.intake.durable import clear_staging, private_folder
from orchestration.intake.known import KnownLoads
from orchestration.intake.landing import landed_files
from orchestration.intake.load import Load
from orchestration.intake.loading import take
from orchestration.intake.quarantine import forget_old_refusals
from orchestration.intake.raw import write_empty_table


def intake(
    home: Path, tables: list[SourceTable], loaded_at: datetime, on_progress: Callable[[str], None] | None = None
) -> list[Load]:
    """Takes in what has landed under `home/landing/<source>/`; returns one Load per file or archive member.

    `loaded_at` is the moment of the run (aware, or naive UTC). The n-th file of a run is stamped n microseconds later,
    so that "the latest load" means the last file by name also within one run. One run at a time per home: the caller
    holds the lock. Raises ContractError for a date format that cannot be read, before anything is touched.
    """
    check_formats(tables)
    moment = loaded_at.astimezone(UTC).replace(tzinfo=None) if loaded_at.tzinfo else loaded_at
    for area in ("raw", "quarantine"):
        private_folder(home / area)
        clear_staging(home / area)
    for table in tables:
        write_empty_table(home, table)
    loads = []
    known = KnownLoads(home)
    for number, landed in enumerate(landed_files(home / "landing", tables)):
        load = take(home, landed, moment + timedelta(microseconds=number), known)
        known.add(load)
        loads.append(load)
        if on_progress:
            on_progress(_progress(load))
    forget_old_refusals(home, loads)
    return loads


def _progress(load: Load) -> str:
    what = load.reason or f"{load.rows_loaded:,} rows"
    if load.rows_quarantined:
        what += f", {load.rows_quarantined:,} quarantined"
    return f"{load.source}/{load.source_file}: {load.status.replace('_', ' ')}: {what}"

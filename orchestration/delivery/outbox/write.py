"""Write each segment of a release to `outbox/<segment>/<release_id>/`: members.csv, members.parquet, changes.csv.

A folder appears whole or not at all, and the ledger moves after it: a delivery that was killed can simply be repeated,
and one that was finished does nothing when repeated. Stays out: who is a member (members) and what changed (ledger).
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from pathlib import Path

import polars as pl

from data_quality.durable import fsync, only_writer
from data_quality.release import Release
from orchestration.delivery.cells import write_csv
from orchestration.delivery.ledger import Counts, Ledger, changes
from orchestration.delivery.members import FACTS, members_by_segment

LEDGER = "ledger.json"
_SEGMENT_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


class DeliveryError(RuntimeError):
    """A segment cannot be delivered; the message names it and says why."""


def write(release: Release, home: Path) -> dict[str, Counts]:
    """Deliver every segment that this release has, or that was delivered before and has gone; returns what was done.

    Segments whose last delivery was this very release are left alone and missing in the answer. `changes.csv` compares
    with the last *delivered* members, whatever releases lie in between, and names removals even when a segment has
    become empty or is not defined any more. Raises DeliveryError, and Busy when another delivery is running.
    """
    outbox = Path(home) / "outbox"
    mask = os.umask(0o077)
    try:
        outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        with only_writer(outbox):
            _remove_leftovers(outbox)
            return _deliver(release, Path(home), outbox)
    finally:
        os.umask(mask)


def _deliver(release: Release, home: Path, outbox: Path) -> dict[str, Counts]:
    ledger, found = Ledger.read(outbox / LEDGER), members_by_segment(release, home)
    done: dict[str, Counts] = {}
    for segment in sorted({*found, *ledger.delivered}):
        if not _SEGMENT_NAME.fullmatch(segment):
            raise DeliveryError(f"segment {segment!r}: a name of small letters, digits, '_' and '-' is needed")
        is_gone = segment not in found
        if ledger.has(segment, release.release_id) or (is_gone and not ledger.members(segment)):
            continue
        members = pl.DataFrame(schema=FACTS) if is_gone else found[segment]
        changed = changes(ledger.members(segment), members["customer_id"])
        _write_folder(outbox / segment / release.release_id, members, changed)
        ledger.remember(segment, release.release_id, members["customer_id"])
        counted = Counter(word for _, word in changed)
        done[segment] = Counts(counted["added"], counted["removed"], counted["unchanged"])
    return done


def _write_folder(folder: Path, members: pl.DataFrame, changed: list[tuple[str, str]]) -> None:
    segment = folder.parent
    segment.mkdir(mode=0o700, exist_ok=True)
    staged, replaced = segment / f".{folder.name}.partial", segment / f".{folder.name}.replaced"
    staged.mkdir(mode=0o700)
    write_csv(staged / "members.csv", members.columns, members.iter_rows())
    members.write_parquet(staged / "members.parquet")
    write_csv(staged / "changes.csv", ("customer_id", "change"), changed)
    for path in (*sorted(staged.iterdir()), staged):
        fsync(path)
    # The folder is there already when a kill came before the ledger, or when readers were rolled back to this release.
    if folder.exists():
        folder.rename(replaced)
    staged.rename(folder)
    fsync(segment)
    shutil.rmtree(replaced, ignore_errors=True)


def _remove_leftovers(outbox: Path) -> None:
    for pattern in ("*/.*.partial", "*/.*.replaced"):
        for folder in outbox.glob(pattern):
            shutil.rmtree(folder)

"""One writer: an operating-system lock that the kernel frees when its holder dies, however it dies.

Stays out: queues and limits of Dagster, which survive a killed host and would block the next night.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

TRIES = 20


class AnotherRunIsWriting(RuntimeError):
    """Somebody else holds the lock; the message says who, and since when."""

    @classmethod
    def by(cls, home: Path, other: dict) -> AnotherRunIsWriting:
        return cls(
            f"another run is writing to {home.name}/ (process {other.get('pid', '?')}, since "
            f"{other.get('since', '?')}); this one did nothing. Try again when it has ended."
        )


def holder(home: Path) -> dict | None:
    """Who holds the lock right now ({"pid", "since"}), or None when nobody does."""
    path = home / "writer.lock"
    if not path.exists():
        return None
    with path.open("r+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return json.loads(handle.read() or "{}")
    return None


@contextmanager
def writer_lock(home: Path) -> Iterator[None]:
    """Hold the lock of `home` for the time of a run. Raises AnotherRunIsWriting when it stays taken."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / "writer.lock").open("a+") as handle:
        if not _taken(handle):
            handle.seek(0)
            raise AnotherRunIsWriting.by(home, json.loads(handle.read() or "{}"))
        handle.truncate(0)
        handle.write(json.dumps({"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}))
        handle.flush()
        yield


def _taken(handle: TextIO) -> bool:
    # Somebody who only asks who holds the lock has it for a moment; a run outlasts the second that we try.
    for _ in range(TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(1 / TRIES)
    return False

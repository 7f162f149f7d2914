"""What the steps of one pull of one source share: the API, the cursors, what has come so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from data_quality.contracts import SourceTable
from orchestration.pull.arrivals import Arrivals
from orchestration.pull.client import Sleep
from orchestration.pull.progress import Progress


@dataclass
class Pulled:
    """What a pull brought: rows by raw table, the files that landed, and what failed, in words."""

    source: str
    rows: dict[str, int] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@dataclass
class Pull:
    """One pull of one source. `now` and `since` are aware; `since` overrules the cursors.

    `client` is what its lists are asked of: an Api, or the connection string of a database.
    """

    client: Any
    tables: Mapping[str, SourceTable]
    progress: Progress
    pulled: Pulled
    now: datetime
    since: datetime | None
    sleep: Sleep

    def start_of(self, name: str, overlap: timedelta) -> datetime | None:
        """The moment from which changes of a list are asked for; None for everything there is."""
        reached = self.progress.cursors.get(name)
        return self.since or (reached - overlap if reached else None)

    def arrived(self, arrivals: Arrivals, name: str, reached: datetime) -> None:
        """Lets what was written appear in landing, and only then moves the cursor: a kill between repeats rows."""
        for arrival in arrivals.appear():
            self.pulled.files.append(arrival.path)
            self.pulled.rows[arrival.table] = self.pulled.rows.get(arrival.table, 0) + arrival.rows
        self.progress.advance(name, reached)

"""dbt's own account of every model and test, in the run's folder (dbt/dbt.log).

Stays out: what a person sees while a build runs (dbt_progress).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

TOLD = ("info", "warn", "error")


class DbtLog:
    """A callback for dbt's events that writes a line for each that is worth one.

    dbt's own file makes a line of each of a build's thousands of events, and then drops nine of ten: a twelfth of a
    small company's night.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "dbt.log"

    def __call__(self, event: Any) -> None:
        if event.info.level in TOLD and event.info.msg:
            # Opened for each line: dbt calls from its own threads, a short append is whole, and a kill loses none.
            with self._path.open("a", encoding="utf-8") as log:
                log.write(f"{event.info.ts.ToJsonString()} [{event.info.level:5s}] {event.info.msg}\n")

"""The one resource of the nightly job: the private working place of a run.

Belongs here: the lock, the run's private folder, and what dbt needs to find it.
Stays out: any knowledge of what the stages do.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import duckdb
from pydantic import PrivateAttr

from orchestration.memory_limit import memory_limit
from orchestration.writer_lock import writer_lock


class Walk(dg.ConfigurableResource):
    """A run's private place: `build/<run>/`, opened under the writer lock and thrown away when it ends.

    `as_of_date` is the first day not seen (ISO); empty means the day on which the run starts.
    """

    home: str
    project_dir: str
    as_of_date: str = ""

    _run_id: str = PrivateAttr(default="")
    _started_at: datetime = PrivateAttr(default_factory=lambda: datetime.now(UTC))

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Walk]:
        self._run_id = context.run.run_id if context.run else "by-hand"
        self._started_at = datetime.now(UTC)
        os.umask(0o077)
        with writer_lock(self.home_path):
            self._start_clean()
            # dbt's profile finds its raw files, its database and what that may take by these names.
            told = {
                "RAPPORT_HOME": str(self.home_path),
                "RAPPORT_BUILD_FILE": str(self.build_file),
                "RAPPORT_MEMORY_LIMIT": memory_limit(),
            }
            before = {name: os.environ.get(name) for name in told}
            os.environ |= told
            try:
                yield self
            finally:
                for name, value in before.items():
                    os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)

    def _start_clean(self) -> None:
        # Whatever an earlier run left is disposable: a kill can ruin a DuckDB file, and raw rebuilds all of it.
        shutil.rmtree(self.home_path / "build", ignore_errors=True)
        self.run_dir.mkdir(mode=0o700, parents=True)

    @property
    def home_path(self) -> Path:
        return Path(self.home)

    @property
    def project_path(self) -> Path:
        return Path(self.project_dir)

    @property
    def run_id(self) -> str:
        return self._run_id

    @property
    def started_at(self) -> datetime:
        return self._started_at

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.as_of_date) if self.as_of_date else self._started_at.date()

    @property
    def run_dir(self) -> Path:
        return self.home_path / "build" / self._run_id

    @property
    def build_file(self) -> Path:
        return self.run_dir / "warehouse.duckdb"

    @contextmanager
    def warehouse(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The run's own build file, open for writing. Refuses when this run has not built one."""
        if not self.build_file.exists():
            raise FileNotFoundError(
                "this run has built no warehouse: a single stage cannot be run alone, materialise the whole nightly job"
            )
        with duckdb.connect(str(self.build_file), config={"memory_limit": memory_limit()}) as connection:
            connection.execute("set enable_progress_bar = false")
            yield connection

"""Dagster's event log in SQLite, with its files kept open between two events.

A night writes a thousand events. Dagster's own storage opens the file anew for each of them, and closing it again
makes SQLite move its write-ahead log into the file every time: three times the processor time, and ten seconds of a
small company's night. Files, tables and locking stay Dagster's, so its own storage reads what this one wrote.
Named in dagster.yaml. Stays out: anything about what an event says.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.event import listen
from sqlalchemy.pool import StaticPool

OPEN_FILES = 8
"""One file a run: the UI, which runs for months, must not hold all of them."""


class KeptOpenEventLog(SqliteEventLogStorage):
    """The event log below `base_dir`/history/runs, where Dagster keeps it; `base_dir` is DAGSTER_HOME."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._one_at_a_time = threading.Lock()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: dict) -> KeptOpenEventLog:
        return cls(str(Path(config_value["base_dir"]) / "history" / "runs"), inst_data)

    def run_connection(self, run_id: str | None = None) -> AbstractContextManager[Connection]:
        opened_once = super().run_connection
        return self._kept(run_id, lambda: opened_once(run_id))

    def index_connection(self) -> AbstractContextManager[Connection]:
        return self._kept(INDEX_SHARD_NAME, super().index_connection)

    def wipe(self) -> None:
        self._close()
        super().wipe()

    def dispose(self) -> None:
        self._close()
        super().dispose()

    @contextmanager
    def _kept(self, shard: str, opened_once: Callable[[], AbstractContextManager]) -> Iterator[Connection]:
        with self._one_at_a_time:
            if shard not in self._engines:
                with opened_once():
                    pass  # Dagster has made the tables, or found them as they should be
                self._engines[shard] = self._engine(shard)
            self._engines.move_to_end(shard)
            with self._engines[shard].begin() as connection:
                yield connection
            while len(self._engines) > OPEN_FILES:
                self._engines.popitem(last=False)[1].dispose()

    def _engine(self, shard: str) -> Engine:
        # One connection for all threads, which the lock lets in one after another.
        options = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False}
        engine = create_engine(self.conn_string_for_shard(shard), poolclass=StaticPool, connect_args=options)
        listen(engine, "connect", _written_not_synced)
        return engine

    def _close(self) -> None:
        with self._one_at_a_time:
            while self._engines:
                self._engines.popitem()[1].dispose()


def _written_not_synced(connection: sqlite3.Connection, _: object) -> None:
    """A killed run has lost nothing, as the system has it; a power cut may cost the last seconds, never the file.

    Waiting for the disk after each of a thousand events took longer than writing them.
    """
    connection.execute("pragma synchronous = normal")

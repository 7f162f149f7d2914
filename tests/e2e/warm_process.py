"""`rapport …` as a process of its own that has its imports behind it.

Belongs here: starting the command in a process forked from one that imported everything and let dbt read the project.
Stays out: commands that a test waits for, which run in the test's own process (conftest.py).

A night spends ten seconds on imports, and a test that kills ten nights would spend most of its time there. What is
forked is a process like any other: its locks, files and end are its own, and kill -9 hits it alone.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        *("orchestration.cli", "orchestration.definitions", "orchestration.nightly", "orchestration.summary"),
        *("orchestration.event_log", "dagster._core.storage.legacy_storage"),
        *("dbt.cli.main", "dbt.task.build", "great_expectations", "duckdb_engine", "polars"),
        *("sklearn.ensemble", "sklearn.linear_model", "sklearn.impute", "lifetimes", "splink"),
        "tests.e2e.warm_dbt",
    ]
)


class WarmProcess:
    """A running `rapport …`: `stdout` is what it says on both streams, line by line."""

    def __init__(self, words: Sequence[str]) -> None:
        heard, said = _FORKS.Pipe(duplex=False)
        self._process = _FORKS.Process(target=_rapport, args=(list(words), said))
        self._process.start()
        said.close()
        self.stdout = os.fdopen(os.dup(heard.fileno()), encoding="utf-8")
        heard.close()

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        self._process.kill()

    def end(self, timeout: float) -> tuple[str, int]:
        """What it said that nobody read yet, and its exit code (−9 when killed). AssertionError after `timeout` s."""
        with self.stdout:
            said = self.stdout.read()
        self._process.join(timeout)
        assert self._process.exitcode is not None, f"still running after {timeout} s: {said[-2000:]}"
        return said, self._process.exitcode


def _rapport(words: list[str], said: Connection) -> None:
    for stream in (1, 2):
        os.dup2(said.fileno(), stream)
    said.close()
    # What the test process had opened for itself is not what a command writes to.
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", buffering=1) for number in (1, 2))
    from orchestration.cli import app

    app(words)

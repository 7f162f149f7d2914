"""A run's databases leave room for the models, and what does not fit goes where personal data may lie."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from orchestration.identity.resolve import work_place
from orchestration.memory_limit import memory_limit

MILLION_NAMES = (
    "create temp table names as select i, md5(i::varchar) as name from range(4_000_000) as r(i) order by name"
)


def test_the_databases_of_a_run_take_at_most_a_third_of_the_machine() -> None:
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert 0 < int(memory_limit().removesuffix("MiB")) * 2**20 <= machine * 0.34


def test_what_does_not_fit_goes_to_the_given_folder_and_never_to_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with work_place() as connection:
        connection.execute("set memory_limit = '100MB'")
        with pytest.raises(duckdb.OutOfMemoryException):
            connection.execute(MILLION_NAMES)
    assert list(tmp_path.iterdir()) == []
    with work_place(tmp_path / "overflow") as connection:
        connection.execute("set memory_limit = '100MB'")
        connection.execute(MILLION_NAMES)
        assert list((tmp_path / "overflow").iterdir())
        assert connection.execute("select count(*) from names").fetchone() == (4_000_000,)

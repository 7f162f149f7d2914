"""A folder on a real OpenSSH server: what is new and whole is copied, what grows is not, and no stranger is trusted."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.sftp import SFTPFileSystem

from data_quality.contracts import load_source_tables
from orchestration.intake.intake import intake
from orchestration.pull.context import Pulled
from orchestration.pull.progress import read_progress, stale_sources
from orchestration.pull.remote_folder import fetch_folder
from orchestration.settings import PROJECT_DIR

NOW = datetime(2026, 10, 5, 2, tzinfo=UTC)
AN_HOUR_AGO = NOW - timedelta(hours=1)


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """The remote folder."""
    folder = tmp_path / "outbox"
    folder.mkdir()
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def fetch(sftp_server: Any, outbox: Path, home: Path) -> Callable[..., Pulled]:
    """`fetch()`; `fetch(now=…, access=…)`."""

    def run(now: datetime = NOW, folder: Path = outbox, **access: str) -> Pulled:
        return fetch_folder("shop", f"{sftp_server.url}{folder}", sftp_server.access | access, home, now)

    return run


def put(path: Path, content: str, at: datetime = AN_HOUR_AGO) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    os.utime(path, (at.timestamp(), at.timestamp()))


def landed(home: Path) -> dict[str, str]:
    folder = home / "landing" / "shop"
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_new_and_changed_files_are_copied_and_others_are_not_copied_again(fetch, outbox, home) -> None:
    put(outbox / "orders.csv", "one")
    put(outbox / "2026" / "old orders.csv", "two")
    assert len(fetch().files) == 2
    assert landed(home) == {"fetched/orders.csv": "one", "fetched/2026/old orders.csv": "two"}
    put(outbox / "orders.csv", "one and more", NOW - timedelta(minutes=2))
    assert [file.name for file in fetch().files] == ["orders.csv"]
    assert landed(home)["fetched/orders.csv"] == "one and more"
    assert fetch().files == []


def test_what_was_fetched_is_taken_in_like_what_was_dropped(sftp_server, outbox, home) -> None:
    put(
        outbox / "nps_responses.csv", "Response ID,Email,Score,Comment,Submitted at\n1,iva@mail.example,9,,2026-10-01\n"
    )
    tables = [table for table in load_source_tables(PROJECT_DIR) if table.source == "nps_survey"]
    fetched = fetch_folder("nps_survey", f"{sftp_server.url}{outbox}", sftp_server.access, home, NOW)
    assert fetched.failures == []
    (load,) = intake(home, tables, NOW)
    assert (load.status, load.file, load.rows_read) == ("loaded", "fetched/nps_responses.csv", 1)


def test_a_file_that_is_still_growing_is_left_alone_until_it_rests(fetch, outbox, home) -> None:
    put(outbox / "orders.csv", "half", NOW - timedelta(seconds=5))
    assert fetch().files == []
    put(outbox / "orders.csv", "half and half", NOW + timedelta(minutes=9))
    assert fetch(now=NOW + timedelta(minutes=9)).files == []
    # Whatever its clock says: nothing has changed since the last look.
    assert len(fetch(now=NOW + timedelta(minutes=9)).files) == 1
    assert landed(home) == {"fetched/orders.csv": "half and half"}


def test_a_file_that_changes_while_it_is_copied_waits_for_the_next_time(fetch, outbox, home, monkeypatch) -> None:
    put(outbox / "orders.csv", "before")
    get = SFTPFileSystem.get_file

    def change_meanwhile(self: SFTPFileSystem, remote: str, local: str) -> None:
        get(self, remote, local)
        put(outbox / "orders.csv", "before, and after")

    with monkeypatch.context() as during:
        during.setattr(SFTPFileSystem, "get_file", change_meanwhile)
        assert (fetch().files, landed(home)) == ([], {})
    fetch()
    assert landed(home) == {"fetched/orders.csv": "before, and after"}


def test_a_connection_that_is_cut_keeps_the_copy_of_yesterday(fetch, outbox, home, monkeypatch) -> None:
    put(outbox / "orders.csv", "yesterday")
    fetch()
    put(outbox / "orders.csv", "today " * 100_000)

    def cut(self: SFTPFileSystem, remote: str, local: str) -> None:
        with self.ftp.open(remote) as file:
            Path(local).write_bytes(file.read(1000))
            self.client.close()
            file.read(1000)

    with monkeypatch.context() as during:
        during.setattr(SFTPFileSystem, "get_file", cut)
        assert len(fetch().failures) == 1
    assert landed(home) == {"fetched/orders.csv": "yesterday"}
    assert [file.name for file in fetch().files] == ["orders.csv"]


def test_hidden_and_unfinished_files_are_none(fetch, outbox, home) -> None:
    for name in (".orders.csv.swp", "orders.csv.part", "orders.csv.tmp", ".git/orders.csv"):
        put(outbox / name, "not yet")
    assert (fetch().files, fetch().failures) == ([], [])


def test_a_file_that_may_not_be_read_is_told_and_the_others_come(fetch, outbox, home, monkeypatch) -> None:
    put(outbox / "a.csv", "a")
    put(outbox / "b.csv", "b")
    get = SFTPFileSystem.get_file

    def may_not(self: SFTPFileSystem, remote: str, local: str) -> None:
        if remote.endswith("a.csv"):
            raise PermissionError("Permission denied")
        get(self, remote, local)

    monkeypatch.setattr(SFTPFileSystem, "get_file", may_not)
    assert fetch().failures == ["a.csv: Permission denied"]
    assert landed(home) == {"fetched/b.csv": "b"}


def test_an_unknown_host_is_not_spoken_to_and_its_key_is_named(fetch, outbox, home, tmp_path) -> None:
    put(outbox / "orders.csv", "one")
    nobody = tmp_path / "known_hosts"
    nobody.write_text("")
    (told,) = fetch(RAPPORT_SFTP_KNOWN_HOSTS=str(nobody)).failures
    assert "SHA256:" in told
    assert told.endswith("is not in known_hosts")
    assert landed(home) == {}
    assert [progress.in_words().split(":")[0] for progress in stale_sources(home)] == [
        "shop (its remote folder) is stale (never pulled whole)"
    ]


def test_a_folder_that_is_not_there_is_a_failure_and_not_an_empty_one(fetch, tmp_path, home) -> None:
    (told,) = fetch(folder=tmp_path / "nowhere").failures
    assert "nowhere" in told
    assert read_progress(home, "shop-fetched").pulled_at is None

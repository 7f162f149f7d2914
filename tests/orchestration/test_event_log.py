"""Dagster's event log with its files kept open: the same log, and no more open files than it may hold."""

from __future__ import annotations

import os
import time
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent, StepMaterializationData
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage

from orchestration.event_log import OPEN_FILES, KeptOpenEventLog
from orchestration.nightly import prepare_dagster_home
from orchestration.settings import Settings


def materialized(asset: str, run_id: str) -> EventLogEntry:
    said = StepMaterializationData(dg.AssetMaterialization(asset_key=asset))
    event = DagsterEvent("ASSET_MATERIALIZATION", "nightly", event_specific_data=said)
    return EventLogEntry(
        error_info=None, level=20, user_message="", run_id=run_id, timestamp=time.time(), dagster_event=event
    )


def assets_of(log: SqliteEventLogStorage, run_id: str) -> list[str]:
    return [entry.dagster_event.asset_key.to_user_string() for entry in log.get_logs_for_run(run_id)]


def open_files(folder: Path) -> set[str]:
    links = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]
    targets = [os.readlink(link) for link in links if os.path.lexists(link)]
    return {Path(target).name for target in targets if target.startswith(f"{folder}/") and target.endswith(".db")}


@pytest.fixture
def log(tmp_path) -> KeptOpenEventLog:
    log = KeptOpenEventLog(str(tmp_path))
    yield log
    log.dispose()


def test_dagsters_own_storage_reads_what_was_written_while_it_is_still_open(log, tmp_path) -> None:
    for asset in ("marts/fct_orders", "marts/dim_customers"):
        log.store_event(materialized(asset, "tonight"))
    assert open_files(tmp_path) == {"index.db", "tonight.db"}
    own = SqliteEventLogStorage(str(tmp_path))
    assert assets_of(own, "tonight") == assets_of(log, "tonight") == ["marts/fct_orders", "marts/dim_customers"]
    assert {key.to_user_string() for key in own.all_asset_keys()} == {"marts/fct_orders", "marts/dim_customers"}


def test_a_year_of_nights_does_not_stay_open(log, tmp_path) -> None:
    for night in range(3 * OPEN_FILES):
        log.store_event(materialized(f"night/{night}", f"run-{night}"))
    assert len(open_files(tmp_path)) == OPEN_FILES
    assert assets_of(log, "run-0") == ["night/0"]


def test_an_event_does_not_wait_for_the_disk_and_a_power_cut_cannot_break_the_file(log) -> None:
    for shard in (log.run_connection("tonight"), log.index_connection()):
        with shard as connection:
            assert connection.exec_driver_sql("pragma synchronous").scalar() == 1
            # SQLite promises a whole file with this only where it writes ahead.
            assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"


def test_a_log_that_was_wiped_is_written_anew(log) -> None:
    log.store_event(materialized("before", "tonight"))
    log.wipe()
    assert assets_of(log, "tonight") == []
    log.store_event(materialized("after", "tonight"))
    assert assets_of(log, "tonight") == ["after"]


def test_the_nightly_run_uses_it_where_dagster_keeps_its_log(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    settings = Settings(tmp_path)
    prepare_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, KeptOpenEventLog)
    assert (settings.dagster_home / "history" / "runs" / "index.db").exists()

"""Kill the night anywhere and run it again: the result is that of an undisturbed night."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from data_quality.release import connect, current_release
from orchestration.definitions import build_defs
from orchestration.settings import Settings
from orchestration.writer_lock import holder
from tests.e2e.warm_process import WarmProcess

# Every stage that writes; the two gates between them only read.
STAGES = ("ingest", "gather", "identity", "transform", "score", "history", "segment", "totals", "release", "outbox")
AS_OF = "2026-11-01"

# Eleven nights, most of them cut short, come before the first assertion.
pytestmark = pytest.mark.timeout(1500)


@dataclass
class Readings:
    """What a reader saw who looked all the time: (release pointed to, release found inside), and what went wrong."""

    seen: set[tuple[str, str]] = field(default_factory=set)
    errors: list[Exception] = field(default_factory=list)


@contextmanager
def reading_all_the_time(home: Path) -> Iterator[Readings]:
    readings, stop = Readings(), threading.Event()

    def read_on() -> None:
        while not stop.is_set():
            try:
                release = current_release(home)
                with connect(release) as connection:
                    [(inside,)] = connection.sql("select release_id from release.manifest").fetchall()
                    connection.sql("select count(*) from marts.dim_customers").fetchall()
                readings.seen.add((release.release_id, inside))
                time.sleep(0.25)
            except Exception as error:  # noqa: BLE001  whatever a reader meets is the finding
                readings.errors.append(error)

    reader = threading.Thread(target=read_on)
    reader.start()
    try:
        yield readings
    finally:
        stop.set()
        reader.join()


def kill_when_stage_starts(night: WarmProcess, stage: str) -> None:
    """kill -9, as a power cut would."""
    said = []
    for line in night.stdout:
        said.append(line)
        words = line.split("]", 1)[-1].split()
        if words[:2] == [stage, "starts"]:
            night.kill()
            break
    _, code = night.end(timeout=60)
    assert code == -signal.SIGKILL, "".join(said[-40:])


@pytest.fixture(scope="module")
def killed_everywhere(land_shop, tmp_path_factory) -> Path:
    """One run after another that was killed as a stage began."""
    home = tmp_path_factory.mktemp("killed") / "home"
    land_shop(home)
    for stage in STAGES:
        kill_when_stage_starts(WarmProcess(["run", "--as-of", AS_OF, "--home", str(home)]), stage)
        assert holder(home) is None, f"killed at {stage}, the run still holds the lock"
        published = current_release(home)
        assert (published is None) == (stage != "outbox"), f"killed at {stage}: {published}"
    # A ruined build file is what a kill in the middle of a checkpoint can leave.
    (home / "build" / "wreck").mkdir(parents=True, exist_ok=True)
    (home / "build" / "wreck" / "warehouse.duckdb").write_bytes(os.urandom(4096))
    return home


@pytest.fixture(scope="module")
def run_twice_at_once(killed_everywhere) -> tuple[Path, list[tuple[str, int]], Readings]:
    """Two runs started together where the others were killed: (what it said, exit code) of each; what a reader saw."""
    with reading_all_the_time(killed_everywhere) as readings:
        runs = [WarmProcess(["run", "--as-of", AS_OF, "--home", str(killed_everywhere)]) for _ in range(2)]
        ended = [run.end(timeout=500) for run in runs]
    return killed_everywhere, ended, readings


def test_every_stage_that_writes_is_killed(tmp_path) -> None:
    job = build_defs(Settings(tmp_path)).resolve_job_def("nightly")
    assert {node.name for node in job.nodes} - {"export_gate", "score_gate"} == set(STAGES)


def test_two_runs_at_once_are_one_writer(run_twice_at_once) -> None:
    _, ended, _ = run_twice_at_once
    codes = sorted(code for _, code in ended)
    assert codes == [0, 1], [said[-500:] for said, _ in ended]
    refused = [said for said, code in ended if code == 1]
    assert all("another run is writing" in said for said in refused), refused


def test_a_reader_sees_the_old_release_and_the_new_one_and_never_a_mix(run_twice_at_once) -> None:
    home, _, readings = run_twice_at_once
    assert not readings.errors
    assert all(pointed == inside for pointed, inside in readings.seen)
    assert len(readings.seen) == 2
    assert current_release(home).release_id == max(pointed for pointed, _ in readings.seen)


def test_killed_at_every_stage_that_writes_and_run_again_gives_the_undisturbed_result(
    shop, run_twice_at_once, contents
) -> None:
    home = run_twice_at_once[0]
    once, again = contents(shop), contents(home)
    compared = [name for name in once if name.split(".")[0] in ("marts", "scores", "segments", "pii")]
    assert len(compared) >= 12
    assert {name: again[name] for name in compared} == {name: once[name] for name in compared}
    assert once["marts.fct_orders"][0] > 1000
    assert not (home / "build" / "wreck").exists()
    assert not list((home / "releases").glob("*partial*"))
    ledger = json.loads((home / "outbox" / "ledger.json").read_text(encoding="utf-8"))
    assert current_release(home).release_id in json.dumps(ledger)

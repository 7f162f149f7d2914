"""Kill the night anywhere and run it again: the result is that of an undisturbed night."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from data_quality.release import connect, current_release
from orchestration.writer_lock import holder

# Every stage that writes; the two gates between them only read.
STAGES = ("ingest", "transform", "score", "segment", "release", "outbox")
AS_OF = "2026-11-01"


@pytest.fixture
def before_the_night(demo: tuple[Path, str], tmp_path: Path) -> Path:
    """The demo company's exports, landed and not yet read."""
    home = tmp_path / "home"
    shutil.copytree(demo[0] / "landing", home / "landing")
    return home


def kill_when_stage_starts(process: subprocess.Popen, stage: str) -> None:
    """kill -9 as a power cut would: the dbt child of the run is left an orphan, and may go on writing."""
    said = []
    for line in process.stdout:
        said.append(line)
        words = line.split("]", 1)[-1].split()
        if words[:2] == [stage, "starts"]:
            process.send_signal(signal.SIGKILL)
            break
    process.wait(timeout=60)
    process.stdout.close()
    assert process.returncode == -signal.SIGKILL, "".join(said[-40:])


def test_killed_at_every_stage_that_writes_and_run_again_gives_the_undisturbed_result(
    demo, before_the_night, start, rapport, contents
) -> None:
    home, undisturbed = before_the_night, contents(demo[0])
    for stage in STAGES:
        kill_when_stage_starts(start("run", "--as-of", AS_OF, "--home", home), stage)
        assert holder(home) is None, f"killed at {stage}, the run still holds the lock"
        published = current_release(home)
        assert (published is None) == (stage != "outbox"), f"killed at {stage}: {published}"
    # A ruined build file is what a kill in the middle of a checkpoint can leave.
    (home / "build" / "wreck").mkdir(parents=True, exist_ok=True)
    (home / "build" / "wreck" / "warehouse.duckdb").write_bytes(os.urandom(4096))
    rapport("run", "--as-of", AS_OF, "--home", home)
    again = contents(home)
    compared = [name for name in undisturbed if name.split(".")[0] in ("marts", "scores", "segments", "pii")]
    assert len(compared) >= 12
    assert {name: again[name] for name in compared} == {name: undisturbed[name] for name in compared}
    assert not (home / "build" / "wreck").exists()
    assert not list((home / "releases").glob("*partial*"))
    ledger = json.loads((home / "outbox" / "ledger.json").read_text(encoding="utf-8"))
    assert current_release(home).release_id in json.dumps(ledger)


def test_two_runs_at_once_are_one_writer_and_readers_never_see_a_mix(demo_copy, start) -> None:
    home = demo_copy
    first = current_release(home)
    seen: set[tuple[str, str]] = set()
    errors: list[Exception] = []
    stop = threading.Event()

    def read_on() -> None:
        while not stop.is_set():
            try:
                release = current_release(home)
                with connect(release) as connection:
                    [(inside,)] = connection.sql("select release_id from release.manifest").fetchall()
                    connection.sql("select count(*) from marts.dim_customers").fetchall()
                seen.add((release.release_id, inside))
                time.sleep(0.05)
            except Exception as error:  # noqa: BLE001  whatever a reader meets is the finding
                errors.append(error)

    reader = threading.Thread(target=read_on)
    reader.start()
    runs = [start("run", "--as-of", AS_OF, "--home", home) for _ in range(2)]
    ended = [(run.communicate(timeout=500)[0], run.returncode) for run in runs]
    stop.set()
    reader.join()
    assert not errors
    assert all(pointed == inside for pointed, inside in seen)
    assert len(seen) == 2, "the reader saw the old release and the new one"
    codes = sorted(code for _, code in ended)
    assert codes == [0, 1], [said[-500:] for said, _ in ended]
    refused = [said for said, code in ended if code == 1]
    assert all("another run is writing" in said for said in refused), refused
    assert current_release(home).release_id != first.release_id

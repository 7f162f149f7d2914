"""kill -9 at any moment leaves no load or a whole one, and the next run ends where an undisturbed one ends."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from orchestration.intake.load import Load

REPOSITORY = Path(__file__).resolve().parents[3]

NIGHT = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from data_quality.contracts import load_source_tables
from orchestration.intake.intake import intake

home, project, last_sync = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
sync, count = os.fsync, 0

def sync_until_killed(descriptor):
    global count
    count += 1
    if count == last_sync:
        os.kill(os.getpid(), signal.SIGKILL)
    sync(descriptor)

os.fsync = sync_until_killed
tables = load_source_tables(project)
print("ready", flush=True)
intake(home, tables, datetime(2026, 11, 1))
print(count, flush=True)
"""


@pytest.fixture
def estate(shop):
    """Six files, every third row of which cannot be cast."""
    for file in range(6):
        rows = [f"{file}-{n},{n if n % 3 else 'x'},note {n}" for n in range(3_000)]
        shop.land(f"orders_{file}.csv", "Order ID,Quantity,Note\n" + "\n".join(rows) + "\n")
    shop.land("payments.csv", "x\n")
    return shop


def night(shop, home: Path, last_sync: int = 0) -> subprocess.Popen:
    """Starts a run in a process of its own; with `last_sync` it kills itself before that many-th fsync."""
    command = [sys.executable, "-c", NIGHT, str(home), str(shop.project), str(last_sync)]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def finish(process: subprocess.Popen) -> int:
    """Waits for an undisturbed end; returns how often the run has synced."""
    said, _ = process.communicate()
    assert process.returncode == 0
    return int(said)


def content(home: Path) -> dict[str, object]:
    """All that raw and quarantine hold, staging left out."""
    held: dict[str, object] = {}
    for path in sorted(path for area in ("raw", "quarantine") for path in (home / area).rglob("*")):
        if path.is_file() and ".staging" not in path.parts:
            name = str(path.relative_to(home))
            held[name] = pl.read_parquet(path).rows() if path.suffix == ".parquet" else path.read_text()
    return held


def assert_every_load_is_whole(home: Path) -> None:
    for folder in (home / "raw").glob("shop/*/load_id=*"):
        rows = sum(pl.read_parquet(part).height for part in folder.glob("*.parquet"))
        if folder.name != "load_id=empty":
            load = Load.from_json((folder / "load.json").read_text())
            assert rows == load.rows_loaded == 2_000
            aside = home / "quarantine/shop/orders" / folder.name / "rows.ndjson"
            assert len(aside.read_text().splitlines()) == load.rows_quarantined == 1_000


def test_kills_between_any_two_writes_lose_nothing(estate, tmp_path: Path) -> None:
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(estate.home, undisturbed)
    syncs = finish(night(estate, undisturbed))
    expected = content(undisturbed)
    assert sum(name.endswith("load.json") for name in expected) == 7

    dice = random.Random(5)
    for last_sync in dice.sample(range(1, syncs), 6):
        home = tmp_path / f"killed_{last_sync}"
        shutil.copytree(estate.home, home)
        process = night(estate, home, last_sync)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert_every_load_is_whole(home)
        finish(night(estate, home))
        assert content(home) == expected


def test_kills_at_random_moments_lose_nothing(estate, tmp_path: Path) -> None:
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(estate.home, undisturbed)
    began = time.monotonic()
    finish(night(estate, undisturbed))
    took = time.monotonic() - began

    dice = random.Random(11)
    killed = 0
    for _ in range(10):  # one house, killed again and again: a run goes on where the last one fell
        process = night(estate, estate.home)
        time.sleep(dice.random() * took / 4)
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        assert_every_load_is_whole(estate.home)
    finish(night(estate, estate.home))
    assert content(estate.home) == content(undisturbed)
    assert killed > 0
    assert not list((estate.home / "raw/.staging").glob("*"))


def test_the_check_notices_a_load_that_is_not_whole(estate) -> None:
    estate.run()
    assert_every_load_is_whole(estate.home)
    part = next((estate.home / "raw/shop/orders").glob("load_id=[0-9a-f]*/part-0.parquet"))
    pl.read_parquet(part).head(10).write_parquet(part)
    with pytest.raises(AssertionError):
        assert_every_load_is_whole(estate.home)
    assert json.loads((part.parent / "load.json").read_text())["rows_loaded"] == 2_000

"""Publishing under readers and under kill -9, in real processes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from sample_release import DOCUMENTED, GATES, LOADS, write_sample_build

from data_quality.publish import publish
from data_quality.release import connect_pii, current_release, list_releases, pii_key
from data_quality.staging import Manifest

REPOSITORY = Path(__file__).resolve().parents[2]
PUBLICATIONS, KILLS = 30, 15

READER = """
import json, sys, threading, time
from pathlib import Path
from data_quality.release import connect, current_release
home = Path(sys.argv[1])
finished = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), finished.set()), daemon=True).start()
reads, seen, mixed = 0, set(), []
print("ready", flush=True)
while not finished.is_set():
    release = current_release(home)
    with connect(release) as con:
        days = {con.execute(f"SELECT max(as_of_date) FROM {table}").fetchone()[0]
                for table in ("release.manifest", "marts.dim_customers", "scores.churn", "segments.customer_segments")}
        days |= {con.execute("SELECT min(as_of_date) FROM scores.lifetime_value").fetchone()[0], release.as_of_date}
        name = con.execute("SELECT release_id FROM release.manifest").fetchone()[0]
    if len(days) != 1 or name != release.release_id:
        mixed.append(f"{release.release_id}: {name} {days}")
    reads, seen = reads + 1, seen | {name}
    time.sleep(0.2)
print(json.dumps({"reads": reads, "seen": len(seen), "mixed": mixed}))
"""

PUBLISHER = """
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from data_quality.publish import publish
from data_quality.staging import Manifest
home, build, first = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
print("ready", flush=True)
for number in range(first, first + 1000):
    at = datetime(2026, 11, 1) + timedelta(minutes=number)
    publish(build, home, Manifest(f"r{number:05d}", date(2026, 11, 1), at, "run", "0.1.0", True))
"""


def start(script: str, *arguments: object) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    assert process.stdout.readline() == "ready\n", process.stderr.read()
    return process


@pytest.fixture(scope="module")
def builds(tmp_path_factory) -> list[tuple[date, Path]]:
    """Three builds of three days, so that a page mixed from two releases would show two days."""
    folder, made = tmp_path_factory.mktemp("builds"), []
    for number in range(3):
        day = date(2026, 11, 1) + timedelta(days=number)
        path = folder / f"{day}.duckdb"
        write_sample_build(path, day, customers=12)
        made.append((day, path))
    return made


def test_readers_never_fail_nor_see_two_releases_mixed(home, builds):
    def publish_number(number: int) -> None:
        day, path = builds[number % len(builds)]
        at = datetime(2026, 11, 1) + timedelta(minutes=number)
        manifest = Manifest(f"r{number}", day, at, "run", "0.1.0", True)
        publish(path, home, manifest, GATES, LOADS, DOCUMENTED, with_pii=False)

    publish_number(0)
    readers = [start(READER, home), start(READER, home)]
    for number in range(1, PUBLICATIONS + 1):
        publish_number(number)
    for reader in readers:
        out, err = reader.communicate("", timeout=60)
        assert reader.returncode == 0, err
        told = json.loads(out)
        assert told["mixed"] == []
        assert told["seen"] > 3, "the reader has hardly seen a change"
        assert told["reads"] > PUBLICATIONS


def test_a_publisher_killed_at_any_moment_leaves_one_whole_release(home, builds):
    day, build = builds[0]
    publish(build, home, Manifest("r00000", day, datetime(2026, 10, 31), "run", "0.1.0", True))
    dice, published = random.Random(11), set()
    for attempt in range(KILLS):
        publisher = start(PUBLISHER, home, build, 1 + attempt * 1000)
        time.sleep(dice.uniform(0.02, 1.0))
        publisher.send_signal(signal.SIGKILL)
        publisher.communicate(timeout=60)
        assert publisher.returncode == -signal.SIGKILL, "the publisher ended by itself"
        published.add(assert_whole(home))
    # The next night simply works, and clears away what the kills left.
    publish(build, home, Manifest("after", day, datetime(2027, 1, 1), "run", "0.1.0", True))
    assert assert_whole(home) == "after"
    kept = {release.release_id for release in list_releases(home)}
    names = {path.name.split(".")[0] for path in (home / "releases").glob("*.duckdb*")}
    assert names == kept
    assert not list((home / "releases").glob("*partial*"))


def assert_whole(home: Path) -> str:
    """Every listed release opens and holds the rows it says; returns the id of the current one."""
    current = current_release(home)
    assert current.release_id in {release.release_id for release in list_releases(home)}
    for release in (current, *list_releases(home)[:2]):
        with connect_pii(release, pii_key(home)) as con:
            for schema, table, rows in con.execute(
                "SELECT table_schema, table_name, row_count FROM release.row_counts"
            ).fetchall():
                assert con.execute(f"SELECT count(*) FROM {schema}.{table}").fetchone() == (rows,)
            assert con.execute("SELECT release_id FROM release.manifest").fetchone() == (release.release_id,)
    return current.release_id


@pytest.mark.parametrize("room", [5_000, 300_000, 3_000_000])
def test_a_full_disk_stops_the_publication_and_the_next_one_works(home_with_release, home, build_file, room):
    before = current_release(home)
    limit = f"""
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))
{PUBLISHER}
"""
    publisher = start(limit, home, build_file, 1)
    _, err = publisher.communicate(timeout=60)
    assert publisher.returncode == 1
    assert "Could not write file" in err, err
    assert current_release(home) == before
    assert not list((home / "releases").glob("*partial*")), "half a release holds space on a full disk"
    publish(build_file, home, Manifest("after", date(2026, 11, 1), datetime(2027, 1, 1), "run", "0.1.0", True))
    assert current_release(home).release_id == "after"
    with duckdb.connect(str(current_release(home).file), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM marts.dim_customers").fetchone() == (20,)

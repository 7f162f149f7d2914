"""One writer at a time, and a lock that dies with its holder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.writer_lock import AnotherRunIsWriting, holder, writer_lock

HOLD = """
import sys, time
from pathlib import Path
from orchestration.writer_lock import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other_process(tmp_path: Path):
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_run_is_told_who_holds_the_lock(tmp_path: Path, other_process: subprocess.Popen) -> None:
    with pytest.raises(AnotherRunIsWriting, match=f"process {other_process.pid}"), writer_lock(tmp_path):
        pytest.fail("two writers at once")
    assert holder(tmp_path)["pid"] == other_process.pid


def test_the_lock_dies_with_its_holder_however_it_dies(tmp_path: Path, other_process: subprocess.Popen) -> None:
    os.kill(other_process.pid, signal.SIGKILL)
    other_process.wait()
    assert holder(tmp_path) is None
    with writer_lock(tmp_path):
        assert True

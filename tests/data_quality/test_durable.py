from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from data_quality.durable import Busy, only_writer, write_whole

REPOSITORY = Path(__file__).resolve().parents[2]


def test_a_file_is_replaced_whole_private_and_without_leftovers(tmp_path):
    path = tmp_path / "pointer.json"
    path.write_text("old " * 1000)
    path.chmod(0o644)
    (tmp_path / "pointer.json.partial").write_text("left by a kill")
    write_whole(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_that_has_the_old_file_open_keeps_it(tmp_path):
    path = tmp_path / "pointer.json"
    write_whole(path, "old")
    with path.open() as reader:
        write_whole(path, "new")
        assert reader.read() == "old"
    assert path.read_text() == "new"


def test_the_lock_of_a_killed_writer_is_free_at_once(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from data_quality.durable import only_writer\n"
        "with only_writer(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    assert writer.stdout.readline() == "held\n"
    with pytest.raises(Busy, match="another process is writing"), only_writer(tmp_path):
        pass
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    with only_writer(tmp_path):
        pass

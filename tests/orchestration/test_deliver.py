"""A night has succeeded when its segments have been delivered, and not before."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from orchestration import last_run
from orchestration.assets import deliver as stage
from orchestration.resources import Walk


@pytest.fixture
def home(tmp_path: Path, sample_release) -> Path:
    sample_release(tmp_path)
    return tmp_path


def deliver(home: Path) -> bool:
    walk = Walk(home=str(home), project_dir="", as_of_date="2026-11-01")
    return dg.materialize([stage.deliver], resources={"walk": walk}, raise_on_error=False).success


def test_a_delivered_night_has_succeeded(home: Path) -> None:
    assert deliver(home)
    assert last_run.read(home)["status"] == "succeeded"


def test_a_night_whose_delivery_failed_has_not_succeeded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(stage.outbox, "write", full_disk)
    assert not deliver(home)
    assert last_run.read(home) is None

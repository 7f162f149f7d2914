"""A home with one published release, and a way to publish the next one with other segment members."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data_quality.release import Release


@pytest.fixture(scope="session")
def home_template(tmp_path_factory: pytest.TempPathFactory, sample_release) -> Path:
    home = tmp_path_factory.mktemp("delivery")
    sample_release(home, "r1", customers=30)
    return home


@pytest.fixture
def home(home_template: Path, tmp_path: Path) -> Path:
    """`r1` is current: 30 customers, segments with and without members."""
    return shutil.copytree(home_template, tmp_path / "home")


@pytest.fixture
def next_release(home: Path, sample_release) -> Callable[[str, str], Release]:
    """`next_release("r2", sql)`: publish a release whose build was changed by `sql`; each one a day later."""
    made: list[str] = []

    def publish(release_id: str, sql: str) -> Release:
        made.append(release_id)
        at = datetime(2026, 11, 1, 2) + timedelta(days=len(made))
        return sample_release(home, release_id, customers=30, published_at=at, change=lambda con: con.execute(sql))

    return publish

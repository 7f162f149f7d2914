"""Fixtures for releases: one small build file per session, copied and spoilt as a test needs it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from sample_release import DOCUMENTED, GATES, LOADS, write_sample_build

from data_quality.publish import publish
from data_quality.release import Release
from data_quality.staging import Manifest

AS_OF = date(2026, 11, 1)


@pytest.fixture(scope="session")
def build_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished build of 20 customers as of 2026-11-01; do not change it."""
    path = tmp_path_factory.mktemp("build") / "build.duckdb"
    write_sample_build(path, AS_OF, customers=20, change=_features)
    return path


def _features(con: duckdb.DuckDBPyConnection) -> None:
    """Tonight's feature rows and those of a month ago."""
    con.execute("CREATE SCHEMA features")
    con.execute(
        """CREATE TABLE features.ftr_customer_snapshots AS
        SELECT customer_id, as_of_date - 30 * months::INT AS as_of_date, historic_number_of_orders AS count_orders
        FROM marts.dim_customers, range(2) AS earlier(months)"""
    )


@pytest.fixture(scope="session")
def published_home(tmp_path_factory: pytest.TempPathFactory, build_file: Path) -> Path:
    """A home with one release, `r0`; copy it."""
    home = tmp_path_factory.mktemp("published")
    manifest = Manifest("r0", AS_OF, datetime(2026, 11, 1, 1), "run-0", "0.1.0", True)
    publish(build_file, home, manifest, GATES, LOADS, DOCUMENTED)
    return home


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home where nothing has been published."""
    return tmp_path / "home"


@pytest.fixture
def home_with_release(published_home: Path, home: Path) -> Path:
    """The same home, where `r0` is current."""
    return shutil.copytree(published_home, home)


@pytest.fixture
def release_maker(build_file: Path, home: Path, tmp_path: Path) -> Callable[..., Release]:
    """`make("r1", poison=sql)`: publish a copy of the build after running `poison` on it; each call a minute later."""
    made: list[str] = []

    def make(release_id: str = "r1", poison: str = "", **arguments) -> Release:
        source = build_file
        if poison:
            source = tmp_path / f"poisoned-{release_id}.duckdb"
            shutil.copy(build_file, source)
            with duckdb.connect(str(source)) as con:
                con.execute(poison)
        made.append(release_id)
        published_at = datetime(2026, 11, 1, 2) + timedelta(minutes=len(made))
        manifest = arguments.pop("manifest", None) or Manifest(release_id, AS_OF, published_at, "run-1", "0.1.0", True)
        arguments = {"gate_reports": GATES, "loads": LOADS, "documented_columns": DOCUMENTED, **arguments}
        return publish(source, home, manifest, **arguments)

    return make


@pytest.fixture(scope="module")
def two_hundred(tmp_path_factory, request) -> tuple[Path, Path]:
    """A home with a release of 200 customers, and its build."""
    home = tmp_path_factory.mktemp("home")
    request.getfixturevalue("sample_release")(home, "r1", customers=200)
    return home, home / "build" / "r1.duckdb"

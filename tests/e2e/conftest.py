"""Whole nights, run as a person runs them: the `rapport` command, on a home of its own.

Commands that a test waits for run in the test's process: a night spends ten seconds on imports alone. What must be a
process of its own (to be killed, to run beside another one) is started as one, by warm_process.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data_quality.release import connect, current_release
from orchestration.cli import app

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = REPOSITORY.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data sets, which are not part of the repository."""
    if not SHARED.is_dir():
        pytest.skip("the real data sets (../shared/data) are not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def rapport() -> Callable[..., str]:
    """Run `rapport …` to its end and return what it said; fails the test when it ends otherwise than expected."""

    def run(*words: object, expect: int = 0) -> str:
        ended = CliRunner().invoke(app, [*map(str, words)])
        assert ended.exit_code == expect, f"{ended.output[-6000:]}\n{ended.exception!r}"
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return ended.output

    return run


@pytest.fixture(scope="session")
def land() -> Callable[[Path, str, Iterable[Path]], None]:
    """Drop files into a home's landing folder for a source."""

    def drop(home: Path, source: str, files: Iterable[Path]) -> None:
        folder = home / "landing" / source
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copy(file, folder / file.name)

    return drop


@pytest.fixture(scope="session")
def ask() -> Callable[..., list[tuple]]:
    """Query the current release of a home."""

    def query(home: Path, sql: str) -> list[tuple]:
        release = current_release(home)
        assert release is not None, f"{home} has no release"
        with connect(release) as connection:
            return connection.sql(sql).fetchall()

    return query


@pytest.fixture(scope="session")
def contents(ask: Callable[..., list[tuple]]) -> Callable[[Path], dict[str, tuple[int, str]]]:
    """Row count and content hash of every published table of a home."""

    def read(home: Path) -> dict[str, tuple[int, str]]:
        rows = ask(home, "select table_schema || '.' || table_name, row_count, content_hash from release.row_counts")
        return {name: (count, content) for name, count, content in rows}

    return read


@pytest.fixture(scope="session")
def demo(made_once: Callable[..., Path], rapport: Callable[..., str]) -> tuple[Path, str]:
    """The home of a small demo company after its night, and what the command said. Change copies of it only."""

    def make(folder: Path) -> None:
        said = rapport("demo", "--customers", 300, "--seed", 7, "--home", folder / "home")
        (folder / "said.txt").write_text(said, encoding="utf-8")

    made = made_once("demo", make)
    return made / "home", (made / "said.txt").read_text(encoding="utf-8")


@pytest.fixture
def demo_copy(demo: tuple[Path, str], tmp_path: Path) -> Path:
    """A home that a test may ruin."""
    return Path(shutil.copytree(demo[0], tmp_path / "home"))


@pytest.fixture(scope="session")
def land_shop(demo: tuple[Path, str]) -> Callable[[Path], None]:
    """Land the exports of a company that has a shop and a survey: a night of theirs takes half as long."""

    def land(home: Path) -> None:
        for source in ("shopify", "nps_survey"):
            shutil.copytree(demo[0] / "landing" / source, home / "landing" / source)

    return land


@pytest.fixture(scope="session")
def shop(made_once: Callable[..., Path], land_shop: Callable, rapport: Callable[..., str]) -> Path:
    """The home of a shop after its undisturbed night. Change copies of it only."""

    def make(home: Path) -> None:
        land_shop(home)
        rapport("run", "--as-of", "2026-11-01", "--home", home)

    return made_once("shop", make)


@pytest.fixture
def shop_copy(shop: Path, tmp_path: Path) -> Path:
    """A home that a test may ruin."""
    return Path(shutil.copytree(shop, tmp_path / "home"))


@pytest.fixture(scope="session")
def real_night(
    tmp_path_factory: pytest.TempPathFactory, rapport: Callable[..., str], land: Callable, shared_data: Path
) -> Callable[..., tuple[Path, str]]:
    """`real_night(name, as_of, {source: files below shared_data})`: the home after its night, and what the run said.

    All tests of one home are in one file: in another process they would wait for it, or make it again.
    """

    def night(name: str, as_of: str, exports: dict[str, Iterable[str]]) -> tuple[Path, str]:
        home = tmp_path_factory.mktemp(name) / "home"
        for source, files in exports.items():
            land(home, source, [shared_data / file for file in files])
        return home, rapport("run", "--as-of", as_of, "--home", home)

    return night

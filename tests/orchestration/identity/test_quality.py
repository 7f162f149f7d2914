"""Identity measured on a generated company with planted doubles and traps, through real intake and staging."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.bench.identity_quality import clusters, make_people, measure, night


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("measured")


@pytest.fixture(scope="module")
def people(home: Path) -> pl.DataFrame:
    return make_people(home, 3_000)


@pytest.fixture(scope="module")
def at_once(home: Path, people: pl.DataFrame) -> dict[str, str]:
    customers, _, _ = night(home / "at_once", people, 0)
    return customers


def test_people_are_found_again_and_strangers_are_kept_apart(home: Path, at_once: dict[str, str]) -> None:
    measured = measure(home, at_once)
    assert measured.double_share > 0.1
    assert measured.precision >= 0.995
    assert measured.recall >= 0.95


def test_a_measure_that_takes_everybody_for_one_person_says_so(home: Path, at_once: dict[str, str]) -> None:
    assert measure(home, dict.fromkeys(at_once, "everybody")).precision < 0.01
    assert measure(home, {contact: contact for contact in at_once}).recall == 0


def test_new_records_on_a_later_night_give_the_clusters_of_a_full_run(
    home: Path, people: pl.DataFrame, at_once: dict[str, str]
) -> None:
    is_new = pl.col("contact_id").hash(seed=7) % 100 == 0
    night(home / "by_night", people.filter(~is_new), 0)
    by_night, done, _ = night(home / "by_night", people, 1)
    assert clusters(by_night) == clusters(at_once)
    assert 0 < done.compared < 1_000, "only what is new is compared"

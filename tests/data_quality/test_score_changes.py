"""Who lost a score, and who is scored on less than before, is a warning that names both figures."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from data_quality.release import current_release
from data_quality.score_changes import check_score_changes


@pytest.fixture
def compared(two_hundred, tmp_path):
    """`compared(statement)`: what failed when the build was changed so, as (score, check) → what was observed."""

    def compare(*statements: str) -> dict[tuple[str, str], str]:
        home, build = two_hundred
        changed = shutil.copy(build, tmp_path / "changed.duckdb")
        with duckdb.connect(str(changed)) as con:
            for statement in statements:
                con.execute(statement)
        results = check_score_changes(changed, current_release(home))
        assert {result.severity for result in results} == {"warn"}
        return {(r.table_name, r.check_name): r.observed for r in results if not r.is_passed}

    return compare


def rows_of(build: Path, score: str) -> int:
    with duckdb.connect(str(build), read_only=True) as con:
        return con.execute(f"SELECT count(*) FROM scores.{score}").fetchone()[0]


def test_an_equal_night_says_nothing(compared) -> None:
    assert compared() == {}


def test_customers_who_lost_their_score_are_counted(compared, two_hundred) -> None:
    had = rows_of(two_hundred[1], "churn")
    failed = compared("DELETE FROM scores.churn WHERE hash(customer_id) % 3 = 0")
    assert list(failed) == [("churn", "rows_against_last_release")]
    assert failed["churn", "rows_against_last_release"].endswith(f"rows against {had:,} in release r1")


def test_a_score_that_is_withheld_tonight_points_to_its_card(compared) -> None:
    failed = compared("DELETE FROM scores.lifetime_value")
    assert list(failed) == [("lifetime_value", "rows_against_last_release")]
    assert "the score is withheld tonight, its model card says why" in next(iter(failed.values()))


def test_customers_who_are_suddenly_scored_on_others_are_told_as_shares(compared) -> None:
    failed = compared("UPDATE scores.next_purchase SET evidence = 'pooled'")
    assert list(failed) == [("next_purchase", "own_evidence_against_last_release")]
    assert next(iter(failed.values())).startswith("0% scored on their own history against ")


def test_without_an_earlier_release_there_is_nothing_to_compare_with(two_hundred) -> None:
    assert check_score_changes(two_hundred[1], None) == []

from __future__ import annotations

import shutil
from datetime import date, datetime
from math import log
from pathlib import Path

import duckdb

from data_quality.drift import check_drift
from data_quality.release import Release, current_release


def test_the_same_scores_have_not_drifted(two_hundred):
    home, build = two_hundred
    results = check_drift(build, current_release(home))
    assert [(result.table_name, result.is_passed) for result in results] == [
        ("churn", True),
        ("next_purchase", True),
        ("lifetime_value", True),
    ]
    assert results[0].observed == "0.000 against release r1"


def test_scores_that_moved_are_a_warning_and_never_an_error(two_hundred, tmp_path):
    home, build = two_hundred
    moved = shutil.copy(build, tmp_path / "moved.duckdb")
    with duckdb.connect(str(moved)) as con:
        con.execute("UPDATE scores.churn SET score = score * 0.2")
    results = {result.table_name: result for result in check_drift(moved, current_release(home))}
    assert not results["churn"].is_passed
    assert results["churn"].severity == "warn"
    assert results["lifetime_value"].is_passed


def test_a_known_shift_gives_the_index_computed_by_hand(tmp_path):
    def write(name: str, scores: str) -> Path:
        path = tmp_path / f"{name}.duckdb"
        with duckdb.connect(str(path)) as con:
            con.execute("CREATE SCHEMA scores")
            for table in ("churn", "next_purchase", "lifetime_value"):
                con.execute(f"CREATE TABLE scores.{table} AS {scores}")
        return path

    even = "SELECT i / 1000 AS score FROM range(1000) t(i)"
    before = Release("r1", write("old", even), None, date(2026, 11, 1), datetime(2026, 11, 1))
    build = write("new", f"{even} UNION ALL SELECT 0.0 FROM range(1000)")
    # A tenth in every bin before; 0.55 in the lowest and 0.05 in each of the nine others after.
    by_hand = (0.55 - 0.1) * log(0.55 / 0.1) + 9 * (0.05 - 0.1) * log(0.05 / 0.1)
    assert [result.observed for result in check_drift(build, before)] == [f"{by_hand:.3f} against release r1"] * 3


def test_too_few_rows_or_no_earlier_release_say_nothing(two_hundred, build_file):
    home, _ = two_hundred
    assert check_drift(build_file, current_release(home)) == []
    assert check_drift(build_file, None) == []

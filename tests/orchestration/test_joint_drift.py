"""A release keeps a sample of its feature rows, and the next night is held against it."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from sample_release import AS_OF

from data_quality.release import Release, connect, current_release
from orchestration.joint_drift import check_joint_drift

CUSTOMERS = 1_500
NIGHT = AS_OF + timedelta(days=1)


def features(con: duckdb.DuckDBPyConnection) -> None:
    """Two nights of customers of whom some buy often and much; a day later everybody has been silent for longer."""
    con.execute("CREATE SCHEMA features")
    con.execute(
        f"""CREATE TABLE features.ftr_customer_snapshots AS
        SELECT 'cus_' || i AS customer_id, DATE '{AS_OF}' + n::INT AS as_of_date,
            hash(i) % 300 + n AS days_since_last_order, hash(i, 1) % 40 AS count_orders,
            (hash(i, 1) % 40) * (20 + hash(i, 2) % 10) AS amount, i % 12 AS favourite_month
        FROM range({CUSTOMERS}) c(i), range(2) d(n)"""
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory, sample_release) -> Path:
    home = tmp_path_factory.mktemp("home")
    sample_release(home, "r1", customers=20, change=features)
    return home


def test_the_sample_is_of_the_releases_night_and_names_nobody(home) -> None:
    with connect(current_release(home)) as con:
        kept = con.execute("FROM release.feature_sample").pl()
    assert kept["as_of_date"].unique().to_list() == [AS_OF]
    assert "customer_id" not in kept.columns
    assert CUSTOMERS * 0.4 < len(kept) < CUSTOMERS * 0.6, "the other half is for the next night"


def test_the_next_night_passes_and_amounts_of_other_customers_are_a_warning_that_names_them(home, tmp_path) -> None:
    build, before = home / "build" / "r1.duckdb", current_release(home)
    [usual] = check_joint_drift(build, before, NIGHT)
    assert usual.is_passed, usual
    assert "against release r1: of one row from each, a classifier picks tonight's" in usual.observed

    mixed = shutil.copy(build, tmp_path / "mixed.duckdb")
    with duckdb.connect(str(mixed)) as con:
        con.execute(
            f"""UPDATE features.ftr_customer_snapshots AS mine SET amount = other.amount
            FROM features.ftr_customer_snapshots AS other
            WHERE other.as_of_date = mine.as_of_date
                AND replace(other.customer_id, 'cus_', '')::INT
                    = (replace(mine.customer_id, 'cus_', '')::INT + 700) % {CUSTOMERS}"""
        )
    [result] = check_joint_drift(mixed, before, NIGHT)
    assert (result.severity, result.is_passed) == ("warn", False)
    assert "amount with count_orders (0.9" in result.observed


def test_without_a_sample_there_is_nothing_to_compare_with(home, tmp_path) -> None:
    assert check_joint_drift(home / "build" / "r1.duckdb", None, NIGHT) == []
    with duckdb.connect(str(tmp_path / "old.duckdb")) as con:
        con.execute("CREATE TABLE of_an_earlier_version (id BIGINT)")
    earlier = Release("old", tmp_path / "old.duckdb", None, AS_OF, datetime(2026, 11, 1))
    assert check_joint_drift(home / "build" / "r1.duckdb", earlier, NIGHT) == []

"""The next night's feature rows are held against the sample that the last release kept of its own."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from data_quality.feature_sample import SAMPLED, kept_as, kept_half
from data_quality.release import Release
from orchestration.checks import LEARNED_FROM
from orchestration.joint_drift import check_joint_drift

CUSTOMERS = 1_500
TABLES = ("ftr_customer_snapshots", "ftr_opportunity_snapshots")
NIGHT = date(2026, 11, 1)
NEXT = NIGHT + timedelta(days=1)


@pytest.fixture(scope="module")
def build(tmp_path_factory) -> Path:
    """Two nights of customers of whom some buy often and much; a day later everybody has been silent for longer. And
    deals of as many numbers that hang together as closely.
    """
    path = tmp_path_factory.mktemp("build") / "build.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE SCHEMA features")
        con.execute(
            f"""CREATE TABLE features.ftr_customer_snapshots AS
            SELECT 'cus_' || i AS customer_id, DATE '{NIGHT}' + n::INT AS as_of_date,
                hash(i) % 300 + n AS days_since_last_order, hash(i, 1) % 40 AS count_orders,
                (hash(i, 1) % 40) * (20 + hash(i, 2) % 10) AS amount, i % 12 AS favourite_month
            FROM range({CUSTOMERS}) c(i), range(2) d(n)"""
        )
        con.execute(
            """CREATE TABLE features.ftr_opportunity_snapshots AS
            SELECT 'deal_' || substr(customer_id, 5) AS opportunity_id, * EXCLUDE (customer_id)
            FROM features.ftr_customer_snapshots"""
        )
    return path


@pytest.fixture(scope="module")
def before(build, tmp_path_factory) -> Release:
    """The release of the first night, as far as it is asked here."""
    path = tmp_path_factory.mktemp("release") / "r1.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(f"ATTACH '{build}' AS build (READ_ONLY)")
        con.execute("CREATE SCHEMA release")
        for table in TABLES:
            con.execute(f"CREATE TABLE {kept_as(table)} AS {kept_half('build', table, NIGHT)}")
    return Release("r1", path, None, NIGHT, datetime(2026, 11, 1))


def test_the_next_night_passes(build, before) -> None:
    results = check_joint_drift(build, before, NEXT)
    assert [result.table_name for result in results] == list(TABLES)
    for result in results:
        assert result.is_passed, result
        assert "against release r1: of one row from each, a classifier picks tonight's" in result.observed


@pytest.mark.parametrize("table", TABLES)
def test_amounts_of_others_are_a_warning_that_names_what_no_longer_belongs_together(
    build, before, tmp_path, table: str
) -> None:
    mixed = shutil.copy(build, tmp_path / "mixed.duckdb")
    number = f"regexp_extract({{}}.{SAMPLED[table]}, '[0-9]+')::INT"
    with duckdb.connect(str(mixed)) as con:
        con.execute(
            f"""UPDATE features.{table} AS mine SET amount = other.amount
            FROM features.{table} AS other
            WHERE other.as_of_date = mine.as_of_date
                AND {number.format("other")} = ({number.format("mine")} + 700) % {CUSTOMERS}"""
        )
    [result] = [result for result in check_joint_drift(mixed, before, NEXT) if not result.is_passed]
    assert result.table_name == table
    assert (result.severity, result.is_passed) == ("warn", False)
    assert "amount with count_orders (0.9" in result.observed


def test_without_a_sample_there_is_nothing_to_compare_with(build, tmp_path) -> None:
    assert check_joint_drift(build, None, NEXT) == []
    with duckdb.connect(str(tmp_path / "old.duckdb")) as con:
        con.execute("CREATE TABLE of_an_earlier_version (id BIGINT)")
    earlier = Release("old", tmp_path / "old.duckdb", None, NIGHT, datetime(2026, 11, 1))
    assert check_joint_drift(build, earlier, NEXT) == []


def test_all_that_a_score_learns_from_is_sampled() -> None:
    assert set(LEARNED_FROM.values()) == set(SAMPLED)

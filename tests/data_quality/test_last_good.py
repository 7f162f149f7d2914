"""A score that is withheld tonight: its last good values travel on with their day, and with nobody who is gone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb
import pytest
from sample_release import DOCUMENTED, GATES, LOADS

from data_quality import last_good
from data_quality.audit import TOLD_BESIDE_SCORES, TOLD_OF_CUSTOMERS, audit
from data_quality.release import Release, connect, current_release
from data_quality.staging import Manifest, stage
from data_quality.suites import SCORE_COLUMNS

from .conftest import AS_OF

ERASED = "cus_0000000000000003"
NOON = datetime(2026, 11, 1, 12)
DAYS = last_good.SUBJECTS["churn"].most_days
ENDED = {
    "deal_win": ("marts.fct_opportunities", "opportunity_id", "is_closed = true"),
    "lead_conversion": ("marts.fct_leads", "lead_id", "is_open = false"),
    "subscription_churn": ("marts.fct_subscriptions", "customer_id", "is_running = false"),
    "ticket_escalation": ("marts.fct_tickets", "ticket_id", "is_open = false"),
    "next_items": ("marts.dim_customers", "customer_id", f"last_order_date = DATE '{AS_OF}'"),
}
WITHHOLD = """DELETE FROM scores.churn;
    UPDATE scores.model_cards SET is_published = false, verdict = 'lost to the recency rule'
    WHERE score_name = 'churn'"""
ERASE = ";".join(
    f"DELETE FROM {table} WHERE customer_id = '{ERASED}'"
    for table in (
        "marts.dim_customers",
        "scores.churn",
        "scores.next_purchase",
        "scores.lifetime_value",
        *TOLD_OF_CUSTOMERS,
        "segments.customer_segments",
        "pii.pii_customers",
    )
)
CARRIED = "SELECT customer_id, as_of_date, churn_probability, reasons FROM {}.churn ORDER BY ALL"


def of_day(day: date) -> str:
    tables = (*(f"scores.{score}" for score in SCORE_COLUMNS), *TOLD_BESIDE_SCORES)
    return ";".join(f"UPDATE {table} SET as_of_date = DATE '{day}'" for table in tables)


@pytest.fixture
def night(release_maker) -> Callable[..., Release]:
    """`night(3, poison)` publishes the night three days after the first, after running `poison` on its build."""

    def make(days: int, poison: str = "SELECT 1") -> Release:
        day = AS_OF + timedelta(days=days)
        manifest = Manifest(f"r{days}", day, datetime.combine(day, time(4)), f"run-{days}", "0.1.0", True)
        return release_maker(manifest.release_id, f"{of_day(day)}; {poison}", manifest=manifest)

    return make


def rows(release: Release, sql: str) -> list[tuple]:
    with connect(release) as con:
        return con.execute(sql).fetchall()


def carried(release: Release) -> list[str]:
    """The tables of last good values."""
    sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'last_good' ORDER BY 1"
    return [name for (name,) in rows(release, sql)]


def test_last_good_values_travel_with_their_day_until_the_score_is_good_again(home_with_release, night):
    was = rows(current_release(home_with_release), CARRIED.format("scores"))
    assert ERASED in {customer for customer, *_ in was}

    second = night(1, f"{WITHHOLD}; {ERASE}")
    assert carried(second) == ["churn"], "what is published needs no old values"
    assert rows(second, "FROM scores.churn") == [], "what compares scores finds tonight's, which are none"
    left = [row for row in was if row[0] != ERASED]
    assert rows(second, CARRIED.format("last_good")) == left
    assert {day for _, day, *_ in left} == {AS_OF}

    third = night(2, f"{WITHHOLD}; {ERASE}")
    assert rows(third, CARRIED.format("last_good")) == left, "the day stays that on which they were said"
    counted = "SELECT row_count FROM release.row_counts WHERE table_schema = 'last_good'"
    assert rows(third, counted) == [(len(left),)]

    assert carried(night(3)) == [], "tonight's are good"


@pytest.fixture(scope="module")
def withheld_build(build_file, tmp_path_factory) -> Path:
    """The build of a night whose churn is withheld."""
    path = shutil.copy(build_file, tmp_path_factory.mktemp("withheld") / "build.duckdb")
    with duckdb.connect(str(path)) as con:
        con.execute(WITHHOLD)
    return path


@pytest.mark.parametrize(
    ("days", "has_changed", "is_carried"),
    [(0, False, True), (DAYS - 1, False, True), (DAYS, False, False), (-1, False, False), (1, True, False)],
    ids=["same day", "last day", "too old", "an earlier day knows nothing of later values", "a column is missing"],
)
def test_only_values_of_the_last_days_in_columns_of_tonight(
    build_file, withheld_build, tmp_path, days, has_changed, is_carried
):
    file = shutil.copy(build_file, tmp_path / "before.duckdb") if has_changed else build_file
    if has_changed:
        with duckdb.connect(str(file)) as con:
            con.execute("ALTER TABLE scores.churn DROP COLUMN closed_form_probability")
    before = Release("r0", file, None, AS_OF, NOON)
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{withheld_build}' AS build (READ_ONLY)")
        assert list(last_good.carried(con, before, AS_OF + timedelta(days=days))) == ["churn"] * is_carried


@pytest.mark.parametrize("missing", ["scores.churn", "marts.dim_customers", "scores.model_cards"])
def test_what_a_build_lacks_is_left_to_the_audit(build_file, withheld_build, tmp_path, missing):
    build = shutil.copy(withheld_build, tmp_path / "build.duckdb")
    with duckdb.connect(str(build)) as con:
        con.execute(f"DROP TABLE {missing}")
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{build}' AS build (READ_ONLY)")
        assert last_good.carried(con, Release("r0", build_file, None, AS_OF, NOON), AS_OF) == {}


@pytest.mark.parametrize("score", ENDED)
def test_what_has_ended_since_is_not_carried(build_file, tmp_path, score):
    mart, key, change = ENDED[score]
    build, before = shutil.copy(build_file, tmp_path / "build.duckdb"), Release("r0", build_file, None, AS_OF, NOON)

    def kept(days: int = 0) -> set[str]:
        with duckdb.connect() as con:
            con.execute(f"ATTACH '{build}' AS build (READ_ONLY)")
            selects = last_good.carried(con, before, AS_OF + timedelta(days=days))
            found = [con.execute(f"SELECT {key} FROM ({rows})").fetchall() for rows in selects.values()]
            return {subject for rows in found for (subject,) in rows}

    with duckdb.connect(str(build)) as con:
        had = {subject for (subject,) in con.execute(f"SELECT {key} FROM scores.{score}").fetchall()}
        con.execute(f"DELETE FROM scores.{score}")
        con.execute("UPDATE scores.model_cards SET is_published = false WHERE score_name = ?", [score])
    assert kept() == had != set()
    assert kept(last_good.SUBJECTS[score].most_days) == set(), "what was said is over"
    with duckdb.connect(str(build)) as con:
        con.execute(f"UPDATE {mart} SET {change} WHERE {key} = ?", [min(had)])
    assert kept() == had - {min(had)}


def test_the_audit_names_whatever_is_wrong_with_old_values(home_with_release, withheld_build):
    manifest = Manifest("r2", AS_OF, datetime(2026, 11, 1, 3), "run-2", "0.1.0")
    staged = stage(withheld_build, home_with_release, manifest, GATES, LOADS, key=None)
    assert audit(staged, None, DOCUMENTED) == []
    with duckdb.connect(str(staged.file)) as con:
        con.execute("INSERT INTO scores.churn FROM last_good.churn LIMIT 1")
        for change in (
            "customer_id = 'cus_nobody'",
            "reasons = 'wrote to ada@mail.example'",
            f"as_of_date = DATE '{AS_OF}' - {DAYS}",
            f"as_of_date = DATE '{AS_OF}' + 1",
            "as_of_date = NULL",
        ):
            untouched = "SELECT min(rowid) FROM last_good.churn WHERE as_of_date = ? AND customer_id != 'cus_nobody'"
            con.execute(f"UPDATE last_good.churn SET {change} WHERE rowid = ({untouched})", [AS_OF])
    findings = {
        finding.check: finding.words for finding in audit(staged, None, DOCUMENTED) if "last_good" in finding.table
    }
    assert set(findings) == {
        "contents_match",
        "last_good_date",
        "last_good_stands_alone",
        "last_good_subject",
        "no_e_mail_addresses",
    }
    assert findings["last_good_date"].startswith("3 rows")

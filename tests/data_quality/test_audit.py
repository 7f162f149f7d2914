from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from sample_release import DOCUMENTED, GATES, LOADS

from data_quality.audit import audit
from data_quality.publish import AuditFailed, make_pii_key, promote, publish
from data_quality.release import Release, current_release, list_releases
from data_quality.staging import Manifest, stage

MANIFEST = Manifest("r2", date(2026, 11, 1), datetime(2026, 11, 1, 3), "run-2", "0.1.0")

POISONS = {
    "a required table is missing": ("DROP TABLE marts.fct_tickets", "required_table", "marts.fct_tickets"),
    "no segment definitions": ("DROP TABLE seeds.segment_definitions", "required_table", "release.segment_definitions"),
    "a column nobody documented": (
        "ALTER TABLE marts.fct_orders ADD COLUMN extra BIGINT",
        "documented_columns",
        "marts.fct_orders",
    ),
    "a documented column was not built": (
        "ALTER TABLE scores.churn DROP COLUMN evidence",
        "documented_columns",
        "scores.churn",
    ),
    "a personal column": (
        "ALTER TABLE marts.dim_customers ADD COLUMN Full_Name VARCHAR",
        "no_personal_columns",
        "marts.dim_customers",
    ),
    "one e-mail address in one cell": (
        "UPDATE marts.fct_interactions SET detail = 'wrote to ada@mail.example, twice' "
        "WHERE interaction_id = (SELECT min(interaction_id) FROM marts.fct_interactions)",
        "no_e_mail_addresses",
        "marts.fct_interactions",
    ),
    "an e-mail address among the segment reasons": (
        "UPDATE segments.customer_segments SET reason = 'x@y.example'",
        "no_e_mail_addresses",
        "segments.customer_segments",
    ),
    "a customer twice": (
        "INSERT INTO marts.dim_customers SELECT * FROM marts.dim_customers LIMIT 1",
        "key_is_unique",
        "marts.dim_customers",
    ),
    "an order without id": (
        "UPDATE marts.fct_orders SET order_id = NULL WHERE customer_order_number = 1",
        "key_is_unique",
        "marts.fct_orders",
    ),
    "a segment member twice": (
        "INSERT INTO segments.customer_segments SELECT * FROM segments.customer_segments LIMIT 1",
        "key_is_unique",
        "segments.customer_segments",
    ),
    "two totals of one segment": (
        "INSERT INTO scores.segment_totals SELECT * FROM scores.segment_totals LIMIT 1",
        "key_is_unique",
        "scores.segment_totals",
    ),
    "a total outside its interval": (
        "UPDATE scores.segment_totals SET predicted_revenue_high = 0.5 * predicted_revenue_amount",
        "told_is_sound",
        "scores.segment_totals",
    ),
    "totals of another day": (
        "UPDATE scores.segment_totals SET as_of_date = DATE '2026-10-31'",
        "told_is_sound",
        "scores.segment_totals",
    ),
    "a likely item named twice": (
        "UPDATE scores.next_items SET item_rank = 1 WHERE item_rank = 2",
        "key_is_unique",
        "scores.next_items",
    ),
    "a likely item with an impossible chance": (
        "UPDATE scores.next_items SET probability = 1.2, probability_high = 1.3 WHERE item_rank = 1",
        "told_is_sound",
        "scores.next_items",
    ),
    "a likely item of nobody": (
        "UPDATE scores.next_items SET customer_id = 'cus_nobody' "
        "WHERE customer_id = (SELECT min(customer_id) FROM scores.next_items)",
        "customer_exists",
        "scores.next_items",
    ),
    "a best channel surer than sure": (
        "UPDATE scores.best_channel SET probability_high = 1.01",
        "told_is_sound",
        "scores.best_channel",
    ),
    "two best hours": (
        "INSERT INTO scores.best_hour SELECT * FROM scores.best_hour LIMIT 1",
        "key_is_unique",
        "scores.best_hour",
    ),
    "an offer to somebody in a quiet zone": (
        "INSERT INTO segments.quiet_customers SELECT min(customer_id), 'complained yesterday' "
        "FROM segments.customer_segments WHERE segment_name IN ('champions', 'due_to_buy')",
        "quiet_zone",
        "segments.customer_segments",
    ),
    "a probability above one": (
        "UPDATE scores.churn SET closed_form_probability = 1.01",
        "probability_in_range",
        "scores.churn",
    ),
    "a probability below zero": (
        "UPDATE scores.next_purchase SET score = -0.2",
        "probability_in_range",
        "scores.next_purchase",
    ),
    "a probability that is not a number": (
        "UPDATE scores.churn SET churn_probability = 'nan'::DOUBLE",
        "probability_in_range",
        "scores.churn",
    ),
    "scores of another day": (
        "UPDATE scores.lifetime_value SET as_of_date = DATE '2026-10-31'",
        "score_date",
        "scores.lifetime_value",
    ),
    "a score of nobody": (
        "UPDATE scores.churn SET customer_id = 'cus_nobody' WHERE reasons LIKE '%gap%'",
        "customer_exists",
        "scores.churn",
    ),
    "a segment member who is no customer": (
        "INSERT INTO segments.customer_segments VALUES ('champions', 'cus_nobody', 'why', DATE '2026-11-01')",
        "customer_exists",
        "segments.customer_segments",
    ),
    "personal data of nobody": (
        "INSERT INTO pii.pii_customers VALUES ('cus_nobody', 'N', 'n@mail.example', NULL, NULL)",
        "customer_exists",
        "pii.pii_customers",
    ),
    "a segment without definition": (
        "UPDATE segments.customer_segments SET segment_name = 'invented' WHERE segment_name = 'win_back'",
        "segment_is_defined",
        "segments.customer_segments",
    ),
    "a table that ran empty": ("DELETE FROM marts.fct_tickets", "rows_kept", "marts.fct_tickets"),
    "more than half of the orders gone": (
        "DELETE FROM marts.fct_orders WHERE hash(order_id) % 10 < 7",
        "rows_kept",
        "marts.fct_orders",
    ),
    "more than half of the customers gone": (
        "DELETE FROM marts.dim_customers WHERE right(customer_id, 1) > '3'; "
        "DELETE FROM scores.churn; DELETE FROM scores.next_purchase; DELETE FROM scores.lifetime_value; "
        "DELETE FROM segments.customer_segments; DELETE FROM pii.pii_customers",
        "rows_kept",
        "marts.dim_customers",
    ),
}


ALONE = ("required_table", "rows_kept")
"""What hides other findings, or causes some."""


@dataclass(frozen=True)
class Stopped:
    """What the audit found in a poisoned build, and what readers had before and after."""

    error: AuditFailed
    before: Release
    after: Release
    left: list[Path]


@pytest.fixture(scope="module")
def stopped(published_home, build_file, tmp_path_factory) -> Callable[[str], Stopped]:
    """What stops each poisoned build. Poisons of different tables share one, because publishing takes a second."""
    rounds: list[dict[str, str]] = []
    for words, (_, check, table) in POISONS.items():
        shared = [one for one in rounds if table not in one and not {check, *one} & set(ALONE)]
        if not shared:
            rounds.append({})
        (shared or rounds[-1:])[0][check if check in ALONE else table] = words
    seen: dict[str, Stopped] = {}

    def of(words: str) -> Stopped:
        if words not in seen:
            (together,) = (one.values() for one in rounds if words in one.values())
            folder = tmp_path_factory.mktemp("poisoned")
            home, build = shutil.copytree(published_home, folder / "home"), folder / "build.duckdb"
            shutil.copy(build_file, build)
            with duckdb.connect(str(build)) as con:
                con.execute("; ".join(POISONS[one][0] for one in together))
            before = current_release(home)
            with pytest.raises(AuditFailed) as error:
                publish(build, home, MANIFEST, GATES, LOADS, DOCUMENTED)
            assert list_releases(home) == [before]
            left = list((home / "releases").glob("*r2*"))
            seen.update(dict.fromkeys(together, Stopped(error.value, before, current_release(home), left)))
        return seen[words]

    return of


@pytest.mark.parametrize("words", POISONS)
def test_a_poisoned_build_is_stopped_and_readers_stay_where_they_were(stopped, words):
    seen, (_, check, table) = stopped(words), POISONS[words]
    assert (check, table) in {(finding.check, finding.table) for finding in seen.error.findings}
    assert f"{check} on {table}" in str(seen.error)
    assert seen.after == seen.before
    assert not seen.left


def test_a_red_gate_stops_even_when_publish_is_called_alone(home_with_release, release_maker):
    home, before = home_with_release, current_release(home_with_release)
    red = replace(GATES[2], is_passed=False, observed="12 rows")
    with pytest.raises(AuditFailed, match="probability_in_range failed: 12 rows"):
        release_maker("r2", gate_reports=[*GATES, red])
    assert current_release(home) == before


def test_a_warning_gate_travels_and_does_not_stop(release_maker, home):
    release_maker("r1", gate_reports=[GATES[1]])
    assert current_release(home).release_id == "r1"


def test_small_changes_pass_and_so_do_withheld_scores_and_empty_segments(home_with_release, release_maker):
    release_maker("r1", "DELETE FROM marts.fct_orders WHERE hash(order_id) % 10 < 2")
    release_maker("r2", "DELETE FROM segments.customer_segments; DELETE FROM scores.lifetime_value")
    assert current_release(home_with_release).release_id == "r2"


@pytest.fixture
def staged(build_file, home):
    (home / "releases").mkdir(parents=True)
    key = make_pii_key(home)
    return stage(build_file, home, MANIFEST, GATES, LOADS, key), key


def test_the_audit_judges_the_staged_file_and_not_the_build(staged, home):
    files, key = staged
    assert audit(files, key, DOCUMENTED) == []
    with duckdb.connect(str(files.file)) as con:
        con.execute("UPDATE marts.fct_orders SET net_amount = net_amount + 1 WHERE customer_order_number = 1")
    findings = audit(files, key, DOCUMENTED)
    assert [(finding.check, finding.table) for finding in findings] == [("contents_match", "marts.fct_orders")]
    with pytest.raises(AuditFailed):
        promote(files, home, key, DOCUMENTED)
    assert current_release(home) is None


def test_a_table_that_is_missing_or_uncounted_is_found(staged):
    files, key = staged
    with duckdb.connect(str(files.file)) as con:
        con.execute("DROP TABLE scores.backtests; CREATE TABLE marts.smuggled AS SELECT 1 AS id")
    found = {(finding.check, finding.table) for finding in audit(files, key)}
    assert found == {("contents_match", "scores.backtests"), ("contents_match", "marts.smuggled")}


def test_a_file_that_does_not_open_is_a_finding(staged):
    files, key = staged
    files.file.write_bytes(files.file.read_bytes()[:5000])
    assert [finding.check for finding in audit(files, key)] == ["file_opens"]


def test_a_file_whose_last_rows_are_only_in_its_log_is_refused(staged, home):
    files, key = staged
    files.pii_file.with_name(f"{files.pii_file.name}.wal").write_bytes(b"rows that the rename would lose")
    assert [finding.check for finding in audit(files, key)] == ["file_is_closed"]
    with pytest.raises(AuditFailed, match="write-ahead log"):
        promote(files, home, key)
    assert current_release(home) is None


def test_the_wrong_key_is_a_finding(staged):
    files, _ = staged
    assert [finding.check for finding in audit(files, "another key")] == ["file_opens"]


def test_flipped_bits_in_the_facts_are_found_or_change_nothing(staged):
    files, key = staged
    whole, noticed = files.file.read_bytes(), 0
    for number in range(20):
        position = (number * 2 + 1) * len(whole) // 40
        spoilt = files.file.with_name(f"flip{number}.partial.duckdb")
        spoilt.write_bytes(whole[:position] + bytes([whole[position] ^ 0x40]) + whole[position + 1 :])
        noticed += bool(audit(replace(files, file=spoilt), key, DOCUMENTED))
        spoilt.unlink()
    assert noticed > 0


def test_without_personal_data_documented_personal_tables_are_not_missed(build_file, home):
    (home / "releases").mkdir(parents=True)
    files = stage(build_file, home, MANIFEST, GATES, LOADS, key=None)
    assert files.pii_file is None
    assert audit(files, None, DOCUMENTED) == []

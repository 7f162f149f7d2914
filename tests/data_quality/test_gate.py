from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from sample_release import COLUMNS, columns_of

from data_quality.contracts import Column, Ingest, SourceTable
from data_quality.gate import check_exports, check_scores
from data_quality.results import GateResult
from data_quality.suites import SCORE_COLUMNS, TICKET_TOPIC_COLUMNS, TOLD_COLUMNS

NOW = datetime(2026, 11, 1)
AS_OF = date(2026, 11, 1)


def column(name: str, data_type: str = "varchar", **rules) -> Column:
    return Column(name, data_type, "", name, **rules)


def source_table(name: str) -> SourceTable:
    columns = (
        column("order_name", is_required=True),
        column("status", accepted_values=("paid", "refunded")),
        column("total", "decimal(18,4)", minimum=0),
        column("placed_at", "timestamp"),
        column("close_date", "timestamp"),
        column("email", is_pii=True),
    )
    ingest = Ingest(pattern="*.csv", format="csv", load="merge", key=("order_name", "email"))
    return SourceTable("shop", name, "", columns, ingest, Path("_shop__sources.yml"))


def write_parquet(home: Path, table: str, change: str = "", rows: int = 300) -> None:
    """Good rows unless `change` says otherwise: an SQL REPLACE list over the column `n`, 0 to rows − 1."""
    folder = home / "raw" / "shop" / table / "load_id=1"
    folder.mkdir(parents=True)
    good = """SELECT n, 'o' || n AS order_name, 'paid' AS status, n::DECIMAL(18, 4) AS total,
        TIMESTAMP '2026-10-31 12:00:00' AS placed_at, TIMESTAMP '2027-06-01 12:00:00' AS close_date,
        'person' || n || '@mail.example' AS email, 'orders.csv' AS _source_file, n + 1 AS _source_row"""
    replace = f"REPLACE ({change})" if change else ""
    duckdb.execute(
        f"COPY (SELECT * EXCLUDE (n) FROM (SELECT * {replace} FROM ({good} FROM range({rows}) t(n)))) "
        f"TO '{folder / 'part-0.parquet'}' (FORMAT parquet)"
    )
    load = {"load_id": "1", "status": "loaded", "loaded_at": "2026-11-01T00:00:00", "file": "orders.csv"}
    counts = {"rows_read": rows, "rows_loaded": rows, "rows_quarantined": 0}
    (folder / "load.json").write_text(json.dumps(load | counts), encoding="utf-8")


POISONED_EXPORTS = {
    "required_null": ("CASE WHEN n = 7 THEN NULL ELSE order_name END AS order_name", "order_name_not_null", "error", 1),
    "key_null": ("CASE WHEN n = 7 THEN NULL ELSE email END AS email", "email_not_null", "error", 1),
    "many_new_values": ("CASE WHEN n < 9 THEN 'voided' ELSE status END AS status", "status_accepted", "error", 9),
    "one_new_value": ("CASE WHEN n < 1 THEN 'voided' ELSE status END AS status", "status_accepted", "warn", 1),
    "many_below": ("CASE WHEN n < 9 THEN -1 ELSE total END AS total", "total_in_range", "error", 9),
    "one_below": ("CASE WHEN n < 1 THEN -1 ELSE total END AS total", "total_in_range", "warn", 1),
    "much_future": (
        "CASE WHEN n < 4 THEN TIMESTAMP '2026-11-02 00:00:01' ELSE placed_at END AS placed_at",
        "placed_at_not_in_future",
        "error",
        4,
    ),
    "future": (
        "CASE WHEN n < 2 THEN TIMESTAMP '2026-11-02 00:00:01' ELSE placed_at END AS placed_at",
        "placed_at_not_in_future",
        "warn",
        2,
    ),
}


@pytest.fixture(scope="module")
def export_results(tmp_path_factory) -> tuple[Path, dict[str, list[GateResult]]]:
    """One run of the export gate over a sound table, an empty one, one without files, and one per poison."""
    home = tmp_path_factory.mktemp("home")
    write_parquet(home, "sound")
    write_parquet(home, "empty", rows=0)
    write_parquet(home, "undated", "NULL::TIMESTAMP AS placed_at")
    write_parquet(home, "lost_a_column", "NULL AS total")
    path = home / "raw/shop/lost_a_column/load_id=1/part-0.parquet"
    duckdb.execute(f"COPY (SELECT * EXCLUDE (status) FROM '{path}') TO '{path}.new' (FORMAT parquet)")
    Path(f"{path}.new").rename(path)
    for name, (change, *_) in POISONED_EXPORTS.items():
        write_parquet(home, name, change)
    names = ["sound", "empty", "undated", "no_files", "lost_a_column", *POISONED_EXPORTS]
    results = check_exports(home, [source_table(name) for name in names], NOW, AS_OF)
    return home, {name: [result for result in results if result.table_name == f"shop.{name}"] for name in names}


def failed(results: list[GateResult]) -> list[tuple[str, str, int | None]]:
    return [(result.check_name, result.severity, result.failing_rows) for result in results if not result.is_passed]


def test_a_sound_table_passes_every_check_and_so_do_an_empty_and_an_undated_one(export_results):
    _, results = export_results
    for name in ("sound", "empty", "undated"):
        assert failed(results[name]) == []
        assert {result.check_name for result in results[name]} == {
            "order_name_not_null",
            "email_not_null",
            "status_accepted",
            "total_in_range",
            "placed_at_not_in_future",
            "quarantine_rate",
            "volume",
        }


@pytest.mark.parametrize("name", POISONED_EXPORTS)
def test_a_poisoned_export_is_noticed(export_results, name):
    _, check, severity, rows = POISONED_EXPORTS[name]
    assert failed(export_results[1][name]) == [(check, severity, rows)]


def test_a_table_that_never_landed_costs_no_check(tmp_path):
    write_parquet(tmp_path, "orders", rows=0)
    (tmp_path / "raw/shop/orders/load_id=1").rename(tmp_path / "raw/shop/orders/load_id=empty")
    (tmp_path / "raw/shop/orders/load_id=empty/load.json").unlink()
    results = check_exports(tmp_path, [source_table("orders")], NOW, AS_OF)
    assert [(result.check_name, result.is_passed) for result in results] == [("quarantine_rate", True)]


def test_rows_of_the_future_are_named(export_results):
    late = [result for result in export_results[1]["future"] if result.check_name == "placed_at_not_in_future"]
    assert [result.observed for result in late] == ["2 rows, such as orders.csv row 1, orders.csv row 2"]
    assert late[0].expected == "nothing after 2026-11-02 00:00, unless may_lie_ahead"


def test_a_table_without_files_fails_closed(export_results):
    assert failed(export_results[1]["no_files"]) == [("readable", "error", None)]
    assert "No files found" in export_results[1]["no_files"][0].observed


def test_a_check_that_cannot_run_counts_as_failed_with_the_reason(export_results):
    lost = [result for result in export_results[1]["lost_a_column"] if result.check_name == "status_accepted"]
    assert [(result.is_passed, result.severity) for result in lost] == [(False, "error")]
    assert lost[0].observed.startswith("the check could not run: ")
    assert "status" in lost[0].observed


def test_data_docs_are_rendered_and_show_no_cell(export_results):
    home, _ = export_results
    pages = list((home / "docs" / "gates" / "exports").rglob("*.html"))
    assert (home / "docs" / "gates" / "exports" / "index.html") in pages
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert "key_null" in text
    assert "mail.example" not in text
    assert "voided" not in text


POISONED_SCORES = {
    "columns, one too many": ("ALTER TABLE scores.churn ADD COLUMN extra INTEGER", "churn", "columns"),
    "columns, one missing": ("ALTER TABLE scores.churn DROP COLUMN churn_band", "churn", "columns"),
    "no row, and a column missing": (
        "DELETE FROM scores.deal_win; ALTER TABLE scores.deal_win DROP COLUMN win_probability",
        "deal_win",
        "columns",
    ),
    "no customer": ("UPDATE scores.churn SET customer_id = NULL", "churn", "customer_id_not_null"),
    "twice": ("INSERT INTO scores.churn SELECT * FROM scores.churn LIMIT 1", "churn", "customer_id_unique"),
    "no score": ("UPDATE scores.churn SET score = NULL", "churn", "score_not_null"),
    "above one": ("UPDATE scores.churn SET churn_probability = 1.2", "churn", "churn_probability_in_range"),
    "no number": (
        "UPDATE scores.churn SET closed_form_probability = 'nan'",
        "churn",
        "closed_form_probability_in_range",
    ),
    "below low": ("UPDATE scores.churn SET low = score + 0.001", "churn", "interval_holds_score"),
    "above high": ("UPDATE scores.churn SET high = score - 0.001", "churn", "interval_holds_score"),
    "another day": (
        "UPDATE scores.churn SET as_of_date = DATE '2026-10-31' WHERE reasons LIKE '%rating%'",
        "churn",
        "as_of_date",
    ),
    "no day": ("UPDATE scores.churn SET as_of_date = NULL", "churn", "as_of_date"),
    "invented band": ("UPDATE scores.churn SET churn_band = 'Dire'", "churn", "churn_band_accepted"),
    "invented evidence": ("UPDATE scores.next_purchase SET evidence = 'felt'", "next_purchase", "evidence_accepted"),
    "30 above 60": (
        "UPDATE scores.next_purchase SET next_purchase_probability_30d = 0.99, next_purchase_probability_60d = 0.5",
        "next_purchase",
        "longer_windows_hold_more",
    ),
    "60 above 90": (
        "UPDATE scores.next_purchase SET next_purchase_probability_60d = 0.99, next_purchase_probability_90d = 0.5",
        "next_purchase",
        "longer_windows_hold_more",
    ),
    "date before its interval": (
        "UPDATE scores.next_purchase SET expected_date_low = expected_date_of_next_order + 1",
        "next_purchase",
        "interval_holds_date",
    ),
    "infinite value": (
        "UPDATE scores.lifetime_value SET predicted_clv_high = 'inf'",
        "lifetime_value",
        "predicted_clv_high_is_finite",
    ),
    "value that is no number": (
        "UPDATE scores.lifetime_value SET predicted_number_of_orders = 'nan'",
        "lifetime_value",
        "predicted_number_of_orders_is_finite",
    ),
    "too few scored": ("DELETE FROM scores.churn WHERE hash(customer_id) % 4 = 0", "churn", "coverage"),
    "nobody scored": ("DELETE FROM scores.lifetime_value", "lifetime_value", "coverage"),
    "an open ticket without a risk": (
        "DELETE FROM scores.ticket_escalation; UPDATE marts.fct_ticket_events SET escalation_type = 'reopened'",
        "ticket_escalation",
        "coverage",
    ),
    "a risk above one": (
        "UPDATE scores.ticket_escalation SET escalation_probability = 1.2",
        "ticket_escalation",
        "escalation_probability_in_range",
    ),
    "an item named twice": (
        "UPDATE scores.next_items SET item_id = 'shopify:p1'",
        "next_items",
        "item_id_once_a_customer",
    ),
    "two first items": ("UPDATE scores.next_items SET item_rank = 1", "next_items", "item_rank_once_a_customer"),
    "an item surer than sure": (
        "UPDATE scores.next_items SET probability = 1.2",
        "next_items",
        "probability_in_range",
    ),
    "an item above its interval": (
        "UPDATE scores.next_items SET probability_high = probability - 0.01",
        "next_items",
        "interval_holds_probability",
    ),
    "less than one of an item": (
        "UPDATE scores.next_items SET quantity = 0.4",
        "next_items",
        "quantity_is_possible",
    ),
    "more of an item than its interval holds": (
        "UPDATE scores.next_items SET quantity_high = quantity - 1",
        "next_items",
        "interval_holds_quantity",
    ),
    "items of another day": (
        "UPDATE scores.next_items SET as_of_date = DATE '2026-10-31'",
        "next_items",
        "as_of_date",
    ),
    "items of nobody": ("UPDATE scores.next_items SET customer_id = NULL", "next_items", "customer_id_not_null"),
    "an item without a name in the catalogue": (
        "UPDATE scores.next_items SET item_id = NULL",
        "next_items",
        "item_id_not_null",
    ),
    "a column of items lost": ("ALTER TABLE scores.next_items DROP COLUMN lift", "next_items", "columns"),
    "a channel nobody has": ("UPDATE scores.best_channel SET channel = 'fax'", "best_channel", "channel_accepted"),
    "two best channels": (
        "INSERT INTO scores.best_channel SELECT * FROM scores.best_channel LIMIT 1",
        "best_channel",
        "customer_id_unique",
    ),
    "a best channel without a contact": (
        "UPDATE scores.best_channel SET count_contacts = 0",
        "best_channel",
        "rests_on_contacts",
    ),
    "an hour of infinite odds": (
        "UPDATE scores.best_hour SET odds_ratio = 'inf'",
        "best_hour",
        "odds_ratio_is_finite",
    ),
    "the twenty-fifth hour": ("UPDATE scores.best_hour SET hour = 24", "best_hour", "hour_in_range"),
    "no table": ("DROP TABLE scores.next_purchase", "next_purchase", "readable"),
    "no model cards": ("DROP TABLE scores.model_cards", "all", "coverage"),
    "no marts": ("DROP SCHEMA marts CASCADE", "all", "coverage"),
    "a topic of no list": ("UPDATE scores.ticket_topics SET topic = 'gossip'", "ticket_topics", "topic_is_listed"),
    "a ticket twice": (
        "INSERT INTO scores.ticket_topics SELECT * FROM scores.ticket_topics LIMIT 1",
        "ticket_topics",
        "ticket_id_unique",
    ),
    "surer than sure": (
        "UPDATE scores.ticket_topics SET topic_confidence = 1.2",
        "ticket_topics",
        "topic_confidence_in_range",
    ),
    "an invented mood": (
        "UPDATE scores.ticket_topics SET sentiment = 'smug'",
        "ticket_topics",
        "sentiment_accepted",
    ),
}


@pytest.fixture(scope="module")
def judge(build_file, tmp_path_factory) -> Callable[[str], list[GateResult]]:
    """Results of the score gate for a copy of the build on which some SQL was run."""

    def run(poison: str = "SELECT 1") -> list[GateResult]:
        path = Path(shutil.copy(build_file, tmp_path_factory.mktemp("judged") / "build.duckdb"))
        with duckdb.connect(str(path)) as con:
            con.execute(poison)
        return check_scores(path, AS_OF)

    return run


@pytest.fixture(scope="module")
def stopped(judge) -> Callable[[str], set[tuple[str, str]]]:
    """What stops each poisoned build. Poisons of different scores share a run, because a run takes a second."""
    rounds: list[dict[str, str]] = []
    for words, (_, table, _) in POISONED_SCORES.items():
        free = next((one for one in rounds if table not in one and "all" not in one), None)
        if free is None or table == "all":
            rounds.append({table: words})
        else:
            free[table] = words
    seen: dict[str, set[tuple[str, str]]] = {}

    def of(words: str) -> set[tuple[str, str]]:
        if words not in seen:
            (together,) = (one for one in rounds if words in one.values())
            results = judge("; ".join(POISONED_SCORES[one][0] for one in together.values()))
            for table, one in together.items():
                mine = {r for r in results if r.stops and table in (r.table_name, "all")}
                seen[one] = {(r.table_name, r.check_name) for r in mine}
        return seen[words]

    return of


@pytest.mark.parametrize("words", POISONED_SCORES)
def test_a_poisoned_score_is_stopped(stopped, words):
    _, table, check = POISONED_SCORES[words]
    expected = {(score, check) for score in (SCORE_COLUMNS if table == "all" else [table])}
    assert expected <= stopped(words)


def test_sound_scores_pass_every_check(judge):
    results = judge()
    assert failed(results) == []
    assert {result.table_name for result in results} == {*SCORE_COLUMNS, *TOLD_COLUMNS, "ticket_topics"}
    assert len(results) == len({(result.table_name, result.check_name) for result in results})


def test_a_withheld_score_may_be_empty_when_its_card_says_so(judge):
    withheld = "UPDATE scores.model_cards SET is_published = false WHERE score_name = 'lifetime_value'"
    results = judge(f"DELETE FROM scores.lifetime_value; {withheld}")
    assert failed(results) == []
    observed = {r.check_name: r.observed for r in results if r.table_name == "lifetime_value"}
    assert observed["score_not_null"] == "there is no row"
    assert (observed["columns"], observed["coverage"]) == ("as expected", "0 rows")


@pytest.mark.parametrize(("scored", "unscored"), [(95, []), (94, [("coverage", 6)])])
def test_one_buyer_in_twenty_may_lack_a_score(judge, scored, unscored):
    results = judge(
        "DELETE FROM marts.fct_orders; INSERT INTO marts.fct_orders BY NAME SELECT 'o' || i AS order_id, "
        "'b' || i AS customer_id, true AS is_purchase, DATE '2026-10-31' AS order_date FROM range(100) t(i); "
        "CREATE TABLE one AS SELECT * FROM scores.churn LIMIT 1; DELETE FROM scores.churn; "
        f"INSERT INTO scores.churn SELECT one.* REPLACE ('b' || i AS customer_id) FROM one, range({scored}) t(i)"
    )
    mine = [result for result in results if result.table_name == "churn" and not result.is_passed]
    assert [(result.check_name, result.failing_rows) for result in mine] == unscored


def test_tickets_need_no_topic_where_there_is_none(judge):
    """As with a helpdesk that exports no words."""
    results = judge("DELETE FROM scores.topics; UPDATE scores.ticket_topics SET topic = NULL, topic_method = NULL")
    assert failed(results) == []


def test_nobody_needs_a_score_where_nobody_has_bought(judge):
    assert failed(judge("DELETE FROM marts.fct_orders; DELETE FROM scores.churn")) == []


def test_the_columns_judged_are_the_columns_that_are_built():
    for score, columns in (SCORE_COLUMNS | TOLD_COLUMNS | {"ticket_topics": TICKET_TOPIC_COLUMNS}).items():
        assert set(columns) == set(columns_of(f"scores.{score}"))
    assert "scores.churn" in COLUMNS

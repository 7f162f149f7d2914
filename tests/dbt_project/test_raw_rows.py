"""Which rows of a source table count: the macro `raw`, rendered on its own and read by DuckDB."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from jinja2 import Environment

MACRO = Path(__file__).parents[2] / "dbt_project" / "macros" / "raw.sql"
NIGHT = datetime(2026, 10, 1, 2)


def counting(rows: list[tuple], **ingest: object) -> list[tuple]:
    """(id, status) that count, of rows (load, id, status, day of the change or None); a load is a night's number."""
    node = SimpleNamespace(
        source_name="shop", name="orders", config=SimpleNamespace(meta=SimpleNamespace(ingest=ingest))
    )
    said = {"execute": True, "graph": SimpleNamespace(sources={"x": node}), "source": lambda *_: "orders"}
    relation = Environment().from_string(MACRO.read_text(encoding="utf-8"), globals=said).module.raw("shop", "orders")
    with duckdb.connect() as con:
        con.execute(
            "create table orders (id varchar, status varchar, changed timestamp, _loaded_at timestamp, "
            "_load_id varchar, _source_row bigint)"
        )
        for number, (load, record, status, day) in enumerate(rows):
            changed = day and NIGHT + timedelta(days=day)
            con.execute(
                "insert into orders values (?, ?, ?, ?, ?, ?)",
                [record, status, changed, NIGHT + timedelta(days=load), str(load), number],
            )
        return con.execute(f"select id, status from {relation} order by all").fetchall()


MERGE = {"load": "merge", "key": ["id"]}
GONE = {"deleted_when": {"column": "status", "values": ["gone", "it's away"]}}


def test_a_correction_counts_instead_of_the_row_it_corrects() -> None:
    assert counting([(1, "A", "open", None), (2, "A", "paid", None)], **MERGE) == [("A", "paid")]


def test_a_late_row_does_not_overrule_a_newer_one() -> None:
    rows = [(1, "A", "paid", 5), (2, "A", "open", 3)]
    assert counting(rows, **MERGE, updated_at="changed") == [("A", "paid")]


def test_the_same_rows_in_two_files_count_once_by_key() -> None:
    assert counting([(1, "A", "open", 1), (2, "A", "open", 1)], **MERGE, updated_at="changed") == [("A", "open")]


@pytest.mark.parametrize("status", ["gone", "it's away"])
def test_a_deleted_record_is_not_current(status: str) -> None:
    rows = [(1, "A", "paid", 1), (1, "B", "paid", 1), (2, "A", status, 2)]
    assert counting(rows, **MERGE, **GONE, updated_at="changed") == [("B", "paid")]


def test_a_deletion_without_a_time_counts_from_when_it_was_loaded() -> None:
    rows = [(1, "A", "paid", 1), (9, "A", "gone", None)]
    assert counting(rows, **MERGE, **GONE, updated_at="changed") == []


def test_a_record_that_came_back_is_current_again() -> None:
    rows = [(1, "A", "paid", 1), (2, "A", "gone", None), (3, "A", "open", 3)]
    assert counting(rows, **MERGE, **GONE, updated_at="changed") == [("A", "open")]


def test_a_record_without_a_status_is_not_taken_for_deleted() -> None:
    assert counting([(1, "A", None, 1)], **MERGE, **GONE) == [("A", None)]


def test_without_values_anything_in_the_column_means_deleted() -> None:
    rows = [(1, "A", None, 1), (1, "B", "2026-10-02", 1)]
    assert counting(rows, **MERGE, deleted_when={"column": "status"}) == [("A", None)]


def test_what_a_full_snapshot_no_longer_has_is_gone_and_what_it_calls_deleted_too() -> None:
    rows = [(1, "A", "paid", 1), (1, "B", "paid", 1), (2, "B", "paid", 1), (2, "C", "gone", 1)]
    assert counting(rows, load="snapshot", **GONE) == [("B", "paid")]


def test_every_row_of_every_load_counts_where_rows_are_events() -> None:
    assert counting([(1, "A", "x", 1), (2, "A", "x", 1)], load="append") == [("A", "x"), ("A", "x")]

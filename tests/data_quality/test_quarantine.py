from __future__ import annotations

import json
from pathlib import Path

import pytest

from data_quality.contracts import Ingest, SourceTable
from data_quality.quarantine import quarantine_result

TABLE = SourceTable("shop", "orders", "", (), Ingest(pattern="*", format="csv", load="append"), Path("x.yml"))


def record(home: Path, day: int, rows_read: int, rows_quarantined: int, **more: object) -> str:
    folder = home / "raw" / "shop" / "orders"
    number = len(list(folder.glob("*")))
    path = folder / f"load_id={number}" / "load.json"
    path.parent.mkdir(parents=True)
    load = {
        "load_id": str(number),
        "status": "loaded",
        "loaded_at": f"2026-11-{day:02}T02:00:00.{number:06}",
        "rows_read": rows_read,
        "rows_loaded": rows_read - rows_quarantined,
        "rows_quarantined": rows_quarantined,
    }
    path.write_text(json.dumps(load | more))
    return str(number)


@pytest.mark.parametrize(
    ("bad", "is_passed", "severity"),
    [(0, True, "warn"), (10, True, "warn"), (11, False, "warn"), (50, False, "warn"), (51, False, "error")],
)
def test_one_percent_is_news_and_five_stop(tmp_path, bad, is_passed, severity):
    record(tmp_path, 1, 1000, bad)
    result = quarantine_result(tmp_path, TABLE)
    assert (result.is_passed, result.severity, result.failing_rows) == (is_passed, severity, bad)
    assert result.table_name == "shop.orders"


def test_a_bad_night_is_not_hidden_by_a_long_good_history(tmp_path):
    record(tmp_path, 1, 1_000_000, 0)
    record(tmp_path, 2, 500, 400)
    result = quarantine_result(tmp_path, TABLE)
    assert result.stops
    assert result.observed == "80.00% of the newest 500 rows"


def test_one_bad_row_in_a_tiny_file_is_judged_with_the_loads_before_it(tmp_path):
    record(tmp_path, 1, 997, 0)
    record(tmp_path, 2, 3, 1)
    assert quarantine_result(tmp_path, TABLE).observed == "0.10% of the newest 1000 rows"


def test_files_of_one_run_count_together(tmp_path):
    record(tmp_path, 1, 900, 0)
    record(tmp_path, 1, 100, 20)
    assert quarantine_result(tmp_path, TABLE).observed == "2.00% of the newest 1000 rows"


def test_rows_that_were_mended_and_replayed_are_not_held_against_the_load_they_came_with(tmp_path):
    bad = record(tmp_path, 1, 1000, 200)
    assert quarantine_result(tmp_path, TABLE).stops
    record(tmp_path, 2, 195, 3, status="replayed", replays={bad: 192})
    result = quarantine_result(tmp_path, TABLE)
    assert (result.is_passed, result.observed) == (True, "0.80% of the newest 1000 rows")


def test_a_table_that_never_had_a_file_passes(tmp_path):
    result = quarantine_result(tmp_path, TABLE)
    assert result.is_passed
    assert result.failing_rows == 0

"""What a run tells at its end about the files that came in."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from orchestration.settings import Settings
from orchestration.summary import print_summary


def said_of(home: Path, sample_release, *loads: dict) -> str:
    counts = {"rows_read": 2, "rows_loaded": 2, "rows_quarantined": 0, "status": "loaded", "reason": None}
    full = [
        {"load_id": str(n), "source": "shopify", "table": "orders", "file": f"orders_{n}.csv"} | counts | load
        for n, load in enumerate(loads)
    ]
    sample_release(home, loads=full)
    console = Console(width=300, record=True, file=StringIO())
    print_summary(Settings(home), console)
    return console.export_text()


def test_columns_that_came_or_went_tonight_are_told_once_for_all_files(tmp_path: Path, sample_release) -> None:
    tonight = {"loaded_at": "2026-11-01T02:00:00.000001", "warnings": ["column '[b]Tag' is not declared"]}
    said = said_of(
        tmp_path, sample_release, tonight, tonight, tonight | {"warnings": ["the last record has no line end"]}
    )
    assert "note shopify.orders: 2 files such as orders_0.csv: column '[b]Tag' is not declared" in said
    assert "note shopify.orders: orders_2.csv: the last record has no line end" in said


def test_what_was_told_on_an_earlier_night_is_not_told_again(tmp_path: Path, sample_release) -> None:
    earlier = {"loaded_at": "2026-10-31T02:00:00", "warnings": ["column 'Tag' is not declared"]}
    assert "Tag" not in said_of(tmp_path, sample_release, earlier)


def test_a_refused_file_is_told_with_its_reason(tmp_path: Path, sample_release) -> None:
    refused = {"status": "refused", "reason": "has the undeclared column 'Tag'", "loaded_at": "2026-11-01T02:00:00"}
    assert "refused shopify/orders_0.csv: has the undeclared column 'Tag'" in said_of(tmp_path, sample_release, refused)

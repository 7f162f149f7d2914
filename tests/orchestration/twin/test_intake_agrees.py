"""The project's own intake quarantines exactly the rows that the twin planted to be quarantined."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from data_quality.contracts import load_source_tables
from orchestration.intake.intake import intake
from orchestration.twin.estate import SOURCES

DBT_PROJECT = Path(__file__).parents[3] / "dbt_project"


@pytest.fixture(scope="module")
def loads(twin):
    tables = [table for table in load_source_tables(DBT_PROJECT) if table.source in SOURCES]
    return intake(twin.home, tables, datetime(2026, 11, 1, 6))


def quarantined(home: Path, loads) -> set[tuple[str, int]]:
    found = set()
    for path in (home / "quarantine").rglob("rows.ndjson"):
        source = path.relative_to(home / "quarantine").parts[0]
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found.add((f"{source}/{row['file']}", row["row"]))
    return found


def test_every_file_is_loaded_and_every_row_accounted_for(twin, loads):
    assert [(load.file, load.reason) for load in loads if load.status != "loaded"] == []
    files = [path for path in (twin.home / "landing").rglob("*") if path.is_file()]
    assert len(loads) == len(files) == 26
    assert sum(load.rows_read for load in loads) == sum(twin.summary.rows.values())
    assert [load.warnings for load in loads if load.warnings] == []


def test_intake_quarantines_the_planted_rows_and_nothing_else(twin, loads):
    dirt = twin.truth("dirt").filter(pl.col("expected_fate") == "quarantined")
    planted = set(dirt.select("file", "row_number").iter_rows())
    assert quarantined(twin.home, loads) == planted
    assert len(planted) >= 15
    for load in loads:
        assert load.rows_quarantined < max(1, 0.01 * load.rows_read)

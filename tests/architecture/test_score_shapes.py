"""The shape of a score table is declared in `_ml__sources.yml`; the code that writes it and the gate agree with it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml

from data_quality.suites import SCORE_COLUMNS, TICKET_TOPIC_COLUMNS, TOLD_COLUMNS
from models_ml.result import (
    BACKTEST_SCHEMA,
    BEST_CHANNEL,
    BEST_HOUR,
    NEXT_ITEMS,
    PRODUCT_SEQUENCE_CURVES,
    PRODUCT_SEQUENCES,
    SCORE_SCHEMAS,
    SEGMENT_TOTALS,
    TICKET_TOPICS,
    TOPICS,
)

DECLARATION = Path(__file__).resolve().parents[2] / "dbt_project" / "models" / "scores" / "_ml__sources.yml"
TYPES = {
    pl.String: "varchar",
    pl.Date: "date",
    pl.Float64: "double",
    pl.Boolean: "boolean",
    pl.Int64: "bigint",
}


def declared() -> dict[str, dict[str, str]]:
    [source] = yaml.safe_load(DECLARATION.read_text(encoding="utf-8"))["sources"]
    return {
        table["name"]: {column["name"]: column["data_type"].lower() for column in table["columns"]}
        for table in source["tables"]
    }


@pytest.mark.parametrize("score", sorted(SCORE_SCHEMAS))
def test_models_write_exactly_the_declared_columns_and_the_gate_asks_for_them(score: str) -> None:
    written = {
        name: TYPES[type(kind) if not isinstance(kind, type) else kind] for name, kind in SCORE_SCHEMAS[score].items()
    }
    assert written == declared()[score]
    assert list(SCORE_COLUMNS[score]) == list(declared()[score])


@pytest.mark.parametrize(
    ("table", "schema"),
    [
        ("backtests", BACKTEST_SCHEMA),
        ("product_sequences", PRODUCT_SEQUENCES),
        ("product_sequence_curves", PRODUCT_SEQUENCE_CURVES),
        ("next_items", NEXT_ITEMS),
        ("best_channel", BEST_CHANNEL),
        ("best_hour", BEST_HOUR),
        ("segment_totals", SEGMENT_TOTALS),
        ("ticket_topics", TICKET_TOPICS),
        ("topics", TOPICS),
    ],
)
def test_tables_beside_the_scores_are_written_as_declared(table: str, schema: pl.Schema) -> None:
    written = {name: TYPES[type(kind)] for name, kind in schema.items()}
    assert written == declared()[table]


def test_the_gate_asks_for_the_columns_beside_the_scores_as_declared() -> None:
    for table, columns in (TOLD_COLUMNS | {"ticket_topics": TICKET_TOPIC_COLUMNS}).items():
        assert set(columns) == set(declared()[table])

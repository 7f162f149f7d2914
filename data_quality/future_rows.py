"""Rows that tell of what cannot have happened yet, and where they stand.

Belongs here: days and moments later than the night. Stays out: plans, which may lie ahead (suites.MAY_LIE_AHEAD).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import duckdb

from data_quality.arrivals import relation_of
from data_quality.contracts import Column, SourceTable
from data_quality.results import GateResult
from data_quality.suites import MAY_LIE_AHEAD, TOLERATED_SHARE

NAMED_ROWS = 3


def future_results(con: duckdb.DuckDBPyConnection, table: SourceTable, latest: datetime) -> Iterator[GateResult]:
    """One result per day or moment column that is no plan; nothing may be later than `latest` (naive UTC)."""
    columns = [column for column in table.columns if tells_what_happened(column)]
    if not columns:
        return
    bound = f"TIMESTAMP '{latest:%Y-%m-%d %H:%M:%S}'"
    # Not count_if, which says nothing at all of a column without values.
    counts = ", ".join(f'count(*) FILTER ("{column.name}" > {bound})' for column in columns)
    rows, *late = con.execute(f"SELECT count(*), {counts} FROM {relation_of(table)}").fetchone()
    for column, count in zip(columns, late, strict=True):
        yield GateResult(
            gate_name="exports",
            check_name=f"{column.name}_not_in_future",
            table_name=f"{table.source}.{table.name}",
            severity="error" if rows and count / rows > TOLERATED_SHARE else "warn",
            is_passed=not count,
            observed=f"{count} rows" + (f", such as {_places(con, table, column, bound)}" if count else ""),
            expected=f"nothing after {latest:%Y-%m-%d %H:%M}, unless may_lie_ahead",
            failing_rows=count,
        )


def tells_what_happened(column: Column) -> bool:
    """Whether the column holds days or moments that cannot lie ahead of the night."""
    is_plan = column.may_lie_ahead or any(word in column.name for word in MAY_LIE_AHEAD)
    return column.data_type in ("date", "timestamp") and not is_plan


def _places(con: duckdb.DuckDBPyConnection, table: SourceTable, column: Column, bound: str) -> str:
    found = con.execute(
        f'SELECT _source_file, _source_row FROM {relation_of(table)} WHERE "{column.name}" > {bound} '
        f'ORDER BY "{column.name}" DESC, _source_file, _source_row LIMIT {NAMED_ROWS}'
    ).fetchall()
    return ", ".join(f"{file} row {row}" for file, row in found)

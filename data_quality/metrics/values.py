"""Metrics inside a release: their definitions, their SQL, and the values of the night.

Writes `release.metrics`, `release.metric_statements`, `release.metric_parts` and `release.metric_values`.
Stays out: what became of values that were published before (restatements).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import duckdb

from data_quality.metrics.compiler import grains, history, parameters_of, rows, statement
from data_quality.metrics.definitions import Metric, MetricError

WINDOWS = (30, 90, 365)
"""Days before as_of_date, as the pages offer them."""
MONTHS = 24
"""Months with a value each: two years, so that a month stands beside the same one of the year before."""
TABLES = {
    "metrics": """metric VARCHAR, label VARCHAR, description VARCHAR, unit VARCHAR, owner VARCHAR,
        is_lower_better BOOLEAN, is_stock BOOLEAN, is_rate BOOLEAN, dimensions VARCHAR[], first_date DATE,
        place BIGINT""",
    "metric_statements": "metric VARCHAR, dimension VARCHAR, sql VARCHAR",
    "metric_parts": "metric VARCHAR, part VARCHAR, mart VARCHAR, sql VARCHAR",
    "metric_values": """metric VARCHAR, time_window VARCHAR, from_date DATE, to_date DATE, value DOUBLE, n BIGINT,
        low DOUBLE, high DOUBLE""",
}
"""`dimension` is null in the statement of a whole window; `first_date` is where the metric's history begins."""


def write_metrics(con: duckdb.DuckDBPyConnection, metrics: Sequence[Metric], as_of: date) -> None:
    """Make the four tables in schema `release` of the database in use, whose marts the values are of.

    Raises MetricError where a metric reads a table or column that is not there.
    """
    written: dict[str, list[tuple]] = {name: [] for name in TABLES}
    for place, metric in enumerate(metrics):
        begun = history(metric)
        try:
            first = con.execute(begun, {"to_date": as_of}).fetchone()[0] if begun else None
            written["metric_values"] += _values(con, metric, as_of)
        except duckdb.Error as error:
            raise MetricError(f"metric {metric.name} cannot be computed: {error}") from error
        told = (metric.name, metric.label, metric.description, metric.unit, metric.owner, metric.is_lower_better)
        told = (*told, metric.is_stock, metric.is_rate, list(metric.dimensions), first, place)
        by = [None, *metric.dimensions, *grains(metric)]
        written["metrics"].append(told)
        written["metric_statements"] += [(metric.name, one, statement(metric, one)) for one in by]
        written["metric_parts"] += [(metric.name, one.name, one.table, rows(one)) for one in metric.aggregates]
    for name, values in written.items():
        con.execute(f"CREATE TABLE release.{name} ({TABLES[name]})")
        if values:
            # A column at a time: row by row would take longer than computing what is written.
            columns = ", ".join("unnest(?)" for _ in values[0])
            con.execute(
                f"INSERT INTO release.{name} SELECT {columns}", [list(column) for column in zip(*values, strict=True)]
            )


def _values(con: duckdb.DuckDBPyConnection, metric: Metric, as_of: date) -> Iterator[tuple]:
    whole = statement(metric)
    if metric.is_stock:
        yield (metric.name, "as of", None, as_of, *con.execute(whole).fetchone())
        return
    for days in WINDOWS:
        window = {"from_date": as_of - timedelta(days=days), "to_date": as_of}
        found = con.execute(whole, parameters_of(whole, **window)).fetchone()
        yield (metric.name, f"{days} days", *window.values(), *found)
    if "month" in grains(metric):
        window = {"from_date": _first_month(as_of), "to_date": as_of}
        for start, *found in con.execute(statement(metric, "month"), window).fetchall():
            yield (metric.name, "month", start, min(next_month(start), as_of), *found)


def _first_month(as_of: date) -> date:
    last = as_of - timedelta(days=1)
    year, month = divmod(last.year * 12 + last.month - MONTHS, 12)
    return date(year, month + 1, 1)


def next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)

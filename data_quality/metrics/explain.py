"""Explain a number: what it is, the SQL that makes it, its value in a window, and the rows behind it.

Reads a release and nothing else. Stays out: the files the rows came from (provenance), words on a screen (commands).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from data_quality.metrics.compiler import parameters_of


class NoSuchMetric(LookupError):
    """The release has no metric, or no dimension of it, by this name; the message says which there are."""


@dataclass(frozen=True)
class Window:
    """Half-open: from `from_date` on, before `to_date`. A stock has no window and takes none of it."""

    from_date: date
    to_date: date


@dataclass(frozen=True)
class Told:
    """A metric as the release defines it."""

    metric: str
    label: str
    description: str
    unit: str
    owner: str
    is_stock: bool
    dimensions: Sequence[str]


@dataclass(frozen=True)
class Value:
    """What a statement answered; `name` is the value of the dimension, None for the whole."""

    value: float | None
    n: int
    low: float | None
    high: float | None
    name: str | None = None


def metrics(con: duckdb.DuckDBPyConnection) -> list[Told]:
    """All metrics of a release, in the order of their definition."""
    found = con.execute(
        "select metric, label, description, unit, owner, is_stock, dimensions from release.metrics order by place"
    )
    return [Told(*row) for row in found.fetchall()]


def told(con: duckdb.DuckDBPyConnection, name: str) -> Told:
    """One metric. Raises NoSuchMetric."""
    known = {metric.metric: metric for metric in metrics(con)}
    if name not in known:
        raise NoSuchMetric(f"no metric {name!r}; there are {', '.join(known) or 'none'}")
    return known[name]


def statement_of(con: duckdb.DuckDBPyConnection, metric: str, by: str | None = None) -> str:
    """The SQL that the release carries. Raises NoSuchMetric."""
    known = dict(
        con.execute("select dimension, sql from release.metric_statements where metric = $metric", {"metric": metric})
        .fetchall()
    )  # fmt: skip
    if by not in known:
        raise NoSuchMetric(f"{metric} has no {by!r}; it can be told by {', '.join(filter(None, known)) or 'nothing'}")
    return known[by]


def values(con: duckdb.DuckDBPyConnection, metric: str, window: Window, by: str | None = None) -> list[Value]:
    """The value over a window; with `by`, one per value of the dimension. Raises NoSuchMetric."""
    sql = statement_of(con, metric, by)
    found = con.execute(sql, _of(sql, window)).fetchall()
    return [Value(*row[1:], name=str(row[0])) for row in found] if by else [Value(*row) for row in found]


def rows(con: duckdb.DuckDBPyConnection, metric: str, window: Window, limit: int) -> dict[tuple[str, str], list[tuple]]:
    """(part of the metric, mart) → its newest rows as (id, time, value)."""
    parts = con.execute("select part, mart, sql from release.metric_parts where metric = $metric", {"metric": metric})
    return {
        (part, mart): con.execute(f"{sql}\nlimit {int(limit)}", _of(sql, window)).fetchall()
        for part, mart, sql in parts.fetchall()
    }


def _of(sql: str, window: Window) -> dict[str, Any]:
    return parameters_of(sql, from_date=window.from_date, to_date=window.to_date)

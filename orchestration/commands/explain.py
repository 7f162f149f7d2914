"""`rapport explain`: a KPI from its number to its definition, its SQL, its rows and the lines of the files.

Stays out: how any of it is computed (data_quality.metrics).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import duckdb
import typer
from rich.markup import escape
from rich.syntax import Syntax
from rich.table import Column, Table

from data_quality.company_sources import declared_tables
from data_quality.metrics import explain as explained
from data_quality.metrics.explain import NoSuchMetric, Told, Value, Window
from data_quality.metrics.provenance import origins
from data_quality.metrics.values import next_month
from data_quality.release import connect
from orchestration.commands.options import HomeOption, console, release_of, settings_for, stop
from orchestration.settings import Settings


def explain(
    metric: Annotated[str, typer.Argument(metavar="[KPI]", help="Which one (default: list them all).")] = "",
    window: Annotated[int, typer.Option("--window", min=1, help="Over how many days.")] = 90,
    until: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="First day not counted (default: the release's)."),
    ] = None,
    month: Annotated[
        datetime | None, typer.Option("--month", formats=["%Y-%m"], help="A calendar month instead of a window.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="A dimension, or day, week, month, quarter, year.")] = None,
    rows: Annotated[int, typer.Option("--rows", min=0, help="How many rows behind it, with file and line.")] = 0,
    home: HomeOption = None,
) -> None:
    """What a number means and where it comes from: definition, SQL, value, rows, file and line."""
    settings = settings_for(home)
    release = release_of(settings)
    end = until.date() if until else release.as_of_date
    chosen = Window(month.date(), next_month(month.date())) if month else Window(end - timedelta(days=window), end)
    with connect(release) as con:
        try:
            if not metric:
                _list(con, chosen)
                return
            told = explained.told(con, metric)
            _define(told)
            sql = explained.statement_of(con, metric, by)
            console.print(Syntax(sql, "sql", word_wrap=True, background_color="default"))
            _tell(told, explained.values(con, metric, chosen, by), chosen, by)
            if rows:
                _rows(con, told, chosen, rows, settings)
        except NoSuchMetric as problem:
            stop(str(problem))


def _list(con: duckdb.DuckDBPyConnection, window: Window) -> None:
    table = Table("KPI", "in words", "value", "n", "owner", title=f"From {window.from_date} to before {window.to_date}")
    for told in explained.metrics(con):
        [found] = explained.values(con, told.metric, window)
        table.add_row(told.metric, told.label, _number(found.value, told.unit), f"{found.n:,}", told.owner)
    console.print(table)


def _define(told: Told) -> None:
    console.print(f"[bold]{escape(told.label)}[/bold] ({told.metric}), in {told.unit}, owned by {told.owner}")
    console.print(escape(told.description))


def _tell(told: Told, found: list[Value], window: Window, by: str | None) -> None:
    when = "As of the release" if told.is_stock else f"From {window.from_date} to before {window.to_date}"
    if by is None:
        [one] = found
        console.print(f"{when}: [bold]{_number(one.value, told.unit)}[/bold], n = {one.n:,}{_interval(one, told.unit)}")
        return
    table = Table(by, "value", "n", "95 of 100 times between", title=when)
    for one in found:
        table.add_row(
            str(one.name), _number(one.value, told.unit), f"{one.n:,}", _interval(one, told.unit).lstrip(", ")
        )
    console.print(table)


def _rows(con: duckdb.DuckDBPyConnection, told: Told, window: Window, limit: int, settings: Settings) -> None:
    tables = declared_tables(settings.project_dir, settings.home)
    for (part, mart), found in explained.rows(con, told.metric, window, limit).items():
        where = origins(settings.home, tables, mart.removeprefix("marts."), [row[0] for row in found])
        table = Table(Column(mart, overflow="fold"), "when", "value", Column("file and line", overflow="fold"),
                      title=f"{part}: the newest rows")  # fmt: skip
        for key, when, value in found:
            lines = "; ".join(origin.in_words() for origin in where.get(key, ()))
            # An id is counted, not added up: it would stand there twice.
            table.add_row(
                key, str(when or ""), "" if value == key else str(value), escape(lines or _no_line(mart, key))
            )
        console.print(table)


def _no_line(mart: str, key: str) -> str:
    return f"rapport identity explain {key}" if mart == "marts.dim_customers" else "not known"


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "unknown"
    return f"{value:,.0f}" if unit == "count" else f"{100 * value:.1f}%" if unit == "share" else f"{value:,.2f}"


def _interval(one: Value, unit: str) -> str:
    return "" if one.low is None else f", {_number(one.low, unit)} to {_number(one.high, unit)}"

"""The SQL of a metric: one statement for a window, one per dimension or calendar grain, one for the rows behind it.

A window is half-open: `$from_date` is its first day, `$to_date` the first day after it. A metric that is a stock has
no window and no parameters.
Stays out: reading definitions (definitions), running anything (values).
"""

from __future__ import annotations

from data_quality.metrics.definitions import Aggregate, Metric

GRAINS = ("day", "week", "month", "quarter", "year")
NORMAL = 1.959964
"""Intervals hold the true value in 95 of 100 cases: Wilson's for shares, that of the mean for means."""


def statement(metric: Metric, by: str | None = None) -> str:
    """SELECT of value, n, low and high; with `by` (a dimension or a grain) one row per `name`.

    A sum over a window without any row is 0 only where rows came before it: what had not begun is unknown, not 0.
    """
    places: dict[tuple, list[Aggregate]] = {}
    for aggregate in metric.aggregates:
        places.setdefault(aggregate.place, []).append(aggregate)
    names = ["counted"] if len(places) == 1 else [f"counted_{number}" for number in range(1, len(places) + 1)]
    looks = [
        f"{name} as (\n{_look(metric, aggregates, by)}\n)"
        for name, aggregates in zip(names, places.values(), strict=True)
    ]
    joined = names[0] + "".join(
        f"\nfull join {name} using (name)" if by else f"\ncross join {name}" for name in names[1:]
    )
    columns = [f"({metric.formula})::double as value", f"{_n_of(metric)}::bigint as n", *_interval(metric)]
    order = ("\norder by name" if by in GRAINS else "\norder by n desc, name") if by else ""
    return f"with {', '.join(looks)}\n\nselect\n{_lines(['name', *columns] if by else columns)}\nfrom {joined}{order}"


def history(metric: Metric) -> str | None:
    """SELECT of the first day, before `$to_date`, on which anything counted for the metric; None for a stock."""
    flows = [one for one in metric.aggregates if not one.is_stock]
    if not flows:
        return None
    one = next((flow for flow in flows if flow.name == metric.counted), flows[0])
    return f"select min({one.time})::date from {one.table}{_where([*one.filters, f'{one.time} < $to_date'])}"


def grains(metric: Metric) -> tuple[str, ...]:
    """The grains a metric has months and weeks in; none where a stock is part of it, which knows today only."""
    return () if any(one.is_stock for one in metric.aggregates) else GRAINS


def rows(aggregate: Aggregate) -> str:
    """SELECT of the rows that an aggregate is made of (id, time, value), the newest first; bound it yourself."""
    chosen = [f"{aggregate.key} as id", f"{aggregate.time} as time", f"{aggregate.expr} as value"]
    conditions = [*aggregate.filters, *_window(aggregate), f"{aggregate.expr} is not null"]
    order = f"order by {aggregate.time} desc nulls last, id"
    return f"select\n{_lines(chosen)}\nfrom {aggregate.table}{_where(conditions)}\n{order}"


def parameters_of(sql: str, **values: object) -> dict[str, object]:
    """Those of the values that the SQL asks for: DuckDB refuses others."""
    return {name: value for name, value in values.items() if f"${name}" in sql}


def _look(metric: Metric, aggregates: list[Aggregate], by: str | None) -> str:
    shared = _shared(aggregates)
    chosen = [f"{_grouped(metric, aggregates[0], by)} as name"] if by else []
    for one in aggregates:
        own = [condition for condition in one.filters if condition not in shared]
        only = f" filter (where {' and '.join(own)})" if own else ""
        chosen.append(f"{_total(one, shared, only, by)} as {one.name}")
        if one.name == metric.counted and one.agg != "count":
            chosen.append(f"count({one.expr}){only} as {one.name}_n")
        if _is_mean(metric):
            chosen.append(f"stddev_samp({one.expr}) as {one.name}_spread")
    body = f"    select\n{_lines(chosen, 8)}\n    from {aggregates[0].table}"
    return body + _where([*shared, *_window(aggregates[0])], 4) + ("\n    group by all" if by else "")


def _total(one: Aggregate, shared: list[str], only: str, by: str | None) -> str:
    if one.agg != "sum" or one.is_stock or (by and not only):
        return f"{one.sql}{only}"
    begun = f"exists (select 1 from {one.table}{_where([*shared, f'{one.time} < $to_date'], None)})"
    is_empty = f"count(*){only} = 0" + ("" if by else f" and {begun}")
    return f"case when {is_empty} then 0 else {one.sql}{only} end"


def _n_of(metric: Metric) -> str:
    [counted] = [one for one in metric.aggregates if one.name == metric.counted]
    return counted.name if counted.agg == "count" else f"{counted.name}_n"


def _is_mean(metric: Metric) -> bool:
    return len(metric.aggregates) == 1 and metric.aggregates[0].agg == "average"


def _interval(metric: Metric) -> list[str]:
    if metric.is_rate:
        centre, scale = f"(value + {NORMAL**2:.4f} / (2 * n))", f"(1 + {NORMAL**2:.4f} / n)"
        half = f"{NORMAL} * sqrt(value * (1 - value) / n + {NORMAL**2:.4f} / (4 * n * n))"
        return [f"({centre} - {half}) / {scale} as low", f"({centre} + {half}) / {scale} as high"]
    if _is_mean(metric):
        half = f"{NORMAL} * {metric.counted}_spread / sqrt(n)"
        return [f"value - {half} as low", f"value + {half} as high"]
    return ["null::double as low", "null::double as high"]


def _grouped(metric: Metric, one: Aggregate, by: str) -> str:
    if by in GRAINS:
        return f"date_trunc('{by}', {one.time})::date"
    return f"coalesce({metric.dimensions[by]}::varchar, 'Not set')"


def _shared(aggregates: list[Aggregate]) -> list[str]:
    first, *others = aggregates
    return [condition for condition in first.filters if all(condition in other.filters for other in others)]


def _window(one: Aggregate) -> list[str]:
    return [] if one.is_stock else [f"{one.time} >= $from_date", f"{one.time} < $to_date"]


def _where(conditions: list[str], indent: int | None = 0) -> str:
    if not conditions:
        return ""
    if indent is None:
        return f" where {' and '.join(conditions)}"
    pad = " " * indent
    return f"\n{pad}where " + f"\n{pad}    and ".join(dict.fromkeys(conditions))


def _lines(columns: list[str], indent: int = 4) -> str:
    return ",\n".join(" " * indent + column for column in columns)

"""Definitions in MetricFlow's words become SQL: what it counts, over which rows, and what is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from data_quality.metrics.compiler import grains, history, parameters_of, rows, statement
from data_quality.metrics.definitions import Metric, MetricError, load_metrics

ORDERS = {
    "name": "orders",
    "model": "ref('fct_orders')",
    "defaults": {"agg_time_dimension": "day"},
    "entities": [{"name": "order", "type": "primary", "expr": "order_id"}],
    "dimensions": [
        {"name": "day", "type": "time"},
        {"name": "channel", "type": "categorical"},
        {"name": "is_big", "type": "categorical", "expr": "amount > 15"},
    ],
    "measures": [
        {"name": "amounts", "agg": "sum", "expr": "amount"},
        {"name": "counted", "agg": "count", "expr": "order_id"},
        {"name": "buyers", "agg": "count_distinct", "expr": "customer"},
        {"name": "typical", "agg": "average", "expr": "amount"},
        {"name": "middle", "agg": "median", "expr": "amount"},
    ],
}
META = {"config": {"meta": {"unit": "count", "owner": "finance"}}, "label": "X", "description": "X."}
BIG = "{{ Dimension('order__is_big') }}"
OCTOBER = {"from_date": date(2026, 10, 1), "to_date": date(2026, 11, 1)}


def simple(name: str, measure: str, **more: Any) -> dict:
    return {"name": name, "type": "simple", "type_params": {"measure": measure}, **META, **more}


def ratio(name: str, numerator: Any, denominator: Any) -> dict:
    return {"name": name, "type": "ratio", "type_params": {"numerator": numerator, "denominator": denominator}, **META}


@pytest.fixture
def defined(tmp_path: Path) -> Callable[..., dict[str, Metric]]:
    def define(*metrics: dict) -> dict[str, Metric]:
        folder = tmp_path / "models" / "metrics"
        folder.mkdir(parents=True, exist_ok=True)
        said = {"semantic_models": [ORDERS], "metrics": list(metrics)}
        (folder / "orders.yml").write_text(yaml.safe_dump(said), encoding="utf-8")
        return {metric.name: metric for metric in load_metrics(tmp_path)}

    return define


@pytest.fixture
def asked() -> Callable[..., list[tuple]]:
    """`asked(sql, **window)` on five orders: two in September, three in October (of which one has no amount)."""
    con = duckdb.connect()
    con.execute("create schema marts")
    con.execute("""create table marts.fct_orders as from (values
        ('a', 'ann', 'web', date '2026-09-01', 10), ('b', 'bob', 'pos', date '2026-09-30', 20),
        ('c', 'ann', 'web', date '2026-10-01', 10), ('d', 'ann', 'web', date '2026-10-31', 30),
        ('e', 'eve', null, date '2026-10-31', null)) as t (order_id, customer, channel, day, amount)""")

    def ask(sql: str, **window: Any) -> list[tuple]:
        return con.execute(sql, parameters_of(sql, **(window or OCTOBER))).fetchall()

    return ask


def test_each_aggregation_counts_what_it_says_over_its_own_n(defined, asked) -> None:
    metrics = defined(*(simple(name, name) for name in ("amounts", "counted", "buyers", "typical", "middle")))
    found = {name: asked(statement(metric))[0][:2] for name, metric in metrics.items()}
    assert found == {"amounts": (40, 2), "counted": (3, 3), "buyers": (2, 3), "typical": (20, 2), "middle": (20, 2)}


def test_windows_are_half_open(defined, asked) -> None:
    sql = statement(defined(simple("counted", "counted"))["counted"])
    assert asked(sql, from_date=date(2026, 9, 1), to_date=date(2026, 9, 30))[0][0] == 1


def test_a_sum_is_zero_in_a_gap_and_unknown_before_anything_began(defined, asked) -> None:
    metric = defined(simple("amounts", "amounts"))["amounts"]
    assert asked(statement(metric), from_date=date(2026, 11, 1), to_date=date(2026, 12, 1))[0][:2] == (0, 0)
    assert asked(statement(metric), from_date=date(2026, 8, 1), to_date=date(2026, 9, 1))[0][:2] == (None, 0)
    assert asked(history(metric), to_date=date(2026, 12, 1)) == [(date(2026, 9, 1),)]


def test_a_ratio_is_made_of_sums_and_not_of_averages_and_is_unknown_over_nothing(defined, asked) -> None:
    metric = defined(simple("amounts", "amounts"), simple("counted", "counted"), ratio("aov", "amounts", "counted"))[
        "aov"
    ]
    assert asked(statement(metric))[0][0] == pytest.approx(40 / 3)
    assert asked(statement(metric), from_date=date(2027, 1, 1), to_date=date(2027, 2, 1))[0][0] is None
    assert not metric.is_rate, "amounts per order have no binomial interval"


def test_a_share_of_counted_rows_has_wilsons_interval(defined, asked) -> None:
    big = {"name": "counted", "filter": BIG, "alias": "big"}
    metric = defined(simple("counted", "counted"), ratio("big_share", big, "counted"))["big_share"]
    assert metric.is_rate
    [(value, n, low, high)] = asked(statement(metric))
    assert (value, n) == (pytest.approx(1 / 3), 3)
    # Wilson, 95 %, 1 of 3: as statsmodels and R's binom print it.
    assert (low, high) == (pytest.approx(0.0615, abs=1e-4), pytest.approx(0.7923, abs=1e-4))


def test_an_average_has_the_interval_of_a_mean(defined, asked) -> None:
    [(value, n, low, high)] = asked(statement(defined(simple("typical", "typical"))["typical"]))
    assert (value, n, low, high) == (20, 2, pytest.approx(20 - 1.959964 * 10), pytest.approx(20 + 1.959964 * 10))


def test_by_a_dimension_by_a_grain_and_by_row_it_is_the_same_number(defined, asked) -> None:
    metric = defined(simple("amounts", "amounts"))["amounts"]
    by_channel = asked(statement(metric, "channel"))
    assert [row[:3] for row in by_channel] == [("web", 40, 2), ("Not set", None, 0)]
    months = asked(statement(metric, "month"), from_date=date(2026, 9, 1), to_date=date(2026, 11, 1))
    assert [row[:2] for row in months] == [(date(2026, 9, 1), 30), (date(2026, 10, 1), 40)]
    assert asked(rows(metric.aggregates[0])) == [("d", date(2026, 10, 31), 30), ("c", date(2026, 10, 1), 10)]


def test_a_stock_has_no_window_and_makes_no_months_of_what_it_is_part_of(defined, asked) -> None:
    stock = simple("every_order", "counted", config={"meta": {**META["config"]["meta"], "is_stock": True}})
    derived = {"name": "per_order", "type": "derived", **META}
    inputs = ["amounts", {"name": "every_order", "alias": "known"}]
    derived["type_params"] = {"expr": "amounts / known", "metrics": inputs}
    metrics = defined(stock, simple("amounts", "amounts"), derived)
    assert asked(statement(metrics["every_order"]))[0][0] == 5
    assert "$" not in statement(metrics["every_order"])
    assert asked(statement(metrics["per_order"]))[0][0] == pytest.approx(40 / 5)
    assert grains(metrics["every_order"]) == grains(metrics["per_order"]) == ()


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        (simple("x", "counted", filter="{{ Entity('order') }} = 1"), "is not understood"),
        (simple("x", "counted", filter="{{ Dimension('customer__country') }} = 'US'"), "filters on 'customer'"),
        (simple("x", "nothing"), "'nothing' is missing or unknown"),
        (simple("x", "counted") | {"type": "cumulative"}, "type 'cumulative' is not understood"),
        (simple("x", "counted") | {"config": {"meta": {"unit": "apples", "owner": "me"}}}, "unit 'apples'"),
        (ratio("x", {"name": "x", "filter": BIG}, "x"), "give it an alias"),
    ],
)
def test_what_has_no_meaning_here_is_refused_by_name(defined, metric: dict, words: str) -> None:
    with pytest.raises(MetricError, match=words):
        defined(metric)


def test_a_metric_whose_mart_is_not_there_stops_the_publication(release_maker) -> None:
    [metric] = [one for one in load_metrics(Path("dbt_project")) if one.name == "net_revenue"]
    with pytest.raises(MetricError, match="metric net_revenue cannot be computed"):
        release_maker("r1", poison="alter table marts.fct_orders drop column net_amount", metrics=[metric])

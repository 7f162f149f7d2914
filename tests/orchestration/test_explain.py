"""`rapport explain`: the number, its definition, its SQL, its rows and the lines of the files, in one answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from sample_release import AS_OF
from typer.testing import CliRunner

from data_quality.release import connect, current_release
from orchestration.cli import app


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, sample_release: Callable) -> Path:
    """A release, and raw files that its orders came from: the newest load has two lines of one order."""
    home = tmp_path_factory.mktemp("explained")
    sample_release(home)
    with connect(current_release(home)) as con:
        orders = [order for (order,) in con.execute("select order_id from marts.fct_orders order by 1").fetchall()]
    for load, lines in (("old", orders), ("new", [orders[0], orders[0]])):
        folder = home / "raw" / "shopify" / "api_orders" / f"load_id={load}"
        folder.mkdir(parents=True)
        moment = AS_OF - timedelta(days=1 if load == "new" else 2)
        pl.DataFrame(
            [
                {"id": int(order.split(":")[1]), "updated_at": AS_OF, "_extra": None,
             "_source_file": f"{load}.ndjson", "_source_row": 10 + number,
                 "_load_id": load, "_loaded_at": moment}
                for number, order in enumerate(lines)
            ]
        ).write_parquet(folder / "part-0.parquet")  # fmt: skip
    return home


@pytest.fixture
def explain(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setattr("orchestration.commands.explain.console.width", 240, raising=False)
    monkeypatch.setattr("orchestration.commands.explain.console._width", 240)

    def said(*arguments: str, fails: bool = False) -> str:
        result = CliRunner().invoke(app, ["explain", *arguments, "--home", str(home)])
        assert (result.exit_code != 0) == fails, result.output
        return result.output

    return said


def asked(home: Path, sql: str) -> list[tuple]:
    with connect(current_release(home)) as con:
        return con.execute(sql).fetchall()


def test_every_metric_has_the_value_of_the_night(home: Path, explain: Callable) -> None:
    said = explain()
    for metric, value, unit, n in asked(
        home,
        """select metric, value, unit, n from release.metric_values join release.metrics using (metric)
           where time_window in ('90 days', 'as of')""",
    ):
        shown = f"{value:,.0f}" if unit == "count" else f"{100 * value:.1f}%" if unit == "share" else f"{value:,.2f}"
        [line] = [line for line in said.splitlines() if line.startswith(f"│ {metric} ")]
        assert f" {shown} " in line, metric
        assert f" {n:,} " in line, metric


def test_a_number_is_followed_to_its_definition_and_its_sql(explain: Callable) -> None:
    said = explain("csat", "--window", "365")
    assert "Good ÷ (good + bad) of the rated tickets. Rejected: good ÷ all tickets" in said
    assert "from marts.fct_tickets" in said
    assert "n = 17, 59.0% to 93.8%" in said


def test_rows_name_the_file_and_line_of_the_load_that_counts(home: Path, explain: Callable) -> None:
    said = explain("net_revenue", "--window", "900", "--rows", "1000")
    orders = asked(home, "select order_id, net_amount from marts.fct_orders order by order_id")
    assert len(orders) > 300
    cells = [[cell.strip() for cell in line.split("│")] for line in said.splitlines() if line.startswith("│")]
    lines = {order: (value, file) for _, order, _, value, file, _ in cells}
    first, second = orders[0], orders[1]
    assert lines[first[0]][1] == "shopify/new.ndjson, line 10 and 1 more lines (load new)"
    assert lines[second[0]] == (str(second[1]), "shopify/old.ndjson, line 11 (load old)")


def test_parts_of_a_ratio_show_their_own_rows(explain: Callable) -> None:
    said = explain("win_rate", "--window", "365", "--rows", "3")
    assert "closed_and_won: the newest rows" in said
    assert "closed_opportunities: the newest rows" in said
    assert "not known" in said, "no raw file holds these deals"


def test_by_a_dimension_and_by_month(home: Path, explain: Callable) -> None:
    web, pos = (explain("orders", "--by", "sales_channel").count(channel) for channel in ("web", "pos"))
    assert web
    assert pos
    [(value,)] = asked(
        home,
        "select value from release.metric_values where metric = 'net_revenue' and from_date = '2026-09-01' "
        "and time_window = 'month'",
    )
    assert f"{value:,.2f}" in explain("net_revenue", "--month", "2026-09")
    assert f"{value:,.2f}" in explain("net_revenue", "--by", "month")


def test_what_is_not_there_is_answered_with_what_is(explain: Callable) -> None:
    assert "no metric 'revenue'; there are" in explain("revenue", fails=True)
    assert "orders has no 'country'; it can be told by" in explain("orders", "--by", "country", fails=True)

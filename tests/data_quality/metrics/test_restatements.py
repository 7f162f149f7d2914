"""A number that readers have seen and that is another now: which, by how much, since when, and what brought it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from sample_release import LOADS

from data_quality.audit import TOLD_BESIDE_SCORES
from data_quality.metrics.restatements import THROUGH, memory, remember
from data_quality.publish import AuditFailed
from data_quality.release import Release, connect, current_release
from data_quality.staging import Manifest
from data_quality.suites import SCORE_COLUMNS

SEPTEMBER = date(2026, 9, 1)
ORDER = "select min(order_id) from marts.fct_orders where order_date >= '2026-09-01' and order_date < '2026-10-01'"
CHANGED = f"""update marts.fct_orders set refund_amount = refund_amount + 10, net_amount = net_amount - 10
    where order_id = ({ORDER})"""
LATE = {**LOADS[0], "load_id": "a4", "file": "orders-a4.ndjson"}
OTHER = {**LOADS[0], "load_id": "a55", "file": "orders-a55.ndjson"}
RESTATED = "select first_value - value, reason, loads, release_id from release.restatements"


def asked(release: Release, sql: str) -> list[tuple]:
    with connect(release) as con:
        return con.execute(sql).fetchall()


@pytest.fixture
def night(release_maker: Callable, metrics: dict, sources: list) -> Callable[..., Release]:
    """`night("r1", poison=…)` publishes revenue and CSAT, with what they were before."""
    chosen = [metrics["net_revenue"], metrics["csat"], metrics["open_tickets"]]

    def publish(release_id: str, **more) -> Release:
        return release_maker(release_id, **{"metrics": chosen, "sources": sources, "loads": LOADS, **more})

    return publish


@pytest.fixture
def order(night: Callable) -> str:
    """The order of September that CHANGED takes something back of; release r1 is published without that."""
    return asked(night("r1"), ORDER)[0][0]


def test_a_month_is_first_published_when_it_is_over_and_a_stock_never(night: Callable) -> None:
    release = night("r1")
    said = asked(release, "select metric, max(to_date), list(distinct reason) from release.metric_history group by 1")
    assert {metric: rest for metric, *rest in said}["net_revenue"] == [date(2026, 11, 1), ["first"]]
    assert {metric for metric, *_ in said} == {"net_revenue", "csat"}
    assert asked(night("r2"), "from release.restatements") == []


def test_a_changed_month_names_the_loads_that_touch_it(night: Callable, order: str, land: Callable) -> None:
    land("a4", [order, "shopify:99999"])
    land("a55", ["shopify:99999"])
    release = night("r2", poison=CHANGED, loads=(*LOADS, LATE, OTHER))
    assert asked(release, RESTATED) == [(pytest.approx(10), "loads", ["a4"], "r2")]
    [(start, first_at)] = asked(release, "select from_date, first_published_at from release.restatements")
    assert (start, first_at) == (SEPTEMBER, datetime(2026, 11, 1, 2, 1))


def test_a_change_without_such_a_load_says_that_nothing_is_known(night: Callable, order: str) -> None:
    assert asked(night("r2", poison=CHANGED), RESTATED) == [(pytest.approx(10), "unknown", [], "r2")]


def test_the_same_night_again_restates_nothing_and_keeps_what_was_restated(night: Callable, order: str) -> None:
    night("r2", poison=CHANGED)
    once = asked(night("r3", poison=CHANGED), RESTATED)
    assert once == [(pytest.approx(10), "unknown", [], "r2")]
    back = asked(night("r4"), RESTATED)
    assert [(pytest.approx(away), release) for away, _, _, release in back] == [(0, "r4"), (10, "r2")]


def test_a_metric_that_is_defined_anew_says_so(night: Callable, order: str, metrics: dict) -> None:
    revenue = metrics["net_revenue"]
    doubled = replace(revenue, formula="net_revenue * 2")
    reasons = asked(night("r2", metrics=[doubled]), "select distinct reason from release.restatements")
    assert reasons == [("definition",)]


def test_a_month_that_has_lost_all_its_rows_is_restated_to_unknown(night: Callable, order: str) -> None:
    gone = "delete from marts.fct_orders where order_date >= '2026-09-01' and order_date < '2026-10-01'"
    release = night("r2", poison=gone)
    assert asked(release, "select from_date, value from release.restatements") == [(SEPTEMBER, None)]


def test_only_what_readers_have_seen_is_remembered(night: Callable, order: str, home: Path) -> None:
    with pytest.raises(AuditFailed):
        night("r2", poison=f"{CHANGED}; insert into marts.fct_orders select * from marts.fct_orders limit 1")
    assert asked(night("r3", poison=CHANGED), RESTATED) == [(pytest.approx(10), "unknown", [], "r3")]


def test_the_memory_outlives_the_releases_and_a_kill(night: Callable, order: str, home: Path) -> None:
    night("r2", poison=CHANGED)
    remember(home)
    files = {path.name: path.read_bytes() for path in memory(home).glob("*.parquet")}
    assert set(files) == {"r1.parquet", "r2.parquet"}
    (memory(home) / THROUGH).unlink()
    (memory(home) / "r2.parquet").unlink()
    remember(home)
    remember(home)
    assert {path.name for path in memory(home).glob("*.parquet")} == set(files)
    for path in (home / "releases").glob("r*"):
        path.unlink()
    (home / "releases" / "current.json").unlink()
    assert asked(night("r3", poison=CHANGED), RESTATED) == [(pytest.approx(10), "unknown", [], "r2")]
    assert current_release(home).release_id == "r3"


def test_a_run_for_an_earlier_day_restates_nothing(night: Callable, order: str) -> None:
    day = date(2026, 10, 20)
    dated = (*(f"scores.{score}" for score in SCORE_COLUMNS), *TOLD_BESIDE_SCORES)
    earlier = "; ".join(f"update {table} set as_of_date = date '{day}'" for table in dated)
    manifest = Manifest("r0", day, datetime(2026, 11, 2), "run-0", "0.1.0", True)
    assert asked(night("r0", poison=f"{earlier}; {CHANGED}", manifest=manifest), "from release.restatements") == []

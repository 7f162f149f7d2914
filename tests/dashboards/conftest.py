"""Homes with a full, an empty and a stale release, and a way to open one page of the real app on any of them.

Belongs here: fixtures of the dashboards' tests. Stays out: what a page must say (the test files).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from sample_release.schema import COLUMNS
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from data_quality.release import connect, current_release

APP = Path(__file__).resolve().parents[2] / "dashboards" / "app.py"
PAGES = (
    "overview",
    "actions",
    "customer",
    "segments",
    "campaigns",
    "churn",
    "value",
    "service",
    "contact",
    "sales",
    "health",
    "products",
    "sla",
    "revenue",
    "next-product",
)
POISON = "![Ada](http://tracker.example/pixel.png) <b>*Ada*</b>"
"""A name that would call a stranger's server if it were drawn as Markdown."""
BUSY = "cus_0000000000000010"
FAILURE = "the export gate found no rows in shopify.orders"


@pytest.fixture(scope="session")
def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


@pytest.fixture(scope="session")
def full_home(tmp_path_factory, sample_release, now) -> Path:
    """A release of this hour, with cancelled orders, a refund and a busy customer among its rows."""
    home = tmp_path_factory.mktemp("full")
    sample_release(home, "full-1", as_of_date=now.date(), published_at=now - timedelta(hours=1), change=_eventful)
    return home


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory, sample_release, now) -> Path:
    """A release whose tables all exist and hold no row, as after a first run on an empty landing folder."""
    home = tmp_path_factory.mktemp("empty")

    def emptied(con: duckdb.DuckDBPyConnection) -> None:
        for table in COLUMNS:
            con.execute(f"delete from {table}")

    sample_release(
        home, "empty-1", as_of_date=now.date(), published_at=now - timedelta(hours=1), change=emptied,
        gate_reports=(), loads=(),
    )  # fmt: skip
    return home


@pytest.fixture(scope="session")
def stale_home(tmp_path_factory, sample_release, now) -> Path:
    """A release of ten days ago, and a last run that failed yesterday."""
    home = tmp_path_factory.mktemp("stale")
    sample_release(home, "stale-1", as_of_date=(now - timedelta(days=10)).date(), published_at=now - timedelta(days=10))
    ended = (now - timedelta(days=1)).isoformat()
    said = {"status": "failed", "reason": FAILURE, "run_id": "run-2", "finished_at": ended}
    (home / "last_run.json").write_text(json.dumps(said), encoding="utf-8")
    return home


@pytest.fixture(params=("full", "stale"))
def home(request) -> Path:
    """A home with rows in it, fresh or stale: the numbers must be right on both."""
    return request.getfixturevalue(f"{request.param}_home")


@pytest.fixture
def open_page(monkeypatch) -> Callable[..., AppTest]:
    """`open_page(home, "churn", customer=…)` runs the real app on that page, as a browser's address would."""

    # AppTest looks through every installed package for components at each run; a server does it once, at its start.
    monkeypatch.setattr("streamlit.components.v2.manifest_scanner.scan_component_manifests", list)

    def opened(home: Path, page: str, **query: str) -> AppTest:
        monkeypatch.setattr(sys, "argv", ["app.py", "--home", str(home)])
        return cold_app(page, **query).run()

    return opened


def cold_app(page: str, **query: str) -> AppTest:
    """The app before its first run on a page, with nothing cached."""
    st.cache_data.clear()
    st.cache_resource.clear()
    app = AppTest.from_file(APP, default_timeout=60)
    # Pages are functions, and AppTest.switch_page knows files only: this is the hash a browser would send.
    app._page_hash = calc_hash(page)
    for name, value in query.items():
        app.query_params[name] = value
    return app


@pytest.fixture
def facts() -> Callable[..., list[tuple]]:
    """`facts(home, sql)`: rows straight from the release that readers of `home` see."""
    return facts_of


def facts_of(home: Path, sql: str, **parameters: object) -> list[tuple]:
    release = current_release(home)
    parameters = parameters | ({"as_of": release.as_of_date} if "$as_of" in sql else {})
    with connect(release) as con:
        return con.execute(sql, parameters).fetchall()


def words(app: AppTest) -> str:
    """Everything a visitor reads on the page, except tables and charts."""
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning, app.error)
    return "\n".join(element.value for kind in kinds for element in kind)


def card(app: AppTest, label: str) -> str:
    """The value of the metric card with this label."""
    values = [metric.value for metric in app.metric if metric.label == label]
    assert len(values) == 1, f"{len(values)} cards {label!r}; there are {[metric.label for metric in app.metric]}"
    return values[0]


def number(text: str) -> float:
    """`$1,234.50` → 1234.5, `12.3%` → 12.3."""
    return float(text.replace("$", "").replace(",", "").replace("%", ""))


def _eventful(con: duckdb.DuckDBPyConnection) -> None:
    """Cancel two recent orders and refund one, so that a page that forgets either shows another number; and keep one
    customer so busy that the timeline needs a second page."""
    recent = "select order_id from marts.fct_orders order by order_date desc, order_id limit 2"
    con.execute(f"update marts.fct_orders set is_cancelled = true, is_purchase = false where order_id in ({recent})")
    con.execute(
        """insert into marts.fct_orders by name
           select * replace (order_id || '-r' as order_id, 'refund' as order_type, 0 as gross_amount,
               25 as refund_amount, -25 as net_amount, false as is_purchase, false as is_cancelled)
           from marts.fct_orders where order_id not like '%-r' order by order_date desc, order_id limit 1"""
    )
    con.execute(
        """insert into marts.fct_interactions by name
           select * replace (interaction_id || '-again' as interaction_id, 'email' as interaction_type, 'sales' as team)
           from marts.fct_interactions where customer_id = $busy""",
        {"busy": BUSY},
    )
    con.execute("update pii.pii_customers set full_name = ? where customer_id = ?", [POISON, BUSY])


def as_of(home: Path) -> date:
    return current_release(home).as_of_date

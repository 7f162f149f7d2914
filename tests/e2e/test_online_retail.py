"""A year of daily files: loading them night by night gives what loading them at once gives."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

AS_OF = "2011-12-10"


@pytest.fixture
def at_once(online_retail) -> Path:
    return online_retail[0]


@pytest.fixture(scope="module")
def by_night(shared_data, tmp_path_factory, rapport, land) -> Path:
    """200 daily files in a first run, the other 105 in a second."""
    home, unzipped = tmp_path_factory.mktemp("by_night"), tmp_path_factory.mktemp("unzipped")
    with zipfile.ZipFile(shared_data / "online_retail_daily" / "online_retail_by_day_csv.zip") as archive:
        archive.extractall(unzipped)
    days = sorted(unzipped.rglob("*.csv"))
    assert len(days) == 305
    land(home, "online_retail", days[:200])
    rapport("run", "--as-of", days[199].stem, "--home", home)
    land(home, "online_retail", days[200:])
    rapport("run", "--as-of", AS_OF, "--home", home)
    return home


def test_every_line_invoice_customer_and_penny_is_there(at_once, ask) -> None:
    lines = "select count(*), count(distinct order_id), sum(line_amount) from marts.fct_order_lines"
    assert ask(at_once, lines) == [(541_909, 25_900, Decimal("9747747.9340"))]
    assert ask(at_once, "select sum(net_amount) from marts.fct_orders") == [(Decimal("9747747.9340"),)]
    assert ask(at_once, "select currency from marts.dim_currencies where is_reporting_currency") == [("GBP",)]
    assert ask(at_once, "select count(*) from marts.dim_customers") == [(4_372,)]


def test_anonymous_sales_are_kept_and_cancellations_lower_value(at_once, ask) -> None:
    assert ask(at_once, "select count(*) from marts.fct_order_lines where customer_id is null") == [(135_080,)]
    refunds = "select count(*), bool_and(net_amount <= 0) from marts.fct_orders where order_type = 'refund'"
    [(orders, lowers)] = ask(at_once, refunds)
    assert orders > 3_000
    assert lowers
    cancelled = """select count(*) from marts.fct_order_lines join marts.fct_orders using (order_id)
                   where order_type = 'refund'"""
    assert ask(at_once, cancelled) == [(9_288,)]


def test_loading_night_by_night_gives_what_loading_at_once_gives(at_once, by_night, contents) -> None:
    once, nightly = contents(at_once), contents(by_night)
    compared = [name for name in once if name.split(".")[0] in ("marts", "scores", "segments")]
    # What was published on each night is the one thing that two nights know more of than one.
    compared.remove("segments.customer_states")
    assert len(compared) >= 12
    assert {name: once[name] for name in compared} == {name: nightly[name] for name in compared}

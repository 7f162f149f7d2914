"""A year of daily files: night by night they give what all at once give, and that is what pandas makes of them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e import cohort_triangle

AS_OF = "2011-12-10"


@pytest.fixture(scope="module")
def at_once(real_night: Callable) -> Path:
    exports = {"online_retail": ["online_retail_daily/online_retail_by_day_csv.zip"]}
    return real_night("online_retail", AS_OF, exports)[0]


@pytest.fixture
def shop(at_once, ask) -> Callable[[str], list[tuple]]:
    """Asks the marts of Online Retail."""
    return lambda sql: ask(at_once, sql)


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


def test_every_article_that_was_sold_is_a_product(shop) -> None:
    assert shop("select count(*) from marts.dim_products") == [(4_070,)]


def test_the_cohort_triangle_is_what_pandas_makes_of_the_files(shop, shared_data, tmp_path: Path) -> None:
    zipfile.ZipFile(shared_data / "online_retail_daily" / "online_retail_by_day_csv.zip").extractall(tmp_path)
    text = {"InvoiceNo": str, "CustomerID": str}
    lines = pd.concat(pd.read_csv(file, dtype=text) for file in sorted(tmp_path.rglob("*.csv")))
    lines["net"] = lines["Quantity"] * lines["UnitPrice"]
    lines["at"] = pd.to_datetime(lines["InvoiceDate"])
    invoices = lines.groupby("InvoiceNo").agg(who=("CustomerID", "first"), at=("at", "min"), net=("net", "sum"))
    invoices = invoices.dropna(subset="who").assign(day=lambda rows: rows["at"].dt.normalize())
    is_sale = ~invoices.index.str.startswith(("C", "A"))
    expected = cohort_triangle.made_by_hand(invoices.assign(is_purchase=is_sale & (invoices["net"] > 0)).reset_index())
    found = cohort_triangle.published(shop, "2010-12-01", "2011-12-01")
    assert len(expected) > 70
    compared = {period: found[period] for period in expected}
    assert {period: row[:2] for period, row in compared.items()} == {p: row[:2] for p, row in expected.items()}
    for period, row in expected.items():
        assert compared[period][2] == pytest.approx(row[2], abs=0.02), period


def test_loading_night_by_night_gives_what_loading_at_once_gives(at_once, by_night, contents) -> None:
    once, nightly = contents(at_once), contents(by_night)
    compared = [name for name in once if name.split(".")[0] in ("marts", "scores", "segments")]
    # What was published on each night is the one thing that two nights know more of than one.
    compared.remove("segments.customer_states")
    assert len(compared) >= 12
    assert {name: once[name] for name in compared} == {name: nightly[name] for name in compared}

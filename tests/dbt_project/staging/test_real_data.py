"""The four real data sets, through intake and staging, against the totals that their publishers state."""

from __future__ import annotations

import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest

from orchestration.intake.intake import intake

SHARED = Path(__file__).parents[4] / "shared" / "data"
EXPORTS = {
    "cdnow": "cdnow/CDNOW_master.txt",
    "servicenow": "incident_event_log/*.zip",
    "crm_sales": "crm_sales_opportunities/[aps]*.csv",
}

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the real data sets are not beside the repository")


@pytest.fixture(scope="module")
def real(build_file, source_tables, estate_class, tmp_path_factory):
    home = tmp_path_factory.mktemp("real_home")
    for source, pattern in EXPORTS.items():
        (home / "landing" / source).mkdir(parents=True)
        for file in SHARED.glob(pattern):
            shutil.copy(file, home / "landing" / source)
    land_days_as_one_file(home / "landing" / "online_retail" / "2010-12-01.csv")
    loads = intake(home, list(source_tables.values()), datetime(2026, 10, 1))
    assert {load.status for load in loads} == {"loaded"}
    assert sum(load.rows_quarantined for load in loads) == 0
    return estate_class(home, build_file, source_tables)


def land_days_as_one_file(target: Path) -> None:
    """305 daily drops as one: intake's own tests take them day by day, and 305 loads need a minute on a busy disk."""
    target.parent.mkdir(parents=True)
    with ZipFile(next((SHARED / "online_retail_daily").glob("*.zip"))) as archive, target.open("wb") as file:
        for number, member in enumerate(sorted(name for name in archive.namelist() if name.endswith(".csv"))):
            header, rows = archive.read(member).split(b"\n", 1)
            file.write(rows if number else header + b"\n" + rows)


def test_cdnow_totals(real) -> None:
    orders = """
        select count(*), sum(gross_amount - refund_amount), count(*) filter (gross_amount = 0)
        from staging.stg_cdnow__orders
    """
    assert real.query(orders) == [(69_659, Decimal("2500315.63"), 80)]
    assert real.query("select count(*) from staging.stg_cdnow__contacts") == [(23_570,)]
    lines = "select sum(quantity), count(distinct order_id) from staging.stg_cdnow__order_lines"
    assert real.query(lines) == [(167_881, 69_659)]


def test_online_retail_totals(real) -> None:
    lines = """
        select count(*), sum(line_amount), count(distinct product_id)
        from staging.stg_online_retail__order_lines
    """
    assert real.query(lines) == [(541_909, Decimal("9747747.934"), 4_070)]
    orders = """
        select count(*), sum(gross_amount - refund_amount), min(refund_amount), count(distinct contact_id)
        from staging.stg_online_retail__orders
    """
    assert real.query(orders) == [(25_900, Decimal("9747747.934"), Decimal(0), 4_372)]
    kinds = """
        select order_type, count(*), count(*) filter (contact_id is null)
        from staging.stg_online_retail__order_lines join staging.stg_online_retail__orders using (order_id)
        group by all order by all
    """
    found = real.query(kinds)
    assert [row[:2] for row in found] == [("adjustment", 3), ("refund", 9_288), ("sale", 532_618)]
    assert sum(row[2] for row in found) == 135_080
    assert real.query("select count(*) from staging.stg_online_retail__contacts") == [(4_372,)]


def test_servicenow_totals(real) -> None:
    assert real.query("select count(*) from staging.stg_servicenow__tickets") == [(24_918,)]
    events = """
        select count(*), count(distinct event_id), count(*) filter (status is null)
        from staging.stg_servicenow__ticket_events
    """
    assert real.query(events) == [(141_712, 141_712, 5)]
    # The published 5,245 callers count `?` as one of them.
    assert real.query("select count(*) from staging.stg_servicenow__contacts") == [(5_245 - 1,)]
    assert real.query("select distinct status from staging.stg_servicenow__tickets") == [("closed",)]


def test_crm_sales_totals(real) -> None:
    deals = """
        select status, count(*), sum(amount) from staging.stg_crm_sales__opportunities group by all order by all
    """
    assert real.query(deals) == [("Lost", 2_473, 0), ("Pipeline", 2_089, None), ("Won", 4_238, 10_005_534)]
    assert real.query("select count(*) from staging.stg_crm_sales__accounts") == [(85,)]
    assert real.query("select count(distinct product_name) from staging.stg_crm_sales__opportunities") == [(7,)]


@pytest.mark.parametrize(
    ("model", "key"),
    [
        ("stg_cdnow__orders", "order_id"),
        ("stg_online_retail__orders", "order_id"),
        ("stg_online_retail__order_lines", "order_line_id"),
        ("stg_servicenow__tickets", "ticket_id"),
        ("stg_servicenow__users", "user_id"),
        ("stg_crm_sales__opportunities", "opportunity_id"),
    ],
)
def test_ids_are_unique(model: str, key: str, real) -> None:
    assert real.query(f"select count(*) - count(distinct {key}) from staging.{model}") == [(0,)]


def test_every_account_of_a_deal_exists(real) -> None:
    orphans = """
        select count(*) from staging.stg_crm_sales__opportunities as deals
        anti join staging.stg_crm_sales__accounts using (account_id)
        where deals.account_id is not null
    """
    assert real.query(orphans) == [(0,)]

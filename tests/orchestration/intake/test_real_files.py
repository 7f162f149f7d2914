"""Real exports, taken in whole: row counts and sums as their publishers state them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from data_quality.contracts import load_source_tables
from orchestration.intake.intake import intake
from orchestration.intake.load import Load

REPOSITORY = Path(__file__).resolve().parents[3]
DATA = REPOSITORY.parent / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data sets are not on this machine")


def take(home: Path, source: str, *files: str) -> list[Load]:
    folder = home / "landing" / source
    folder.mkdir(parents=True)
    for file in files:
        (folder / Path(file).name).symlink_to(DATA / file)
    return intake(home, load_source_tables(REPOSITORY / "dbt_project"), datetime(2026, 11, 1))


def rows(home: Path, source: str, table: str) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(part) for part in sorted((home / "raw" / source / table).glob("*/*.parquet"))])


def test_cdnow(tmp_path: Path) -> None:
    (load,) = take(tmp_path, "cdnow", "cdnow/CDNOW_master.txt")
    assert (load.rows_loaded, load.rows_quarantined, load.warnings) == (69_659, 0, [])
    purchases = rows(tmp_path, "cdnow", "purchases")
    assert purchases["dollar_value"].sum() == Decimal("2500315.63")
    assert purchases["number_of_cds"].sum() == 167_881
    assert purchases["customer_id"].n_unique() == 23_570
    assert purchases["customer_id"].min() == "00001"


def test_online_retail(tmp_path: Path) -> None:
    loads = take(tmp_path, "online_retail", "online_retail_daily/online_retail_by_day_csv.zip")
    assert len(loads) == 305
    assert {load.status for load in loads} == {"loaded"}
    assert sum(load.rows_loaded for load in loads) == 541_909
    assert sum(load.rows_quarantined for load in loads) == 0
    lines = rows(tmp_path, "online_retail", "invoice_lines")
    assert lines.select((pl.col("quantity") * pl.col("unit_price")).sum()).item() == Decimal("9747747.934")
    assert lines["invoice_no"].n_unique() == 25_900
    assert lines["customer_id"].null_count() == 135_080
    assert lines["invoice_date"].min() == datetime(2010, 12, 1, 8, 26)


def test_servicenow(tmp_path: Path) -> None:
    (load,) = take(tmp_path, "servicenow", "incident_event_log/incident_event_log.zip")
    assert (load.rows_loaded, load.rows_quarantined) == (141_712, 0)
    log = rows(tmp_path, "servicenow", "incident_log")
    assert log["number"].n_unique() == 24_918
    assert log["opened_at"].min() == datetime(2016, 2, 29, 1, 16)
    assert log.filter(pl.col("incident_state") == "-100").height == 5


def test_crm_sales(tmp_path: Path) -> None:
    files = [
        f"crm_sales_opportunities/{name}.csv" for name in ("accounts", "products", "sales_pipeline", "sales_teams")
    ]
    loads = take(tmp_path, "crm_sales", *files)
    assert {load.table: load.rows_loaded for load in loads} == {
        "accounts": 85,
        "products": 7,
        "sales_pipeline": 8_800,
        "sales_teams": 35,
    }
    assert sum(load.rows_quarantined for load in loads) == 0

"""What raw looks like to those who read it: typed, complete, private, readable as one table by DuckDB."""

from __future__ import annotations

import os
import stat
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from data_quality.columns import TYPES
from orchestration.intake import raw
from orchestration.intake.raw import raw_schema

EVERY_TYPE = [{"name": f"c{number}", "data_type": data_type} for number, data_type in enumerate(TYPES)]


def read(house, table: str = "orders") -> duckdb.DuckDBPyRelation:
    """As the dbt sources read it."""
    pattern = f"{house.home}/raw/shop/{table}/*/*.parquet"
    return duckdb.sql(f"select * from read_parquet('{pattern}', union_by_name=true, hive_partitioning=false)")


def test_a_declared_table_can_be_read_before_anything_lands(house) -> None:
    house.declare(EVERY_TYPE)
    house.run()
    relation = read(house)
    assert relation.fetchall() == []
    assert dict(zip(relation.columns, map(str, relation.types), strict=True)) == {
        "c0": "VARCHAR",
        "c1": "BIGINT",
        "c2": "DOUBLE",
        "c3": "DECIMAL(18,4)",
        "c4": "BOOLEAN",
        "c5": "DATE",
        "c6": "TIMESTAMP",
        "c7": "VARCHAR",
        "_source_file": "VARCHAR",
        "_source_row": "BIGINT",
        "_load_id": "VARCHAR",
        "_loaded_at": "TIMESTAMP",
        "_extra": "VARCHAR",
    }


def test_loads_and_the_empty_table_are_one_table(house) -> None:
    house.declare(EVERY_TYPE)
    header = ",".join(column["name"] for column in EVERY_TYPE)
    house.take("orders.csv", header + '\nx\0,1,1.5,2.50,yes,2026-01-02,2026-01-02 03:04,"{""a"":1}"\n,,,,,,,\n')
    relation = read(house)
    assert set(map(str, relation.types)) == {
        "VARCHAR",
        "BIGINT",
        "DOUBLE",
        "DECIMAL(18,4)",
        "BOOLEAN",
        "DATE",
        "TIMESTAMP",
    }
    first, second = relation.order("_source_row").fetchall()
    moment = datetime(2026, 1, 2, 3, 4)
    assert first[:8] == ("x\0", 1, 1.5, Decimal("2.5000"), True, moment.date(), moment, '{"a":1}')
    assert second[:8] == (None,) * 8


def test_the_empty_table_follows_the_contract_and_old_loads_stay_readable(house) -> None:
    house.declare([{"name": "id"}])
    house.take("orders.csv", "id\n1\n")
    house.declare([{"name": "id"}, {"name": "size", "data_type": "bigint"}])
    house.take("orders_2.csv", "id,size\n2,7\n")
    assert read(house).select("id, size").order("id").fetchall() == [("1", None), ("2", 7)]
    empty = house.home / "raw/shop/orders/load_id=empty/part-0.parquet"
    assert pl.read_parquet_schema(empty) == pl.Schema(raw_schema(house.tables[0]))


def test_a_large_load_has_several_parts_and_loses_no_row(shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.intake.decoding.BLOCK_BYTES", 10_000)
    monkeypatch.setattr(raw, "PART_ROWS", 3_000)
    rows = [f'{n},{n},"a ""quoted""\nnote"' if n % 97 == 0 else f"{n},{n},x" for n in range(10_000)]
    load = shop.take("orders.csv", "Order ID,Quantity,Note\n" + "\n".join(rows) + "\n")
    folder = shop.home / "raw/shop/orders" / f"load_id={load.load_id}"
    assert sorted(path.name for path in folder.iterdir()) == ["load.json"] + [f"part-{n}.parquet" for n in range(3)]
    assert shop.column("quantity") == list(range(10_000))
    assert shop.column("_source_row") == list(range(1, 10_001))


def test_all_is_private_whatever_the_umask(shop) -> None:
    before = os.umask(0)
    try:
        shop.take("orders.csv", "Order ID,Quantity,Note\nA,1,x\nB,two,y\n")
        shop.take("payments.csv", "x\n")
    finally:
        os.umask(before)
    seen = {}
    for area in ("raw", "quarantine"):
        for path in [shop.home / area, *Path(shop.home / area).rglob("*")]:
            mode = stat.S_IMODE(path.stat().st_mode)
            assert mode == (0o700 if path.is_dir() else 0o600), path
            seen[path.name] = mode
    assert {"part-0.parquet", "load.json", "rows.ndjson"} <= set(seen)

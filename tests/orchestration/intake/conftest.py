"""A small house with one or two declared tables, so that a test says only what landed and what became of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import yaml

from data_quality.contracts import SourceTable, load_source_tables
from orchestration.intake.intake import intake
from orchestration.intake.load import Load

NIGHT = datetime(2026, 11, 1, 2, 30)


class House:
    """A RAPPORT_HOME with a source `shop`: land bytes, run intake, look at what came of them."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.project = folder / "project"
        self.tables: list[SourceTable] = []
        self.said: list[str] = []

    def declare(self, columns: list[dict], table: str = "orders", **ingest: object) -> None:
        """Declares a table of `shop`; every column is {name, data_type, …}, other keys go to its meta."""
        path = self.project / "models/staging/shop/_shop__sources.yml"
        document = yaml.safe_load(path.read_text()) if path.exists() else {"sources": [{"name": "shop", "tables": []}]}
        said = {"pattern": f"{table}*.csv", "format": "csv", "load": "append"} | ingest
        described = [
            {
                "name": column["name"],
                "data_type": column.get("data_type", "varchar"),
                "description": "…",
                "config": {"meta": {key: value for key, value in column.items() if key not in ("name", "data_type")}},
            }
            for column in columns
        ]
        tables = [other for other in document["sources"][0]["tables"] if other["name"] != table]
        tables.append({"name": table, "config": {"meta": {"ingest": said}}, "columns": described})
        document["sources"][0]["tables"] = tables
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(document))
        self.tables = load_source_tables(self.project)

    def land(self, name: str, content: bytes | str, source: str = "shop") -> Path:
        path = self.home / "landing" / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, at: datetime = NIGHT) -> list[Load]:
        loads = intake(self.home, self.tables, at, self.said.append)
        for load in loads:
            assert load.rows_read == load.rows_loaded + load.rows_quarantined
        return loads

    def take(self, name: str, content: bytes | str) -> Load:
        """Lands one file and takes it in."""
        self.land(name, content)
        return next(load for load in self.run() if load.file == name)

    def rows(self, table: str = "orders") -> pl.DataFrame:
        """All raw rows of a table, by source row."""
        parts = sorted((self.home / "raw/shop" / table).glob("*/*.parquet"))
        return pl.concat([pl.read_parquet(part) for part in parts]).sort("_load_id", "_source_row")

    def column(self, name: str, table: str = "orders") -> list:
        return self.rows(table)[name].to_list()

    def quarantined(self, table: str = "orders") -> list[dict]:
        files = sorted((self.home / "quarantine/shop" / table).glob("*/rows.ndjson"))
        return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").split("\n") if line]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def shop(house: House) -> House:
    """A house whose table `orders` has the columns order_id (required), quantity (bigint) and note."""
    house.declare(
        [
            {"name": "order_id", "header": "Order ID", "required": True},
            {"name": "quantity", "data_type": "bigint", "header": "Quantity"},
            {"name": "note", "header": "Note"},
        ]
    )
    return house


@pytest.fixture
def cast_one(house: House) -> Callable[..., object]:
    """Casts one cell of a type: its value, or "row quarantined: <reason>"."""

    def cast_one(text: str, data_type: str, timezone: str = "UTC", **meta: object) -> object:
        shutil.rmtree(house.home, ignore_errors=True)
        house.declare([{"name": "id"}, {"name": "value", "data_type": data_type, **meta}], timezone=timezone)
        load = house.take("orders.csv", f'id,value\n7,"{text.replace(chr(34), chr(34) * 2)}"\n')
        assert load.status == "loaded", load.reason
        aside = house.quarantined()
        return f"row quarantined: {aside[0]['reason']}" if aside else house.column("value")[0]

    return cast_one

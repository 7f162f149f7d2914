"""One small generated company, shared by the tests of the twin, and plain readers of its exports."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from orchestration.twin.estate import TwinSummary, generate

AS_OF = date(2026, 11, 1)


@dataclass(frozen=True)
class Twin:
    """A generated home with readers that know nothing of the generator."""

    home: Path
    summary: TwinSummary

    def csv_records(self, name: str) -> list[list[str]]:
        """All records of landing/<name>, header first, ragged ones included."""
        with (self.home / "landing" / name).open(encoding="utf-8", newline="") as handle:
            return list(csv.reader(handle, strict=True))

    def rows(self, name: str) -> list[dict[str, str]]:
        """The records of a CSV export that were not planted as dirt."""
        header, *records = self.csv_records(name)
        planted = self.planted_rows(name)
        return [
            dict(zip(header, record, strict=True))
            for number, record in enumerate(records, start=1)
            if number not in planted
        ]

    def objects(self, table: str) -> list[dict]:
        """The objects of zendesk/<table>.ndjson that were not planted as dirt."""
        name = f"zendesk/{table}.ndjson"
        lines = (self.home / "landing" / name).read_text(encoding="utf-8").splitlines()
        planted = self.planted_rows(name)
        return [
            next(iter(json.loads(line).values())) for number, line in enumerate(lines, start=1) if number not in planted
        ]

    def deal_objects(self) -> list[dict]:
        """The objects of hubspot/deals.ndjson, which holds no planted dirt."""
        lines = (self.home / "landing" / "hubspot" / "deals.ndjson").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def planted_rows(self, name: str) -> set[int]:
        dirt = self.truth("dirt").filter((pl.col("file") == name) & (pl.col("expected_fate") == "quarantined"))
        return set(dirt["row_number"])

    def truth(self, table: str) -> pl.DataFrame:
        return pl.read_parquet(self.home / "truth" / f"{table}.parquet")

    def order_lines(self) -> list[dict[str, str]]:
        """Rows of all order exports, file after file."""
        files = sorted((self.home / "landing" / "shopify").glob("orders_export*.csv"))
        return [row for file in files for row in self.rows(f"shopify/{file.name}")]


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Twin:
    home = tmp_path_factory.mktemp("twin")
    return Twin(home, generate(home, 1_200, AS_OF, seed=7))


@pytest.fixture(scope="session")
def make_twin(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Twin]:
    def make(customers: int, seed: int, **more: object) -> Twin:
        home = tmp_path_factory.mktemp("twin")
        return Twin(home, generate(home, customers, AS_OF, seed, **more))

    return make

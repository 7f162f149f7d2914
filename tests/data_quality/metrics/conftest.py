"""Raw files of an invented shop beside the sample build's orders, so that a number can be followed to its lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest

from data_quality.contracts import SourceTable, load_source_tables
from data_quality.metrics.definitions import Metric, load_metrics

PROJECT = Path(__file__).parents[3] / "dbt_project"


@pytest.fixture(scope="session")
def metrics() -> dict[str, Metric]:
    return {metric.name: metric for metric in load_metrics(PROJECT)}


@pytest.fixture(scope="session")
def sources() -> list[SourceTable]:
    return load_source_tables(PROJECT)


@pytest.fixture
def land(home: Path) -> Callable[[str, Sequence[str]], None]:
    """`land("a4", ["shopify:1000"])`: a load of api_orders that brings these orders, one a line."""

    def written(load: str, orders: Sequence[str]) -> None:
        rows = [
            {"id": int(order.split(":")[1]), "updated_at": "2026-10-30", "_extra": None,
             "_source_file": f"orders-{load}.ndjson", "_source_row": line,
             "_load_id": load, "_loaded_at": f"2026-11-01 02:00:0{len(load)}"}
            for line, order in enumerate(orders, start=1)
        ]  # fmt: skip
        folder = home / "raw" / "shopify" / "api_orders" / f"load_id={load}"
        folder.mkdir(parents=True)
        pl.DataFrame(rows).write_parquet(folder / "part-0.parquet")

    return written

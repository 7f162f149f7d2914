"""What customers ordered day by day, out of a run's warehouse: a sample to learn from, all in batches, names of items.

Belongs here: that reading. Stays out: what is made of it (models_ml.next_items), what an item is (dbt).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import polars as pl

READS = ("features.ftr_item_days", "features.ftr_product_items")
SAMPLE = 5_000
"""Customers learned from and judged on. A grocer's 2,500 with a million rows take ten seconds and half a gigabyte."""
BATCH = 20_000
ACTIVE_DAYS = 365
"""Who has not ordered for a year is told no next items: what they took then says little, and few come back."""
_DAYS = "select customer_id, order_date, item_id, quantity from features.ftr_item_days"
_ACTIVE = "select customer_id from features.ftr_item_days group by 1 having max(order_date) >= $since"


def sample(warehouse: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """All days of customers drawn by a hash of their id: the same every night, whatever order they lie in."""
    drawn = "select distinct customer_id from features.ftr_item_days order by md5(customer_id), customer_id limit $most"
    return warehouse.execute(f"{_DAYS} semi join ({drawn}) using (customer_id)", {"most": SAMPLE}).pl()


def batches(warehouse: duckdb.DuckDBPyConnection, as_of_date: date) -> Iterator[pl.DataFrame]:
    """All days of every active customer, of whole customers at a time."""
    since = {"since": as_of_date - timedelta(days=ACTIVE_DAYS)}
    [(count,)] = warehouse.execute(f"select count(*) from ({_ACTIVE})", since).fetchall()
    parts = max(1, -(-count // BATCH))
    part_of = f"{_DAYS} semi join ({_ACTIVE}) using (customer_id) where hash(customer_id) % $parts = $part"
    for part in range(parts):
        yield warehouse.execute(part_of, {**since, "parts": parts, "part": part}).pl()


def names(warehouse: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """item_id, item_name, item_level."""
    return warehouse.sql("select distinct item_id, item_name, item_level from features.ftr_product_items").pl()

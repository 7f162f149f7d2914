"""When and how customers got in touch, out of a run's warehouse: a sample to learn from, all in batches.

Belongs here: that reading. Stays out: what is made of it (models_ml.contact_habits), what a contact is (dbt).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import polars as pl

READS = ("features.ftr_own_contacts",)
SAMPLE = 50_000
"""Customers learned from and judged on; who of them is in touch again within a quarter are still thousands."""
BATCH = 250_000
"""Customers at a time: by hours of the day, a few hundred megabytes."""
_CONTACTS = "select customer_id, occurred_at, channel, hour from features.ftr_own_contacts"


def sample(warehouse: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """All contacts of customers drawn by a hash of their id: the same every night, whatever order they lie in."""
    everybody = "select distinct customer_id from features.ftr_own_contacts"
    drawn = f"{everybody} order by md5(customer_id), customer_id limit $most"
    return warehouse.execute(f"{_CONTACTS} semi join ({drawn}) using (customer_id)", {"most": SAMPLE}).pl()


def batches(warehouse: duckdb.DuckDBPyConnection, as_of_date: date, memory_days: int) -> Iterator[pl.DataFrame]:
    """The contacts of the last `memory_days` of every customer who has any, of whole customers at a time."""
    since = {"since": as_of_date - timedelta(days=memory_days)}
    lately = "from features.ftr_own_contacts where occurred_at >= $since"
    [(count,)] = warehouse.execute(f"select count(distinct customer_id) {lately}", since).fetchall()
    parts = max(1, -(-count // BATCH))
    part_of = f"{_CONTACTS} where occurred_at >= $since and hash(customer_id) % $parts = $part"
    for part in range(parts):
        yield warehouse.execute(part_of, {**since, "parts": parts, "part": part}).pl()

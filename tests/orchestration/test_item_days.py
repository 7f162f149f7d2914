"""What the models get to read of order days: whole customers, a bounded sample, and nobody who is long gone."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from orchestration import item_days

AS_OF = date(2026, 11, 1)


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    """Thirty customers with two order days each; the last of every third was more than a year ago."""
    connection = duckdb.connect()
    connection.execute("""
        create schema features;
        create table features.ftr_item_days as
        select
            'cus_' || i as customer_id,
            date '2026-10-31' - case when i % 3 = 0 then 365 else 0 end::int - day::int as order_date,
            'mug' as item_id,
            1.0::double as quantity
        from range(30) as customers (i), range(2) as days (day);
        create table features.ftr_product_items as
        select 'p1' as product_id, 'mug' as item_id, 'Mugs' as item_name, 'category' as item_level
        union all select 'p2', 'mug', 'Mugs', 'category';
    """)
    return connection


def test_every_customer_of_the_last_year_comes_once_and_whole(warehouse, monkeypatch) -> None:
    monkeypatch.setattr(item_days, "BATCH", 4)
    batches = list(item_days.batches(warehouse, AS_OF))
    assert len(batches) == 5
    seen = [customer for batch in batches for customer in batch["customer_id"].unique()]
    assert sorted(seen) == sorted(f"cus_{number}" for number in range(30) if number % 3)
    assert sum(len(batch) for batch in batches) == 40


def test_the_sample_is_bounded_and_the_same_in_any_order(warehouse, monkeypatch) -> None:
    monkeypatch.setattr(item_days, "SAMPLE", 7)
    drawn = item_days.sample(warehouse)
    assert drawn["customer_id"].n_unique() == 7
    assert len(drawn) == 14
    warehouse.execute("create or replace table features.ftr_item_days as from features.ftr_item_days order by random()")
    assert set(item_days.sample(warehouse)["customer_id"]) == set(drawn["customer_id"])


def test_products_of_one_category_have_one_name(warehouse) -> None:
    assert item_days.names(warehouse).rows() == [("mug", "Mugs", "category")]

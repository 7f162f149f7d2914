"""What the models get to read of contacts: whole customers, a bounded sample, and nothing of who is long silent."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from orchestration import own_contacts

AS_OF = date(2026, 11, 1)


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    """Thirty customers with two contacts each; those of every third are a year old."""
    connection = duckdb.connect()
    connection.execute("""
        create schema features;
        create table features.ftr_own_contacts as
        select
            'cus_' || i as customer_id,
            timestamp '2026-10-31 09:00:00' - to_days(case when i % 3 = 0 then 365 else day::int end) as occurred_at,
            'email' as channel,
            9::bigint as hour
        from range(30) as customers (i), range(2) as days (day)
    """)
    return connection


def test_every_customer_who_was_in_touch_lately_comes_once_and_whole(warehouse, monkeypatch) -> None:
    monkeypatch.setattr(own_contacts, "BATCH", 4)
    batches = list(own_contacts.batches(warehouse, AS_OF, 365))
    assert len(batches) == 5
    seen = [customer for batch in batches for customer in batch["customer_id"].unique()]
    assert sorted(seen) == sorted(f"cus_{number}" for number in range(30) if number % 3)
    assert sum(len(batch) for batch in batches) == 40


def test_the_sample_is_bounded_and_the_same_in_any_order(warehouse, monkeypatch) -> None:
    monkeypatch.setattr(own_contacts, "SAMPLE", 7)
    drawn = own_contacts.sample(warehouse)
    assert drawn["customer_id"].n_unique() == 7
    assert len(drawn) == 14
    again = "create or replace table features.ftr_own_contacts as from features.ftr_own_contacts order by random()"
    warehouse.execute(again)
    assert set(own_contacts.sample(warehouse)["customer_id"]) == set(drawn["customer_id"])

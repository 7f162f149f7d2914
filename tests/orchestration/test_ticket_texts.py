"""What the models get to read of the tickets: a bounded sample, every ticket once, and whose names to keep quiet."""

from __future__ import annotations

import duckdb
import pytest

from orchestration import ticket_texts


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    """Forty tickets, every second one labelled, every fourth one of nobody known."""
    connection = duckdb.connect()
    connection.execute("""
        create schema intermediate;
        create schema marts;
        create schema pii;
        create table marts.fct_tickets as select
            'desk:' || i as ticket_id,
            case when i % 4 > 0 then 'cus_' || i end as customer_id,
            case when i % 4 = 1 then 'acme' end as account_id,
            case when i % 2 = 0 then ' Billing ' end as category,
            case when i % 5 = 0 then 'bad' end as csat_score,
            csat_score = 'good' as is_good_satisfaction
        from range(40) as t (i);
        create table intermediate.int_ticket_texts_collected as
            select ticket_id, 'words of ' || ticket_id as text, text as customer_text from marts.fct_tickets;
        create table pii.pii_customers as select 'Ada Ashwell' as full_name;
        create table pii.pii_agents as select 'Ode Brandt' as agent_name union all select null;
    """)
    return connection


def test_people_of_one_organisation_and_all_unknown_ones_are_one_customer_each(warehouse) -> None:
    customers = ticket_texts.sample(warehouse)["customer"].to_list()
    assert customers.count("acme") == 10
    assert customers.count("unknown") == 10
    assert len(set(customers)) == 22


def test_a_label_is_told_apart_from_its_spelling(warehouse) -> None:
    assert set(ticket_texts.sample(warehouse)["label"]) == {"billing", None}


def test_the_sample_is_bounded_for_each_kind_of_ticket_and_the_same_in_any_order(warehouse, monkeypatch) -> None:
    monkeypatch.setattr(ticket_texts, "SAMPLE_EACH", 3)
    drawn = ticket_texts.sample(warehouse)
    assert drawn.height == 12
    assert drawn["label"].null_count() == drawn["is_good"].null_count() == 6
    warehouse.execute("create or replace table marts.fct_tickets as from marts.fct_tickets order by hash(ticket_id)")
    assert set(ticket_texts.sample(warehouse)["ticket_id"]) == set(drawn["ticket_id"])


def test_every_ticket_comes_once_in_batches(warehouse, monkeypatch) -> None:
    monkeypatch.setattr(ticket_texts, "BATCH", 16)
    batches = list(ticket_texts.batches(warehouse))
    ids = [ticket_id for batch in batches for ticket_id in batch["ticket_id"]]
    assert len(ids) == len(set(ids)) == 40


def test_names_of_customers_and_colleagues_are_kept_quiet(warehouse) -> None:
    assert {"ada", "ashwell", "ode", "brandt"} <= ticket_texts.names(warehouse)

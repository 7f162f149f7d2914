"""Tickets with their texts out of a run's warehouse: a sample to learn from, all of them in batches, and whose names.

Texts leave the warehouse for the model alone. Belongs here: that reading. Stays out: what is made of it (models_ml).
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import polars as pl

from models_ml.topic_terms import words_of_names

READS = ("intermediate.int_ticket_texts_collected", "marts.fct_tickets", "pii.pii_customers", "pii.pii_agents")
SAMPLE_EACH = 6_000
"""Tickets learned from, of each kind (with and without label, with and without rating). Four times as many take half a
minute and 0.8 GB (texts of 800 characters, two cores); then each 100,000 tickets take 50 seconds and no more memory."""
BATCH = 10_000
# People of one organisation are one customer: its name would otherwise be a word of many.
_TICKETS = """
    select
        ticket_id,
        coalesce(tickets.account_id, tickets.customer_id, 'unknown') as customer,
        nullif(lower(trim(tickets.category)), '') as label,
        tickets.is_good_satisfaction as is_good,
        texts.text,
        texts.customer_text
    from intermediate.int_ticket_texts_collected as texts
    inner join marts.fct_tickets as tickets using (ticket_id)
"""
# Drawn by a hash of the id: the same tickets every night, whatever order they lie in.
_DRAWN = """
    where ticket_id in (
        select ticket_id from marts.fct_tickets
        qualify row_number() over (
            partition by category is null, csat_score is null order by md5(ticket_id), ticket_id
        ) <= $most
    )
"""
_NAMES = "select full_name from pii.pii_customers union all select agent_name from pii.pii_agents"


def sample(warehouse: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Tickets to learn from."""
    return warehouse.execute(_TICKETS + _DRAWN, {"most": SAMPLE_EACH}).pl()


def batches(warehouse: duckdb.DuckDBPyConnection) -> Iterator[pl.DataFrame]:
    """Every ticket once, in no order."""
    for batch in warehouse.execute(_TICKETS).to_arrow_reader(BATCH):
        yield pl.DataFrame(pl.from_arrow(batch))


def names(warehouse: duckdb.DuckDBPyConnection) -> set[str]:
    """The words of which the names of customers and colleagues are made."""
    said = warehouse.execute(_NAMES)
    found: set[str] = set()
    while rows := said.fetchmany(100_000):
        found |= words_of_names(name for (name,) in rows if name)
    return found

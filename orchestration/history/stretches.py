"""The memory of past nights as stretches of time, written into a run's warehouse for dbt to continue.

Stays out: tonight's states and how they continue the stretches (dbt, customer_states).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from orchestration.history.nights import KEY, read_changes

TABLE = "history.customer_states"


def write_stretches(warehouse: duckdb.DuckDBPyConnection, home: Path, as_of_date: date) -> int:
    """Write the table `history.customer_states`: every stretch known before a night; returns how many there are."""
    read_changes(warehouse, home, before=as_of_date)
    warehouse.execute("create schema if not exists history")
    warehouse.execute(f"""
        create or replace table {TABLE} as
        with turns as (
            select {KEY}, holds, as_of_date from changes
            qualify holds is distinct from lag(holds) over (partition by {KEY} order by as_of_date, holds)
        ),
        stretches as (
            select {KEY}, holds, as_of_date as valid_from,
                lead(as_of_date) over (partition by {KEY} order by as_of_date, holds) as valid_to
            from turns
        )
        select {KEY}, valid_from, valid_to from stretches where holds
    """)
    [count] = warehouse.execute(f"select count(*) from {TABLE}").fetchone()
    warehouse.execute("drop table changes")
    return count

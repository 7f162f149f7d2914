"""Who is whom: the one door of this package, from contacts to customers with reasons and lasting ids.

A night compares only what is new: units of which nothing changed were compared before, and their scores are kept.
Stays out: reading the warehouse and writing to it (warehouse), and every single step, which has a module of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration.identity import memory
from orchestration.identity.candidates import find_candidates, find_common_values
from orchestration.identity.clusters import make_clusters
from orchestration.identity.keys import join_by_keys
from orchestration.identity.ledger import name_customers, read_ledger, write_ledger
from orchestration.identity.overrides import Override, teach_overrides
from orchestration.identity.records import make_records
from orchestration.identity.rules import Rules
from orchestration.identity.spelling import teach
from orchestration.identity.units import make_units

WORTH_KEEPING = 0.5
"""Scores below are not kept between nights: no rule would ever take half a chance for certainty."""


@dataclass(frozen=True)
class Resolved:
    """What a night did: counts of contacts, customers, pairs compared, links by likeness and changed contacts."""

    contacts: int
    customers: int
    compared: int
    links: int
    changed: int

    def counts(self) -> dict[str, int]:
        return asdict(self)


def work_place() -> duckdb.DuckDBPyConnection:
    """A connection to resolve in: memory only, two threads, whose results do not depend on their timing."""
    connection = duckdb.connect()
    connection.execute("set threads = 2; set enable_progress_bar = false; set TimeZone = 'UTC'")
    return connection


def resolve(
    connection: duckdb.DuckDBPyConnection,
    area: Path,
    rules: Rules,
    overrides: list[Override],
    now: datetime,
    run_id: str,
    on_progress: Callable[[str], None] = lambda message: None,
    is_trial: bool = False,
) -> Resolved:
    """From the table `people` (records.PEOPLE) to the temp table `customers_of_contacts`.

    `area` is the home's `identity/`; `now` (UTC) dates what changes. A trial leaves `area` as it was.
    """
    memory.read_compared(connection, area)
    teach(connection, rules)
    make_records(connection, rules)
    for sentence in teach_overrides(connection, overrides):
        on_progress(sentence)
    join_by_keys(connection, rules)
    make_units(connection)
    name = f"{now:%Y%m%dT%H%M%S%f}-{run_id[:8]}"
    compared = _compare(connection, area, rules, now, name, on_progress, is_trial)
    make_clusters(connection, rules)
    read_ledger(connection, area / "ledger")
    name_customers(connection, now)
    changed = 0 if is_trial else write_ledger(connection, area / "ledger", now, run_id)
    contacts, customers = connection.execute(
        "select count(*), count(distinct customer_id) from customers_of_contacts"
    ).fetchone()
    [links] = connection.execute("select count(*) from links").fetchone()
    return Resolved(contacts, customers, compared, links, changed)


def _compare(
    connection: duckdb.DuckDBPyConnection,
    area: Path,
    rules: Rules,
    now: datetime,
    name: str,
    on_progress: Callable[[str], None],
    is_trial: bool,
) -> int:
    """Bring `scored` up to date with `units`; returns how many pairs were compared."""
    units = connection.execute("select count(*) from units").fetchone()[0]
    kept = memory.read_model(connection, area, now.date(), units, rules)
    if kept is None:
        connection.execute("delete from compared_units; delete from scored")
        find_common_values(connection)
    connection.execute("""
        create or replace temp table new_units as select unit from units anti join compared_units using (unit);
        delete from scored where a not in (select unit from units) or b not in (select unit from units);
    """)
    [new] = connection.execute("select count(*) from new_units").fetchone()
    pairs = find_candidates(connection, only_new=kept is not None) if new else 0
    if pairs:
        from orchestration.identity.linking import score, train

        if kept is None:
            on_progress(f"learning from {units:,} people what likeness means")
            kept = {"settings": train(connection)}
            if not is_trial:
                memory.write_model(connection, area, name, kept["settings"], now.date(), units)
        on_progress(f"comparing {pairs:,} pairs")
        score(connection, kept["settings"], WORTH_KEEPING)
    if new and not is_trial:
        connection.execute("create or replace temp table compared_units as select unit from units order by unit")
        memory.write_compared(connection, area, name)
    return pairs

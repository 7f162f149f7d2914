"""Who is whom: the one door of this package, from contacts to customers with reasons and lasting ids.

A night looks only at people whom its changes can touch (neighbourhoods) and compares only what is new about them.
Stays out: reading the warehouse and writing to it (warehouse), and every single step, which has a module of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.identity import memory
from orchestration.identity.candidates import find_candidates, find_common_values
from orchestration.identity.clusters import make_clusters
from orchestration.identity.keys import join_by_keys
from orchestration.identity.ledger import name_customers, read_ledger, write_ledger
from orchestration.identity.neighbourhoods import find_live, follow_new_links, remember
from orchestration.identity.overrides import Override, teach_overrides
from orchestration.identity.records import make_records
from orchestration.identity.rules import Rules
from orchestration.identity.spelling import teach
from orchestration.identity.units import make_units
from orchestration.memory_limit import memory_limit

LOOKED_AT = ("records", "groups", "key_edges", "units")
"""What is worked out per batch of people and put together for the clusters."""
WORTH_KEEPING = 0.5
"""Scores below are not kept between nights: no rule would ever take half a chance for certainty."""
FEW = 0.1
"""Share of the people to look at below which a second thread waits more than it works."""


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


def work_place(overflow: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A connection to resolve in: memory only, two threads, whose results do not depend on their timing.

    What does not fit into memory goes to the folder `overflow`; without one that is an error: DuckDB would leave names
    and addresses in the current directory.
    """
    connection = duckdb.connect(
        config={"memory_limit": memory_limit(), "temp_directory": str(overflow) if overflow else ""}
    )
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
    name = f"{now:%Y%m%dT%H%M%S%f}-{run_id[:8]}"
    [people] = connection.execute("select count(*) from people").fetchone()
    kept = memory.read_model(connection, area, now.date(), people, rules)
    files = memory.read_compared(connection, area, rules, is_fresh_start=kept is None and memory.has_model(area))
    nights_since_whole = read_ledger(connection, area / "ledger")
    teach(connection, rules)
    find_live(connection, rules, overrides)
    if connection.execute("select count(*) from live").fetchone()[0] < FEW * people:
        connection.execute("set threads = 1")
    compared, settings = 0, kept["settings"] if kept else None
    connection.execute(f"create or replace temp table looked_units (grp bigint, {memory.TRAITS})")
    connection.execute("create or replace temp table batch as from live")
    looked_at = 0
    while True:
        make_records(connection, rules, first=looked_at)
        teach_overrides(connection, overrides)
        join_by_keys(connection, rules)
        make_units(connection)
        pairs, settings = _compare(connection, settings, on_progress)
        compared += pairs
        if not follow_new_links(connection):
            break
        looked_at = _next_batch(connection, is_first=looked_at == 0)
    if looked_at:
        for table in LOOKED_AT:
            connection.execute(f"insert into {table} by name select * from looked_{table}")
    for sentence in teach_overrides(connection, overrides):
        on_progress(sentence)
    make_clusters(connection, rules)
    name_customers(connection, now)
    changed = 0
    if not is_trial:
        if settings and kept is None:
            memory.write_model(connection, area, name, settings, now.date(), people, rules)
        # The ledger first: a night that remembers people whom the ledger does not know would never look at them again.
        changed = write_ledger(connection, area / "ledger", now, run_id, nights_since_whole)
        if connection.execute("select count(*) from live").fetchone()[0]:
            remember(connection, overrides)
            memory.write_compared(connection, area, rules, name, files)
    contacts, customers = connection.execute(
        "select count(*), count(distinct customer_id) from customers_of_contacts"
    ).fetchone()
    [links] = connection.execute("select count(*) from customers_of_contacts where rule = 'likeness'").fetchone()
    return Resolved(contacts, customers, compared, links, changed)


def _next_batch(connection: duckdb.DuckDBPyConnection, is_first: bool) -> int:
    """Set aside what is known of the people looked at, for those whom they turned out to be like; returns how many.

    Whoever comes now shares no key with them, so each batch is looked at on its own until their clusters are made.
    """
    connection.execute("create or replace temp table batch as from live anti join records using (contact_id)")
    if not is_first:
        connection.execute("delete from batch where contact_id in (select contact_id from looked_records)")
    for table in LOOKED_AT:
        if is_first:
            connection.execute(f"create or replace temp table looked_{table} as from {table}")
        else:
            connection.execute(f"insert into looked_{table} by name select * from {table}")
    return connection.execute("select count(*) from looked_records").fetchone()[0]


def _compare(
    connection: duckdb.DuckDBPyConnection, settings: dict[str, Any] | None, on_progress: Callable[[str], None]
) -> tuple[int, dict[str, Any] | None]:
    """Bring `scored` up to date with `units`; returns how many pairs were compared, and the model that did it."""
    connection.execute("""
        create or replace temp table new_units as
        select unit from units
        where unit not in (select unit from unit_places);
        create or replace temp table present as
        select unit from units union all select unit from looked_units union all select unit from kept_places;
        delete from scored where a not in (select unit from present) or b not in (select unit from present);
    """)
    if connection.execute("select count(*) from new_units").fetchone()[0] == 0:
        return 0, settings
    if settings is None:
        find_common_values(connection)
    pairs = find_candidates(connection, only_new=settings is not None)
    if pairs:
        from orchestration.identity.linking import score, train

        if settings is None:
            on_progress("learning what likeness means")
            settings = train(connection)
        on_progress(f"comparing {pairs:,} pairs")
        score(connection, settings, WORTH_KEEPING)
    return pairs, settings

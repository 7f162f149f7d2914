"""The identity ledger: which customer every contact is, why, since when, and ids that outlive the night.

A customer id belongs to its founder, the contact it was first given for. A merge keeps the older id; a split leaves the
id with the founder; an id that a merge retired comes back when its founder stands alone again. So the ids of a night
follow from the contacts and the ledger before it, and a night that is killed and repeated gives the same.
In: `records`, `key_edges`, `links`, `clusters`, `merges`. Out: the temp tables `customers_of_contacts` and `founders`,
and a folder per night in which something changed: `changes.parquet` and `new_founders.parquet`, and now and then the
whole state as well (`records.parquet`, `founders.parquet`).
Stays out: who is whom (clusters).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np

from orchestration import versions
from orchestration.identity.graph import towards
from orchestration.identity.keys import register

WHOLE_EVERY = 7
"""Nights after which the whole state is written again; between them a night adds what it changed."""
WHOLE_STATES = 2
"""Whole states that stay; the changes of every night stay for good."""
WHOLE_FROM_SHARE = 0.1
"""Share of the people above which a night's changes are as good as a whole state."""
STATE = {
    "records": "contact_id varchar, customer_id varchar, rule varchar, linked_to varchar, weight double, "
    "since timestamp",
    "founders": "customer_id varchar, founder varchar, since timestamp",
}
CHANGES, NEW_FOUNDERS = "changes.parquet", "new_founders.parquet"


def read_ledger(connection: duckdb.DuckDBPyConnection, area: Path) -> int:
    """Write the temp tables `ledger_records` and `ledger_founders` as the newest night left them.

    Returns how many nights have added to the last whole state.
    """
    for name, columns in STATE.items():
        connection.execute(f"create or replace temp table ledger_{name} ({columns})")
    nights = versions.every(area)
    whole = [number for number, night in enumerate(nights) if (night / "records.parquet").exists()]
    if not whole:
        return 0
    for name in STATE:
        path = nights[whole[-1]] / f"{name}.parquet"
        connection.execute(f"insert into ledger_{name} by name select * from read_parquet('{path}')")
    since = nights[whole[-1] + 1 :]
    for night in since:
        connection.execute(f"""
            create or replace temp table added as from read_parquet('{night / CHANGES}');
            delete from ledger_records where contact_id in (select contact_id from added);
            insert into ledger_records by name
            select contact_id, customer_id, rule, linked_to, weight, since from added where customer_id is not null;
            insert into ledger_founders by name select * from read_parquet('{night / NEW_FOUNDERS}');
        """)
    return len(since)


def name_customers(connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Write `customers_of_contacts` (contact_id, customer_id, rule, linked_to, weight, since) and `founders`.

    Whoever is not in `live` stays who they were.
    """
    connection.execute("""
        create or replace temp table first_records as
        select cluster, arg_min(record, (coalesce(created_at, timestamp '9999-01-01'), contact_id)) as record
        from clusters inner join records using (record) group by cluster;

        -- Ids whose founder is in a cluster; failing that, ids whose founder is gone, by the records they had.
        create or replace temp table claims as
        select cluster, customer_id, since, 0 as rank
        from ledger_founders inner join records on founder = contact_id inner join clusters using (record)
        union all
        select arg_min(cluster, record), customer_id, min(ledger_founders.since), 1
        from ledger_founders inner join ledger_records using (customer_id)
            inner join records using (contact_id) inner join clusters using (record)
        where founder not in (select contact_id from people)
        group by customer_id;

        create or replace temp table kept_ids as
        select cluster, arg_min(customer_id, (since, rank, customer_id)) as customer_id from claims group by cluster;

        create or replace temp table new_ids as
        with named as (
            select first_records.cluster, contact_id,
                case when email is not null then 'cus_' || left(md5('email:' || email), 16) end as by_email,
                row_number() over (
                    partition by email order by coalesce(created_at, timestamp '9999-01-01'), contact_id
                ) as turn
            from first_records inner join records using (record)
            where cluster not in (select cluster from kept_ids)
        )
        select cluster, contact_id as founder,
            case when by_email is not null and turn = 1 and by_email not in (select customer_id from ledger_founders)
                then by_email else contact_id end as customer_id
        from named;
    """)
    connection.execute(
        """
        create or replace temp table new_founders as
        select customer_id, founder, $now as since from new_ids order by customer_id;
        """,
        {"now": now},
    )
    connection.execute("""
        create or replace temp view founders as
        select * from ledger_founders union all by name select * from new_founders
    """)
    connection.execute("""
        create or replace temp table ids as
        select cluster, customer_id from kept_ids union all select cluster, customer_id from new_ids
    """)
    _find_reasons(connection)
    connection.execute(
        """
        create or replace temp table named_contacts as
        with named as (
            select records.contact_id, ids.customer_id,
                coalesce(reasons.rule, 'founder') as rule, linked.contact_id as linked_to, reasons.weight
            from records
            inner join clusters using (record)
            inner join ids using (cluster)
            left join reasons using (record)
            left join records as linked on linked.record = reasons.linked_to
        )
        select named.*, coalesce(before.since, $now) as since
        from named
        left join ledger_records as before using (contact_id, customer_id)
        order by named.contact_id
        """,
        {"now": now},
    )
    connection.execute("""
        create or replace temp table customers_of_contacts as
        select * from ledger_records semi join people using (contact_id) anti join live using (contact_id)
        union all by name
        select * from named_contacts
    """)


def _find_reasons(connection: duckdb.DuckDBPyConnection) -> None:
    """Write `reasons`: what ties each record to the next one on the way to the founder of its customer."""
    connection.execute("""
        create or replace temp table ties as
        with tied as (
            select a, b, rule, cast(null as double) as weight, 1e3 + force as force from key_edges
            union all
            select a, b, 'likeness', weight, weight + 100 from links
            union all
            select a, b, 'by_hand', null, 1e6 from merges
        )
        select least(a, b) as a, greatest(a, b) as b, arg_max(rule, force) as rule, arg_max(weight, force) as weight,
            max(force) as force
        from tied
        inner join clusters as x on x.record = a inner join clusters as y on y.record = b and x.cluster = y.cluster
        group by all order by all;

        create or replace temp table roots as
        select ids.cluster, coalesce(any_value(records.record), min(clusters.record)) as record
        from ids
        inner join clusters using (cluster)
        left join founders using (customer_id)
        left join records on records.contact_id = founders.founder and records.record = clusters.record
        group by ids.cluster order by record;
    """)
    ties = connection.execute("select a, b, force from ties order by a, b").fetchnumpy()
    roots = connection.execute("select record from roots order by record").fetchnumpy()["record"]
    [count] = connection.execute("select count(*) from records").fetchone()
    left, right = np.asarray(ties["a"], np.int64), np.asarray(ties["b"], np.int64)
    parents = towards(np.asarray(roots, np.int64), left, right, np.asarray(ties["force"], np.float64), count)
    register(connection, "parents", {"record": np.arange(count), "linked_to": parents})
    connection.execute("""
        create or replace temp table reasons as
        select parents.record, parents.linked_to, ties.rule, ties.weight
        from parents
        inner join ties on ties.a = least(record, linked_to) and ties.b = greatest(record, linked_to)
    """)


def write_ledger(
    connection: duckdb.DuckDBPyConnection, area: Path, now: datetime, run_id: str, nights_since_whole: int
) -> int:
    """Keep what this night changed, if anything; returns the number of changed records."""
    connection.execute(
        """
        create or replace temp table changes as
        select
            coalesce(new.contact_id, old.contact_id) as contact_id, old.customer_id as customer_id_before,
            new.customer_id, coalesce(new.rule, 'gone') as rule, new.linked_to, new.weight, new.since,
            $now as changed_at
        from named_contacts as new
        full join (
            select * from ledger_records
            where contact_id in (select contact_id from live) or contact_id not in (select contact_id from people)
        ) as old using (contact_id)
        where new.customer_id is distinct from old.customer_id or new.rule is distinct from old.rule
            or new.linked_to is distinct from old.linked_to
        order by contact_id
        """,
        {"now": now},
    )
    changed = connection.execute("select count(*) from changes").fetchone()[0]
    [known] = connection.execute("select count(*) from ledger_records").fetchone()
    tables = {CHANGES: "changes", NEW_FOUNDERS: "new_founders"}
    if nights_since_whole + 1 >= WHOLE_EVERY or changed > known * WHOLE_FROM_SHARE:
        tables |= {"records.parquet": "customers_of_contacts", "founders.parquet": "founders"}

    def write(folder: Path) -> None:
        for name, table in tables.items():
            connection.execute(f"copy {table} to '{folder / name}' (format parquet, compression zstd)")

    if changed:
        versions.add(area, f"{now:%Y%m%dT%H%M%S%f}-{run_id[:8]}", write)
        _forget_old_states(area)
    return changed


def _forget_old_states(area: Path) -> None:
    whole = [night for night in versions.every(area) if (night / "records.parquet").exists()]
    for night in whole[:-WHOLE_STATES]:
        for name in STATE:
            (night / f"{name}.parquet").unlink(missing_ok=True)

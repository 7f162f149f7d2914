"""Which people a night must look at: those who are new or changed, and everybody whom that can touch.

A neighbourhood is everybody connected by shared keys, whatever force a key has. Nothing that happens in one can change
who is whom in another but by likeness, by a person's decision or by a customer that spans both: so these are followed
until nothing more is touched, and all other people keep the customer that they had.
In: `people`, `known` and `key_values` as the last night left them. Out: the temp table `live` (contact_id), and for the
next night `known` and `key_values` again.
Stays out: what is decided about the people in `live` (keys, clusters, ledger).
"""

from __future__ import annotations

import duckdb
import numpy as np

from orchestration.identity.graph import components
from orchestration.identity.keys import register
from orchestration.identity.overrides import Override
from orchestration.identity.records import PEOPLE, make_keys
from orchestration.identity.rules import Rules

CONTENT = f"hash({', '.join(f'people.{column}' for column in PEOPLE)})"
KEYS = """
    select record, hash('email', email) as value from records where email is not null
    union all select record, hash('phone', phone) from records where phone is not null
    union all select record, hash('external_id', external_id) from records where external_id is not null
"""


def find_live(connection: duckdb.DuckDBPyConnection, rules: Rules, overrides: list[Override]) -> None:
    """Write `live`: everybody on a first night, and later those whom the night's changes can touch."""
    connection.execute(f"""
        create or replace temp table changed as
        select contact_id from (select contact_id, {CONTENT} as content from people)
        anti join known using (contact_id, content)
        union
        select contact_id from people anti join ledger_records using (contact_id);

        create or replace temp table live as from changed;
        create or replace temp table affected (neighbourhood ubigint);
    """)
    if connection.execute("select count(*) from known").fetchone()[0] == 0:
        return
    connection.execute("create or replace temp table batch as from changed")
    make_keys(connection, rules)
    connection.execute(
        f"""
        insert into affected
        select neighbourhood from key_values where value in (select value from ({KEYS}))
        union
        select neighbourhood from known semi join changed using (contact_id)
        union
        select neighbourhood from known anti join people using (contact_id)
        union
        select neighbourhood from known
        where contact_id in (select unnest($decided)) or contact_id in (select contact_id from overridden)
        """,
        {"decided": _contacts(overrides)},
    )
    connection.execute("""
        create or replace temp table earlier_ties as
        with spanning as (
            select customer_id from ledger_records inner join known using (contact_id)
            group by customer_id having min(neighbourhood) != max(neighbourhood)
        ),
        several as (
            select distinct customer_id, neighbourhood
            from ledger_records semi join spanning using (customer_id) inner join known using (contact_id)
        )
        select x.neighbourhood as one, y.neighbourhood as other
        from several as x inner join several as y using (customer_id) where x.neighbourhood != y.neighbourhood
        union
        select x.neighbourhood, y.neighbourhood
        from (select a, b from scored union all select b, a from scored) as pairs
        inner join unit_places as x on x.unit = pairs.a inner join unit_places as y on y.unit = pairs.b;
    """)
    follow(connection)


def follow(connection: duckdb.DuckDBPyConnection) -> None:
    """Let `affected` and `live` grow by everybody whom customers and links of earlier nights tie to them."""
    connection.execute("""
        insert into affected
        with recursive reached as (
            select neighbourhood from affected
            union
            select earlier_ties.other from earlier_ties inner join reached on earlier_ties.one = reached.neighbourhood
        )
        select neighbourhood from reached anti join affected using (neighbourhood);

        create or replace temp table live as
        select contact_id from changed
        union
        select contact_id from known semi join affected using (neighbourhood) semi join people using (contact_id)
    """)


def follow_new_links(connection: duckdb.DuckDBPyConnection) -> bool:
    """Like `follow`, for whom tonight's people turned out to be like; says whether anybody must be looked at anew."""
    connection.execute("""
        create or replace temp table reached_by_likeness as
        select distinct kept_places.neighbourhood
        from (select a, b from scored union all select b, a from scored) as pairs
        inner join units on units.unit = pairs.a
        inner join kept_places on kept_places.unit = pairs.b
    """)
    if connection.execute("select count(*) from reached_by_likeness").fetchone()[0] == 0:
        return False
    connection.execute("insert into affected from reached_by_likeness")
    follow(connection)
    return True


def remember(connection: duckdb.DuckDBPyConnection, overrides: list[Override]) -> None:
    """Bring `known`, `key_values`, `unit_places` and `overridden` up to date with what `live` turned out to be."""
    connection.execute(
        "create or replace temp table overridden as select unnest($decided) as contact_id",
        {"decided": _contacts(overrides)},
    )
    connection.execute(f"create or replace temp table held as {KEYS}")
    edges = connection.execute("""
        select min(record) over (partition by value) as a, record as b from held order by all
    """).fetchnumpy()
    [count] = connection.execute("select count(*) from records").fetchone()
    labels = components(count, np.asarray(edges["a"], np.int64), np.asarray(edges["b"], np.int64))
    register(connection, "labels", {"record": np.arange(count), "label": labels})
    connection.execute(f"""
        create or replace temp table labelled as
        select labels.record, hash(first.contact_id) as neighbourhood
        from labels inner join records as first on first.record = labels.label;

        delete from known
        where neighbourhood in (select neighbourhood from affected) or contact_id in (select contact_id from changed);
        insert into known
        select contact_id, {CONTENT}, neighbourhood
        from people inner join records using (contact_id) inner join labelled using (record);

        delete from key_values where neighbourhood in (select neighbourhood from affected);
        insert into key_values select distinct value, neighbourhood from held inner join labelled using (record);

        create or replace temp table unit_places as
        select unit, neighbourhood, contact_id from kept_places
        union all
        select unit, neighbourhood, contact_id from units inner join labelled on labelled.record = units.grp
    """)


def _contacts(overrides: list[Override]) -> list[str]:
    return [contact for override in overrides for contact in (override.contact_id, override.other_contact_id)]

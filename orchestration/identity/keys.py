"""Deterministic keys: which records are one person because they share an address, a phone or an external id.

A key says that two records share something, not that they are one person: a family shares a phone, a department a
mailbox, and an address is given to somebody else years later. So a key joins only names that agree, and loses its
force where it is shared by more distinct names than the rules allow or is a role address.
In: the temp tables `records` and `splits`. Out: the temp tables `key_edges` and `groups`.
Stays out: anything that is a matter of probability (model).
"""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl

from orchestration.identity.graph import components, components_apart
from orchestration.identity.rules import Rules

FORCE = {"external_id": 3, "email": 2, "phone": 1}
"""Kinds of keys, the stronger the higher: a mailbox has fewer users than a phone."""
MOST_NAMES_COMPARED = 40
"""Distinct names on one key above which it is nobody's, whatever they are."""


def join_by_keys(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Write `groups` (record → grp, the smallest record of its group) and `key_edges` (a, b, rule, value)."""
    _list_keys(connection)
    _group_names(connection, rules)
    _write_edges(connection, rules)
    count = connection.execute("select coalesce(max(record), -1) + 1 from records").fetchone()[0]
    edges = connection.execute("select a, b, force from key_edges order by a, b, force").fetchnumpy()
    left, right = np.asarray(edges["a"], np.int64), np.asarray(edges["b"], np.int64)
    _write_groups(connection, components(count, left, right))
    apart = _contradictions(connection)
    if apart:
        _add_every_pair_of_torn_groups(connection)
        edges = connection.execute("select a, b, force from key_edges order by a, b, force").fetchnumpy()
        left, right = np.asarray(edges["a"], np.int64), np.asarray(edges["b"], np.int64)
        _write_groups(connection, components_apart(count, left, right, np.asarray(edges["force"], np.float64), apart))


def _write_groups(connection: duckdb.DuckDBPyConnection, groups: np.ndarray) -> None:
    register(connection, "groups", {"record": np.arange(len(groups)), "grp": groups})
    connection.execute("delete from groups where record < (select min(record) from records)")


def _list_keys(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("""
        create or replace temp table keyed as
        select 'email' as kind, email as value, is_desk as is_role, record from records where email is not null
        union all
        select 'phone', phone, false, record from records where phone is not null
        union all
        select 'external_id', external_id, false, record from records where external_id is not null;

        create or replace temp table shared_keys as
        select kind, value, row_number() over (order by kind, value) as key_number, any_value(is_role) as is_role
        from keyed group by kind, value having count(*) > 1;

        -- The distinct names on each shared key.
        create or replace temp table names as
        select
            row_number() over (order by key_number, given_name nulls last, family_name nulls last) - 1 as name_number,
            *
        from (
            select key_number, kind, is_role, given_name, family_name, any_value(formals) as formals,
                min(created_at) as first_at, max(last_at) as last_at, min(record) as record
            from keyed inner join shared_keys using (kind, value, is_role) inner join records using (record)
            where given_name is not null
            group by all
        );
    """)


def _group_names(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Names that agree on a key become one `person` of that key, numbered by its smallest name."""
    agreeing = connection.execute(
        f"""
        select a.name_number as a, b.name_number as b
        from names as a
        inner join names as b on a.key_number = b.key_number and a.name_number < b.name_number
        where a.key_number in (select key_number from names group by 1 having count(*) <= {MOST_NAMES_COMPARED})
            and case a.kind
                when 'phone' then
                    (same_given(a.given_name, b.given_name, a.formals, b.formals)
                        and not initial(a.given_name, b.given_name)
                        and coalesce(same_family(a.family_name, b.family_name), true))
                    or swapped(a.given_name, a.family_name, b.given_name, b.family_name)
                when 'email' then
                    ((same_given(a.given_name, b.given_name, a.formals, b.formals)
                        or (least(length(a.given_name), length(b.given_name)) >= 4
                            and damerau_levenshtein(a.given_name, b.given_name) = 1
                            and same_family(a.family_name, b.family_name)))
                        -- One given name, two family names, years apart: the address went to somebody else.
                        and (coalesce(same_family(a.family_name, b.family_name), true)
                            or not coalesce(
                                greatest(a.first_at, b.first_at) - least(a.last_at, b.last_at)
                                    > to_days({rules.recycled_after_days}),
                                false)))
                    or swapped(a.given_name, a.family_name, b.given_name, b.family_name)
                else
                    same_given(a.given_name, b.given_name, a.formals, b.formals)
                    or swapped(a.given_name, a.family_name, b.given_name, b.family_name)
            end
        order by all
        """
    ).fetchnumpy()
    count = connection.execute("select count(*) from names").fetchone()[0]
    persons = components(count, np.asarray(agreeing["a"], np.int64), np.asarray(agreeing["b"], np.int64))
    register(connection, "persons", {"name_number": np.arange(count), "person": persons})
    connection.execute(f"""
        create or replace temp table key_forces as
        select key_number, kind, is_role, count(distinct person) as count_persons,
            is_role or count(distinct person) > {rules.names_per_key} as is_weak
        from shared_keys left join names using (key_number, kind, is_role) left join persons using (name_number)
        group by key_number, kind, is_role
    """)


def _write_edges(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    connection.execute(f"""
        create or replace temp table members as
        with named as (
            select keyed.record, shared_keys.key_number, shared_keys.kind, shared_keys.value,
                key_forces.is_weak, key_forces.count_persons, persons.person,
                records.given_name is null as is_nameless,
                records.given_name is not null and records.family_name is not null as is_full,
                names.name_number, records.created_at
            from keyed
            inner join shared_keys using (kind, value, is_role)
            inner join key_forces using (key_number, kind, is_role)
            inner join records using (record)
            left join names on names.key_number = shared_keys.key_number
                and names.given_name = records.given_name
                and names.family_name is not distinct from records.family_name
            left join persons using (name_number)
        ),
        founders as (
            select key_number, arg_min(person, (coalesce(created_at, timestamp '9999-01-01'), record)) as founder
            from named where person is not null group by key_number
        )
        select record, kind, value, key_number,
            case
                -- A strong external id joins whatever the names: the company itself gave it.
                when kind = 'external_id' then case when not is_weak then 0 end
                -- On a weak key only the very same full name is one person, and a switchboard says nothing at all.
                when is_weak and kind = 'email' then
                    case when is_full then 1000000000 + name_number when is_nameless then -1 end
                when is_weak then null
                when not is_nameless then person
                -- Without a name it is whoever had the address first; a phone that several use is nobody's.
                when kind = 'email' then coalesce(founder, -1)
                when count_persons = 1 then founder
            end as holder
        from named left join founders using (key_number);

        create or replace temp table key_edges as
        with held as (
            select record, kind, value, min(record) over (partition by key_number, holder) as first_record
            from members where holder is not null
        )
        select
            first_record as a, record as b, kind as rule, value,
            {_case_force()} * 10.0 as force
        from held where record > first_record
        order by a, b, rule
    """)


def _case_force() -> str:
    return "case kind " + " ".join(f"when '{kind}' then {force}" for kind, force in FORCE.items()) + " end"


def _contradictions(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """Pairs of records that cannot be one person: split by hand, or in one group with another name or date of birth."""
    connection.execute("""
        create or replace temp table mixed as
        select grp from groups inner join records using (record) group by grp
        having count(distinct given_name) > 1 or count(distinct birth_date) > 1
        union
        select x.grp from splits inner join groups as x on x.record = splits.a
        inner join groups as y on y.record = splits.b where x.grp = y.grp;

        create or replace temp table mixed_records as
        select groups.grp, records.* from groups semi join mixed using (grp) inner join records using (record);

        create or replace temp table contradictions as
        select a.grp, a.record as a, b.record as b
        from mixed_records as a inner join mixed_records as b on a.grp = b.grp and a.record < b.record
        where (a.external_id is null or b.external_id is null or a.external_id != b.external_id)
            and (
                not same_birth_date(a.birth_date, b.birth_date)
                or not (
                    same_given(a.given_name, b.given_name, a.formals, b.formals)
                    or swapped(a.given_name, a.family_name, b.given_name, b.family_name)
                    or (a.email = b.email and damerau_levenshtein(a.given_name, b.given_name) = 1
                        and least(length(a.given_name), length(b.given_name)) >= 4)
                )
            )
    """)
    return connection.execute("select a, b from contradictions union select a, b from splits order by all").fetchall()


def _add_every_pair_of_torn_groups(connection: duckdb.DuckDBPyConnection) -> None:
    """Groups that must be torn need every edge, not just those to their first record; equal names join first."""
    connection.execute(f"""
        insert into key_edges
        select a.record, b.record, kind, value,
            {_case_force()} * 10.0
            + case when x.given_name = y.given_name then 4 else 0 end
            + case when x.family_name = y.family_name then 2 else 0 end
            + case when x.birth_date = y.birth_date then 1 else 0 end
        from members as a
        inner join members as b using (kind, value, key_number, holder)
        inner join mixed_records as x on x.record = a.record
        inner join mixed_records as y on y.record = b.record and x.grp = y.grp
        where a.record < b.record
            and (a.record, b.record) not in (select (a, b) from contradictions union select (a, b) from splits)
    """)


def register(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, np.ndarray]) -> None:
    """Write a temp table from columns."""
    connection.register("arriving", pl.DataFrame(columns).to_arrow())
    connection.execute(f"create or replace temp table {name} as select * from arriving")
    connection.unregister("arriving")

"""Candidates: which of the billions of possible pairs are worth comparing.

A rule names what two units must share to be compared. A value that too many share tells nobody apart: such a block is
skipped, and its members are still found by the other rules.
In: `all_units`, and `new_units` when only those are to be compared. Out: the temp tables `common_values`, `candidates`.
"""

from __future__ import annotations

import duckdb

LARGEST_BLOCK = 60
"""Units per value above which the value is too common when a model is trained: 60 units make 1,770 pairs."""
LARGEST_EVER = 1_000
"""A value that became this common only later is skipped at once, before it costs a night."""

ONE_EACH = {
    "national id": "national_id",
    "birth date and given name": "birth_date || left(given_name, 1)",
    "birth date and family name": "birth_date || left(family_name, 1)",
    "full name": "least(given_name, family_name) || ' ' || greatest(given_name, family_name)",
    "family name and postcode": "family_name || postcode",
    "given name and postcode": "given_name || postcode",
    "family name and organisation": "family_name || organisation_id",
    "given name and organisation": "given_name || organisation_id",
    "birth year and postcode": "left(birth_date, 4) || postcode",
    "birth year and city": "left(birth_date, 4) || city",
    "postcode and street": "postcode || left(street, 5)",
}
SEVERAL_EACH = {"phones": "''", "mailboxes": "''", "streets": "left(postcode, 2)"}
"""What a pair must share: an expression over one unit, or one of several values and what must be equal beside it.

A name and a city are not among them: they made nine pairs in ten and no link, because nobody is merged on so little.
"""


def find_common_values(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the temp table `common_values` (value): what too many units share to be worth a comparison.

    It is found once, with the model, so that a night which compares only new units leaves out the very same values.
    """
    connection.execute(f"""
        create or replace temp table common_values as
        select value from (select distinct unit, value from ({_listed()}))
        group by all having count(*) > {LARGEST_BLOCK} order by all
    """)


def find_candidates(connection: duckdb.DuckDBPyConnection, only_new: bool) -> int:
    """Write `candidates` (join_key_l, join_key_r, match_key), each pair once; returns their number.

    With `only_new`, every pair has at least one unit of the temp table `new_units`.
    """
    blocks = f"select distinct unit, value from ({_listed()}) anti join common_values using (value)"
    if only_new:
        # First what the new units share, which is little; then who else has it.
        blocks = f"""
            with fresh as materialized (
                select distinct value from ({_listed("units")}) semi join new_units using (unit)
                anti join common_values using (value)
            )
            select distinct unit, value, unit in (select unit from new_units) as is_new
            from ({_listed()}) semi join fresh using (value)"""
    connection.execute(f"""
        create or replace temp table blocks as
        select * from ({blocks}) qualify count(*) over (partition by value) between 2 and {LARGEST_EVER};

        create or replace temp table candidates as
        select l.unit as join_key_l, r.unit as join_key_r, '0' as match_key
        from blocks as l inner join blocks as r on l.value = r.value and l.unit < r.unit
        {"where l.is_new or r.is_new" if only_new else ""}
        group by all
    """)
    return connection.execute("select count(*) from candidates").fetchone()[0]


def _listed(table: str = "all_units") -> str:
    """Rows (unit, value) for everything that a unit can share; the value carries which rule it belongs to."""
    single = ", ".join(
        f"case when {shared} is not null then hash({number}, {shared}) end"
        for number, shared in enumerate(ONE_EACH.values())
    )
    lists = ", ".join(
        f"list_transform({column}, lambda shared: hash('{column}', shared, {beside}))"
        for column, beside in SEVERAL_EACH.items()
    )
    return f"""
        select unit, value
        from (select unit, unnest(list_concat([{single}], {lists})) as value from {table}) where value is not null
    """

"""Units of comparison: what the records of one group say together, so that evidence from several systems adds up.

A unit has a number made of its first contact and its evidence: it stays the same as long as nothing about it changes,
which is how a later night knows which units are new.
In: `records`, `groups`, and of earlier nights `unit_places` (unit, neighbourhood, contact_id) and `unit_traits`.
Out: the temp tables `units` of tonight's people and `kept_places` of all others, and the view `all_units` of both.
"""

from __future__ import annotations

import duckdb

MOST_PER_UNIT = 6
"""Phones, streets and mailboxes kept of a unit; who has more is a department."""


def make_units(connection: duckdb.DuckDBPyConnection) -> None:
    """Write `units`: one row per group that says enough about somebody to be compared at all."""
    latest = "max_by({0}, newness) filter ({0} is not null)".format
    several = f"list_sort(list(distinct {{0}}) filter ({{0}} is not null))[:{MOST_PER_UNIT}]".format
    connection.execute(f"""
        create or replace temp table units as
        with ranked as (
            select
                groups.grp,
                records.*,
                row_number() over (partition by grp order by last_at nulls first, record) as newness
            from groups inner join records using (record)
            where not is_desk
        ),
        merged as (
            select
                grp,
                max_by(given_name, (length(given_name) > 1, newness)) filter (given_name is not null) as given_name,
                {latest("family_name")} as family_name,
                {latest("birth_date")} as birth_date,
                {latest("national_id")} as national_id,
                {latest("phone")} as phone,
                {several("phone")} as phones,
                {latest("street")} as street,
                {several("street")} as streets,
                {latest("postcode")} as postcode,
                {latest("city")} as city,
                {several("mailbox_name")} as mailboxes,
                {latest("organisation_id")} as organisation_id,
                arg_min(contact_id, record) as contact_id
            from ranked group by grp
        ),
        telling as (
            select * from merged
            where (given_name is not null or family_name is not null)
                and coalesce(birth_date, national_id, phone, street, organisation_id, mailboxes[1]) is not null
        )
        select
            -- Of everything but its number among tonight's records, which moves with every record before it.
            md5_number_lower(to_json(struct_pack(
                contact_id, given_name, family_name, birth_date, national_id, phones, phone, streets, street, postcode,
                city, mailboxes, organisation_id
            ))) as unit,
            telling.*,
            given_name || ' ' || family_name as whole_name,
            coalesce(nicknames.formals, [telling.given_name]) as formals
        from telling left join nicknames on telling.given_name = nicknames.name
        order by grp;

        create or replace temp table kept_places as
        select * from unit_places anti join affected using (neighbourhood)
        where contact_id not in (select contact_id from live);

        create or replace temp view all_units as
        select * exclude (grp) from (select * from units union all by name select * from looked_units)
        union all by name
        select * from unit_traits semi join kept_places using (unit)
    """)

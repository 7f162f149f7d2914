"""Contacts as evidence: one row per contact with every trait in one spelling, ready to be compared.

In: the table `people` (PEOPLE). Out: the temp table `records`. Parsed phone numbers are kept between nights.
Stays out: which traits identify somebody (keys) and how much they weigh (model).
"""

from __future__ import annotations

import duckdb
import polars as pl

from orchestration.identity.phones import e164, region_of
from orchestration.identity.rules import Rules

PEOPLE = (
    "contact_id", "source_name", "email", "full_name", "given_name", "family_name", "phone", "country", "birth_date",
    "street_address", "postal_code", "city", "national_id", "external_id", "organisation_id", "created_at",
    "updated_at",
)  # fmt: skip
"""Columns of the table `people`, text but for the two timestamps (UTC). Only contact_id is never null."""


def make_records(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Write the temp table `records` from `people`; the temp table `phones` knows numbers parsed before."""
    _parse_new_phones(connection, rules)
    connection.execute("""
        create or replace temp table records as
        with spelled as (
            select
                row_number() over (order by people.contact_id) - 1 as record,
                people.contact_id,
                people.source_name,
                lower(trim(people.email)) as address,
                mailbox(lower(trim(people.email))) as email,
                coalesce(name_words(people.given_name)[1], given_of(people.full_name)) as given_name,
                coalesce(list_aggregate(name_words(people.family_name), 'string_agg', ''), family_of(people.full_name))
                    as family_name,
                phones.number as phone,
                nullif(regexp_replace(people.birth_date, '\\D', '', 'g'), '') as birth_date,
                plain(people.street_address) as street,
                nullif(regexp_replace(upper(people.postal_code), '[^A-Z0-9]', '', 'g'), '') as postcode,
                plain(people.city) as city,
                nullif(regexp_replace(upper(people.national_id), '[^A-Z0-9]', '', 'g'), '') as national_id,
                nullif(trim(people.external_id), '') as external_id,
                people.organisation_id,
                people.created_at,
                coalesce(people.updated_at, people.created_at) as last_at
            from people
            left join phones on people.phone = phones.text and coalesce(people.country, '') = phones.country
        )
        select
            spelled.*,
            coalesce(nicknames.formals, [spelled.given_name]) as formals
        from spelled
        left join nicknames on spelled.given_name = nicknames.name
        order by spelled.record
    """)


def _parse_new_phones(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    unknown = connection.execute("""
        select distinct people.phone, coalesce(people.country, '') as country
        from people
        anti join phones on people.phone = phones.text and coalesce(people.country, '') = phones.country
        where people.phone is not null
    """).fetchall()
    if not unknown:
        return
    regions = {country: region_of(country, rules.default_region) for _, country in unknown}
    parsed = [(text, country, e164(text, regions[country])) for text, country in unknown]
    arriving = pl.DataFrame(parsed, schema=dict.fromkeys(("text", "country", "number"), pl.String), orient="row")
    connection.register("arriving", arriving.to_arrow())
    connection.execute("insert into phones select * from arriving order by all")
    connection.unregister("arriving")

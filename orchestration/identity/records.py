"""Contacts as evidence: one row per contact with every trait in one spelling, ready to be compared.

In: the table `people` (PEOPLE), of which those in `batch` are looked at now. Out: the temp table `records`. Phone
numbers that were parsed stay known between nights.
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


EMAIL = "mailbox(lower(trim(people.email)))"
EXTERNAL_ID = "nullif(trim(people.external_id), '')"
PHONES = "people.phone = phones.text and coalesce(people.country, '') = phones.country"


def make_keys(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Write the temp table `records` with what others may share outright, and no names, which cost ten times that."""
    _parse_new_phones(connection, rules)
    connection.execute(f"""
        create or replace temp table records as
        select
            row_number() over (order by people.contact_id) - 1 as record,
            people.contact_id,
            {EMAIL} as email,
            phones.number as phone,
            {EXTERNAL_ID} as external_id
        from people
        semi join batch using (contact_id)
        left join phones on {PHONES}
    """)


def make_records(connection: duckdb.DuckDBPyConnection, rules: Rules, first: int = 0) -> None:
    """Write the temp table `records`, numbered from `first`; the temp table `phones` knows numbers parsed before."""
    _parse_new_phones(connection, rules)
    connection.execute(f"""
        create or replace temp table records as
        with worded as materialized (
            select
                row_number() over (order by people.contact_id) - 1 + {first} as record,
                people.*,
                {EMAIL} as mailbox,
                {EXTERNAL_ID} as external_key,
                phones.number,
                -- Names in cells of their own need no guessing where one ends and the other begins.
                name_words(people.given_name) as given_words,
                name_words(people.family_name) as family_words,
                case when people.given_name is null or people.family_name is null
                    then words_of(people.full_name) end as whole_words
            from people
            semi join batch using (contact_id)
            left join phones on {PHONES}
        ),
        spelled as materialized (
            select
                worded.record,
                worded.contact_id,
                worded.mailbox as email,
                coalesce(is_role(worded.mailbox), false) as is_desk,
                coalesce(given_words[1], whole_words[1]) as given_name,
                coalesce(list_aggregate(family_words, 'string_agg', ''),
                    case when len(whole_words) > 1 then whole_words[-1] end) as family_name,
                worded.number as phone,
                nullif(regexp_replace(worded.birth_date, '\\D', '', 'g'), '') as birth_date,
                plain(worded.street_address) as street,
                nullif(regexp_replace(upper(worded.postal_code), '[^A-Z0-9]', '', 'g'), '') as postcode,
                plain(worded.city) as city,
                nullif(regexp_replace(upper(worded.national_id), '[^A-Z0-9]', '', 'g'), '') as national_id,
                worded.external_key as external_id,
                worded.organisation_id,
                worded.created_at,
                coalesce(worded.updated_at, worded.created_at) as last_at
            from worded
        )
        select
            spelled.*,
            -- The mailbox says something of its own only where it is not just the name written in another way.
            case when regexp_matches(split_part(email, '@', 1), '\\d')
                or not (contains(split_part(email, '@', 1), coalesce(family_name, '@'))
                    or contains(split_part(email, '@', 1), coalesce(given_name, '@')))
                then split_part(email, '@', 1) end as mailbox_name,
            coalesce(nicknames.formals, [spelled.given_name]) as formals
        from spelled
        left join nicknames on spelled.given_name = nicknames.name
        order by spelled.record
    """)


def _parse_new_phones(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    unknown = connection.execute(f"""
        select distinct people.phone, coalesce(people.country, '') as country
        from people semi join batch using (contact_id)
        anti join phones on {PHONES}
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

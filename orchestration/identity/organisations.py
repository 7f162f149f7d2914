"""Organisations: which accounts of several systems are one company. A grain of its own beside people.

Never by name alone: two accounts are one when they share a domain, that of most of their people's addresses, and their
names agree once legal forms are gone. Free mail providers are nobody's domain, nor is one that several names use.
In: the table `accounts` (account_id, account_name, created_at) and `people`. Out: the temp table
`organisations_of_accounts` (account_id, organisation_id, rule, linked_to); an organisation keeps its id from night to
night, in `identity/organisations/` of the home.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

from data_quality.release import quoted
from orchestration import versions
from orchestration.identity.graph import components
from orchestration.identity.keys import register
from orchestration.identity.rules import Rules

LEGAL_FORMS = (
    "inc|incorporated|llc|llp|ltd|limited|plc|corp|corporation|co|company|gmbh|mbh|ag|kg|ohg|ug|se|sa|sas|sarl|srl|spa|"
    "bv|nv|ab|as|oy|aps|pty|pte|kk|the|and|und|et|y"
)
OF_MOST = 0.5
"""Share of an account's people whose addresses are of one domain, for it to be the account's own."""
FILE = "organisations.parquet"


def find_organisations(connection: duckdb.DuckDBPyConnection, area: Path, rules: Rules, name: str) -> int:
    """Write `organisations_of_accounts` and keep it for later nights; returns the number of organisations."""
    free = ", ".join(map(quoted, rules.free_mail_domains)) or "''"
    legal = f"regexp_replace(plain(account_name), '\\b({LEGAL_FORMS})\\b', ' ', 'g')"
    connection.execute(f"""
        create or replace temp table account_domains as
        with addresses as (
            select organisation_id as account_id, split_part(lower(trim(email)), '@', 2) as domain
            from people where organisation_id is not null and contains(email, '@')
        )
        select account_id, domain
        from (select account_id, domain, count(*) as users from addresses group by all)
        where domain not in ({free}) and domain != ''
        qualify users > {OF_MOST} * sum(users) over (partition by account_id);

        create or replace temp table companies as
        select row_number() over (order by account_id) - 1 as company, account_id, created_at, domain,
            nullif(trim(regexp_replace({legal}, ' +', ' ', 'g')), '') as name
        from accounts left join account_domains using (account_id);

        create or replace temp table company_pairs as
        select a.company as a, b.company as b
        from companies as a inner join companies as b using (domain)
        where a.company < b.company
            and (slipped(a.name, b.name) or starts_with(a.name, b.name || ' ') or starts_with(b.name, a.name || ' '))
            and a.domain not in (
                select domain from companies group by domain having count(distinct name) > {rules.names_per_key}
            )
        order by all
    """)
    [count] = connection.execute("select count(*) from companies").fetchone()
    pairs = connection.execute("select a, b from company_pairs order by a, b").fetchnumpy()
    labels = components(count, np.asarray(pairs["a"], np.int64), np.asarray(pairs["b"], np.int64))
    register(connection, "company_labels", {"company": np.arange(count), "label": labels})
    _read(connection, area)
    connection.execute("""
        create or replace temp table organisations_of_accounts as
        with grouped as (
            select label, account_id, before.organisation_id as id_before,
                (coalesce(created_at, timestamp '9999-01-01'), account_id) as age
            from companies inner join company_labels using (company)
            left join organisations_before as before using (account_id)
        ),
        named as (
            select label,
                -- The id that founded it stays; otherwise that of the oldest account.
                coalesce(
                    arg_min(account_id, age) filter (id_before = account_id),
                    arg_min(account_id, age)
                ) as organisation_id
            from grouped group by label
        )
        select account_id, organisation_id,
            case when account_id = organisation_id then 'founder' else 'domain_and_name' end as rule,
            case when account_id != organisation_id then organisation_id end as linked_to
        from grouped inner join named using (label) order by account_id
    """)
    _write(connection, area, name)
    return connection.execute("select count(distinct organisation_id) from organisations_of_accounts").fetchone()[0]


def _read(connection: duckdb.DuckDBPyConnection, area: Path) -> None:
    connection.execute(
        "create or replace temp table organisations_before (account_id varchar, organisation_id varchar)"
    )
    night = versions.newest(area / "organisations")
    if night:
        connection.execute(f"""
            insert into organisations_before
            select account_id, organisation_id from read_parquet('{night / FILE}')""")


def _write(connection: duckdb.DuckDBPyConnection, area: Path, name: str) -> None:
    different = connection.execute("""
        select count(*) from organisations_of_accounts as now
        full join organisations_before as before using (account_id)
        where now.organisation_id is distinct from before.organisation_id
    """).fetchone()[0]
    if different:

        def write(folder: Path) -> None:
            connection.execute(f"copy organisations_of_accounts to '{folder / FILE}' (format parquet)")

        versions.add(area / "organisations", name, write)
        versions.keep(area / "organisations", 7)

"""Between a run's warehouse and `resolve`: the people it reads from there, and the table that it leaves there.

Stays out: who is whom (resolve).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from orchestration.identity.organisations import find_organisations
from orchestration.identity.overrides import OWN, SEED, read_overrides
from orchestration.identity.resolve import Resolved, resolve, work_place
from orchestration.identity.rules import Rules
from orchestration.identity.spelling import teach

FOLDER = "identity"
"""Where a home keeps the ledger, the model and what a night remembers."""
PEOPLE_OF_WAREHOUSE = """
    select
        contacts.contact_id,
        contacts.source_name,
        contacts.email,
        contacts.full_name,
        details.given_name,
        details.family_name,
        contacts.phone,
        contacts.country,
        strftime(details.birth_date, '%Y%m%d') as birth_date,
        details.street_address,
        details.postal_code,
        details.city,
        details.national_id,
        details.external_id,
        contacts.account_id as organisation_id,
        contacts.created_at,
        contacts.updated_at
    from warehouse.intermediate.int_contacts_unioned as contacts
    left join warehouse.intermediate.int_contact_details_unioned as details using (contact_id)
"""


ACCOUNTS_OF_WAREHOUSE = "select account_id, account_name, created_at from warehouse.intermediate.int_accounts_unioned"


def resolve_in(
    build_file: Path,
    home: Path,
    project_dir: Path,
    rules: Rules,
    now: datetime,
    run_id: str,
    on_progress: Callable[[str], None] = lambda message: None,
) -> Resolved:
    """Resolve the people and organisations of a build file that nobody else has open; writes its schema `identity`."""
    overrides = read_overrides([project_dir / SEED, home / FOLDER / OWN])
    with work_place(build_file.with_name("identity.tmp")) as connection:
        connection.execute(f"attach '{build_file}' as warehouse")
        connection.execute(f"create temp table people as {PEOPLE_OF_WAREHOUSE}")
        connection.execute(f"create temp table accounts as {ACCOUNTS_OF_WAREHOUSE}")
        teach(connection, rules)
        find_organisations(connection, home / FOLDER, rules, f"{now:%Y%m%dT%H%M%S%f}-{run_id[:8]}")
        connection.execute("""
            update people set organisation_id = found.organisation_id from organisations_of_accounts as found
            where people.organisation_id = found.account_id and people.organisation_id != found.organisation_id
        """)
        resolved = resolve(connection, home / FOLDER, rules, overrides, now.replace(tzinfo=None), run_id, on_progress)
        connection.execute("create schema if not exists warehouse.identity")
        connection.execute("""
            create or replace table warehouse.identity.customers_of_contacts as
            select contact_id, customer_id, rule, linked_to, weight, since from customers_of_contacts
        """)
        connection.execute("""
            create or replace table warehouse.identity.organisations_of_accounts as from organisations_of_accounts
        """)
        connection.execute("detach warehouse")
    return resolved

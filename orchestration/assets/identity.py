"""Identity: the people of every system → customers, with the reason why and an id that outlives the night.

Stays out: who is whom (orchestration.identity).
"""

import dagster as dg

from orchestration.identity.rules import Rules
from orchestration.identity.warehouse import resolve_in
from orchestration.resources import Walk


@dg.multi_asset(
    name="identity",
    specs=[
        dg.AssetSpec(
            dg.AssetKey(["identity", "customers_of_contacts"]),
            group_name="identity",
            deps=[
                dg.AssetKey(["intermediate", "int_contacts_unioned"]),
                dg.AssetKey(["intermediate", "int_contact_details_unioned"]),
                dg.AssetKey(["intermediate", "int_accounts_unioned"]),
            ],
        )
    ],
)
def identity(context: dg.AssetExecutionContext, walk: Walk) -> dg.MaterializeResult:
    """One row per contact: its customer, and why."""
    rules = Rules.read(walk.project_path)
    resolved = resolve_in(
        walk.build_file, walk.home_path, walk.project_path, rules, walk.started_at, walk.run_id, context.log.info
    )
    context.log.info(
        f"{resolved.contacts:,} contacts are {resolved.customers:,} customers; {resolved.changed:,} contacts changed"
    )
    return dg.MaterializeResult(metadata=resolved.counts())

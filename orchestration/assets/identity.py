"""Identity: the people and accounts of every system → customers and organisations, with the reason and lasting ids.

Stays out: who is whom (orchestration.identity).
"""

import dagster as dg

from orchestration.identity.rules import Rules
from orchestration.identity.warehouse import resolve_in
from orchestration.resources import Walk

READS = ("int_contacts_unioned", "int_contact_details_unioned", "int_accounts_unioned")
CUSTOMERS, ORGANISATIONS = "customers_of_contacts", "organisations_of_accounts"


@dg.multi_asset(
    name="identity",
    specs=[
        dg.AssetSpec(
            dg.AssetKey(["identity", table]),
            group_name="identity",
            deps=[dg.AssetKey(["intermediate", model]) for model in READS],
        )
        for table in (CUSTOMERS, ORGANISATIONS)
    ],
)
def identity(context: dg.AssetExecutionContext, walk: Walk):
    """A row per contact with its customer and why, and one per account with its organisation."""
    rules = Rules.read(walk.project_path)
    resolved = resolve_in(
        walk.build_file, walk.home_path, walk.project_path, rules, walk.started_at, walk.run_id, context.log.info
    )
    context.log.info(
        f"{resolved.contacts:,} contacts are {resolved.customers:,} customers; {resolved.changed:,} contacts changed"
    )
    yield dg.MaterializeResult(asset_key=dg.AssetKey(["identity", CUSTOMERS]), metadata=resolved.counts())
    yield dg.MaterializeResult(asset_key=dg.AssetKey(["identity", ORGANISATIONS]))

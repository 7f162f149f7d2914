"""Salesforce: what a Data Export holds, object by object, of what has changed."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from orchestration.pull.auth import RenewedToken
from orchestration.pull.bulk_query import BulkQuery, land_bulk_query
from orchestration.pull.vendor import Vendor


def auth(credentials: Mapping[str, str], session: requests.Session) -> RenewedToken:
    return RenewedToken(
        access_token_url=f"{credentials['SALESFORCE_URL'].rstrip('/')}/services/oauth2/token",
        client_id=credentials["SALESFORCE_CLIENT_ID"],
        client_secret=credentials["SALESFORCE_CLIENT_SECRET"],
        session=session,
    )


SALESFORCE = Vendor(
    source="salesforce",
    auth=auth,
    endpoints=(
        BulkQuery("Account", "accounts", is_optional=False),
        BulkQuery("Contact", "contacts", is_optional=False),
        BulkQuery("Lead", "leads"),
        BulkQuery("Opportunity", "opportunities"),
        BulkQuery("OpportunityHistory", "opportunity_history"),
        BulkQuery("OpportunityContactRole", "opportunity_contact_roles"),
        BulkQuery("Task", "tasks"),
        BulkQuery("Event", "events"),
        BulkQuery("Campaign", "campaigns"),
        BulkQuery("CampaignMember", "campaign_members"),
        BulkQuery("Case", "cases"),
        BulkQuery("User", "users"),
    ),
    land=land_bulk_query,
)

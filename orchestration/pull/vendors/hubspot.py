"""HubSpot: CRM objects with their links and the histories that staging reads; owners and pipelines.

The object lists are read whole, and what has not changed since is left out here: they alone give the links between
records, and HubSpot's search, which could be asked for changes, ends after ten thousand records.
"""

from __future__ import annotations

from collections.abc import Mapping

import requests
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator, SinglePagePaginator

from orchestration.pull.endpoint import Endpoint
from orchestration.pull.vendor import Vendor

PROPERTIES = {
    "contacts": (
        "email firstname lastname phone mobilephone associatedcompanyid company hubspot_owner_id lifecyclestage "
        "hs_lead_status hs_analytics_source country createdate lastmodifieddate"
    ),
    "companies": (
        "name domain industry country city phone hubspot_owner_id hs_parent_company_id numberofemployees annualrevenue "
        "createdate hs_lastmodifieddate"
    ),
    "deals": (
        "dealname pipeline dealstage amount amount_in_home_currency deal_currency_code closedate createdate "
        "hs_is_closed hs_is_closed_won hs_deal_stage_probability hs_analytics_source hubspot_owner_id dealtype "
        "closed_lost_reason closed_won_reason hs_lastmodifieddate"
    ),
    "tickets": (
        "subject content hs_pipeline hs_pipeline_stage hs_ticket_priority hs_ticket_category source_type "
        "hubspot_owner_id hubspot_team_id createdate closed_date hs_lastmodifieddate"
    ),
    "calls": "hs_timestamp hs_call_title hs_call_direction hs_call_disposition hs_call_duration hubspot_owner_id",
    "meetings": "hs_timestamp hs_meeting_title hs_meeting_outcome hs_meeting_end_time hubspot_owner_id",
    "emails": "hs_timestamp hs_email_subject hs_email_direction hs_email_status hubspot_owner_id",
    "notes": "hs_timestamp hubspot_owner_id",
    "tasks": "hs_timestamp hs_task_subject hs_task_status hs_task_priority hs_task_type hubspot_owner_id",
}
HISTORIES = {
    "deals": "dealstage amount closedate hubspot_owner_id",
    "tickets": "hs_pipeline_stage hubspot_owner_id hubspot_team_id hs_ticket_priority",
}
MOST_WITH_HISTORY = 50
MOST = 100


def pages() -> JSONResponseCursorPaginator:
    return JSONResponseCursorPaginator("paging.next.after", "after")


def auth(credentials: Mapping[str, str], session: requests.Session) -> BearerTokenAuth:
    return BearerTokenAuth(credentials["HUBSPOT_ACCESS_TOKEN"])


def listed(words: str) -> str:
    return ",".join(words.split())


def objects(kind: str, is_archived: bool) -> Endpoint:
    """The living or the deleted records of one kind; of the deleted ones HubSpot keeps three months."""
    history = {"propertiesWithHistory": listed(HISTORIES[kind])} if kind in HISTORIES else {}
    return Endpoint(
        table=f"api_{kind}",
        label=f"archived {kind}" if is_archived else None,
        path=f"/crm/v3/objects/{kind}",
        rows="results",
        paginator=pages,
        params={
            "limit": MOST_WITH_HISTORY if history else MOST,
            "properties": listed(PROPERTIES[kind]),
            "associations": "contacts,companies,deals",
            "archived": str(is_archived).lower(),
            **history,
        },
        changed_at="archivedAt" if is_archived else "updatedAt",
        # Not every account has tickets, nor every key a look at e-mails.
        is_optional=kind not in ("contacts", "companies", "deals"),
        file=kind,
    )


def pipelines(kind: str) -> Endpoint:
    return Endpoint(
        table=f"api_{kind}_pipelines",
        path=f"/crm/v3/pipelines/{kind}s",
        rows="results",
        paginator=SinglePagePaginator,
        is_optional=kind != "deal",
        file=f"{kind}_pipelines",
    )


HUBSPOT = Vendor(
    source="hubspot",
    auth=auth,
    endpoints=(
        Endpoint(
            table="api_owners",
            path="/crm/v3/owners",
            rows="results",
            paginator=pages,
            params={"limit": MOST},
            file="owners",
        ),
        pipelines("deal"),
        pipelines("ticket"),
        *(objects(kind, is_archived) for kind in PROPERTIES for is_archived in (False, True)),
    ),
)

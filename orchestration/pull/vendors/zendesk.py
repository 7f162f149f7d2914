"""Zendesk Support: changed tickets with their audits, users, organisations, groups; ratings, hours, SLA policies.

A ticket's comments are events of its audits, so that one request per changed ticket brings both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import requests
from dlt.sources.helpers.rest_client.auth import HttpBasicAuth
from dlt.sources.helpers.rest_client.paginators import (
    JSONLinkPaginator,
    JSONResponseCursorPaginator,
    SinglePagePaginator,
)

from orchestration.pull.endpoint import Endpoint, epoch
from orchestration.pull.vendor import Vendor


class UntilEndOfStream(JSONLinkPaginator):
    """Incremental exports always name a next page; `end_of_stream` says that it would be empty."""

    def update_state(self, response: requests.Response, data: object = None) -> None:
        super().update_state(response, data)
        if response.json().get("end_of_stream", self._next_reference is None):
            self._has_next_page = False


def by_cursor() -> UntilEndOfStream:
    return UntilEndOfStream("after_url")


def by_time() -> UntilEndOfStream:
    return UntilEndOfStream("next_page")


def cursor_pages() -> JSONResponseCursorPaginator:
    return JSONResponseCursorPaginator("meta.after_cursor", "page[after]", has_more_path="meta.has_more")


def auth(credentials: Mapping[str, str], session: requests.Session) -> HttpBasicAuth:
    return HttpBasicAuth(f"{credentials['ZENDESK_EMAIL']}/token", credentials["ZENDESK_API_TOKEN"])


EVERYTHING = {"start_time": 0}
"""Incremental exports need a start; it is overruled by a cursor."""

AUDITS = Endpoint(
    table="ticket_audits",
    path="/api/v2/tickets/{id}/audits.json",
    rows="audits",
    paginator=cursor_pages,
    params={"page[size]": 100},
    # A deleted ticket has no audits any more.
    wanted=lambda ticket, since: ticket.get("status") != "deleted",
)

HOLIDAYS = Endpoint(
    table="holidays",
    path="/api/v2/business_hours/schedules/{id}/holidays.json",
    rows="holidays",
    paginator=SinglePagePaginator,
    repeats={"schedule_id": "id"},
)

ZENDESK = Vendor(
    source="zendesk",
    auth=auth,
    endpoints=(
        Endpoint(
            table="tickets",
            path="/api/v2/incremental/tickets/cursor.json",
            rows="tickets",
            paginator=by_cursor,
            params={**EVERYTHING, "per_page": 1000},
            since=epoch("start_time"),
            in_order_of="generated_timestamp",
            children=(AUDITS,),
        ),
        Endpoint(
            table="users",
            path="/api/v2/incremental/users/cursor.json",
            rows="users",
            paginator=by_cursor,
            params={**EVERYTHING, "per_page": 1000},
            since=epoch("start_time"),
            in_order_of="updated_at",
        ),
        Endpoint(
            table="organizations",
            path="/api/v2/incremental/organizations.json",
            rows="organizations",
            paginator=by_time,
            params=EVERYTHING,
            since=epoch("start_time"),
            in_order_of="updated_at",
        ),
        # A short list, which cannot be asked for changes.
        Endpoint(
            table="groups",
            path="/api/v2/groups.json",
            rows="groups",
            paginator=cursor_pages,
            params={"page[size]": 100},
            changed_at="updated_at",
        ),
        Endpoint(
            table="satisfaction_ratings",
            path="/api/v2/satisfaction_ratings.json",
            rows="satisfaction_ratings",
            paginator=cursor_pages,
            params={"page[size]": 100},
            since=epoch("start_time"),
            # A rating is made when it is offered and answered days later; the API asks by when it was made.
            overlap=timedelta(days=30),
            is_optional=True,
        ),
        Endpoint(
            table="schedules",
            path="/api/v2/business_hours/schedules.json",
            rows="schedules",
            paginator=SinglePagePaginator,
            children=(HOLIDAYS,),
            is_optional=True,
        ),
        Endpoint(
            table="sla_policies",
            path="/api/v2/slas/policies.json",
            rows="sla_policies",
            paginator=SinglePagePaginator,
            is_optional=True,
        ),
    ),
)

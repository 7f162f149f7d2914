"""Mailchimp: changed audience members; campaigns, and of the newest ones who got, opened, clicked and left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import requests
from dlt.sources.helpers.rest_client.auth import HttpBasicAuth
from dlt.sources.helpers.rest_client.paginators import OffsetPaginator

from orchestration.pull.client import Row
from orchestration.pull.endpoint import Endpoint, iso, moment
from orchestration.pull.vendor import Vendor

ANSWERED_WITHIN = timedelta(days=30)
"""Opens and clicks after a month are few. Until then the answers to a campaign are read whole every night, because a
recipient's newest record replaces the earlier ones."""


def by_offset() -> OffsetPaginator:
    return OffsetPaginator(limit=1000, limit_param="count", total_path="total_items")


def auth(credentials: Mapping[str, str], session: requests.Session) -> HttpBasicAuth:
    return HttpBasicAuth("rapport", credentials["MAILCHIMP_API_KEY"])


def may_still_be_answered(campaign: Row, since: datetime | None) -> bool:
    sent = campaign.get("send_time")
    return bool(sent) and (since is None or moment(sent) > since - ANSWERED_WITHIN)


def report(table: str, name: str, rows: str) -> Endpoint:
    return Endpoint(
        table=table,
        path=f"/3.0/reports/{{id}}/{name}",
        rows=rows,
        paginator=by_offset,
        wanted=may_still_be_answered,
    )


MEMBERS = Endpoint(
    table="members",
    path="/3.0/lists/{id}/members",
    rows="members",
    paginator=by_offset,
    # Newest first: who changes while we read moves to the front, and pushes others back instead of past us.
    params={"sort_field": "last_changed", "sort_dir": "DESC"},
    since=iso("since_last_changed"),
)

MAILCHIMP = Vendor(
    source="mailchimp",
    auth=auth,
    endpoints=(
        Endpoint(table=None, path="/3.0/lists", rows="lists", paginator=by_offset, children=(MEMBERS,)),
        Endpoint(
            table="api_campaigns",
            path="/3.0/campaigns",
            rows="campaigns",
            paginator=by_offset,
            children=(
                report("sent_to", "sent-to", "sent_to"),
                report("email_activity", "email-activity", "emails"),
                report("unsubscribes", "unsubscribed", "unsubscribes"),
            ),
            file="campaigns",
        ),
    ),
)

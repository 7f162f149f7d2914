"""Salesforce's Bulk API 2.0: a query is a job that one waits for, and its result is CSV in pages.

Stays out: which objects are asked for (vendors.salesforce).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import requests

from orchestration.pull.arrivals import Arrivals
from orchestration.pull.client import server_time
from orchestration.pull.context import Pull
from orchestration.pull.endpoint import OVERLAP
from orchestration.pull.failures import PullFailed

API = "/services/data/v62.0"
NOT_IN_CSV = ("address", "location", "base64")
"""Types of fields that a bulk query refuses: compounds, whose parts are fields of their own, and files."""
PAGE_ROWS = 50_000
LONGEST_WAIT_BETWEEN = 30.0
MOST_WAITS = 150
"""More than an hour. A job that takes longer is asked for again tomorrow."""


@dataclass(frozen=True)
class BulkQuery:
    """All fields of an object's records, deleted ones included: new fields come by themselves."""

    object: str
    table: str
    is_optional: bool = True
    overlap: timedelta = OVERLAP
    suffix: str = "csv"

    @property
    def name(self) -> str:
        return self.table

    @property
    def stem(self) -> str:
        return self.object


def land_bulk_query(query: BulkQuery, pull: Pull, arrivals: Arrivals) -> None:
    """Lands what has changed since the query's cursor as one CSV file. Raises PullFailed."""
    since = pull.start_of(query.name, query.overlap)
    asked = pull.client.request(
        "POST", f"{API}/jobs/query", json={"operation": "queryAll", "query": _soql(query, pull, since)}
    )
    job = f"{API}/jobs/query/{asked.json()['id']}"
    promised = _wait_for(job, pull)
    header, rows = b"", 0
    for page in _pages(job, pull):
        own_header, _, below = page.content.partition(b"\n")
        # Every page is a CSV of its own, with its header.
        content = below if own_header == header else page.content
        header = header or own_header
        rows += (count := int(page.headers["Sforce-NumberOfRecords"]))
        if count:
            arrivals.write(query.table, query.stem, query.suffix, content, count)
    if rows != promised:
        raise PullFailed(f"{query.object}: the job has {promised} records, but its result holds {rows}")
    pull.arrived(arrivals, query.name, server_time(asked) or pull.now)


def _soql(query: BulkQuery, pull: Pull, since: datetime | None) -> str:
    described = pull.client.request("GET", f"{API}/sobjects/{query.object}/describe").json()
    fields = [field["name"] for field in described["fields"] if field["type"] not in NOT_IN_CSV]
    changed = f" where SystemModstamp >= {since:%Y-%m-%dT%H:%M:%SZ}" if since else ""
    return f"select {', '.join(fields)} from {query.object}{changed}"


def _wait_for(job: str, pull: Pull) -> int:
    """Waits until a job is done; returns the number of its records."""
    wait = 1.0
    for _ in range(MOST_WAITS):
        said = pull.client.request("GET", job).json()
        if said["state"] == "JobComplete":
            return int(said["numberRecordsProcessed"])
        if said["state"] in ("Failed", "Aborted"):
            raise PullFailed(f"{said.get('object', job)}: the job ended as {said['state']}: {said.get('errorMessage')}")
        pull.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT_BETWEEN)
    raise PullFailed(f"{job}: the job did not end in time")


def _pages(job: str, pull: Pull) -> Iterator[requests.Response]:
    params = {"maxRecords": PAGE_ROWS}
    while True:
        page = pull.client.request("GET", f"{job}/results", params=params, headers={"Accept": "text/csv"})
        yield page
        locator = page.headers.get("Sforce-Locator", "null")
        if locator == "null":
            return
        params = {"maxRecords": PAGE_ROWS, "locator": locator}

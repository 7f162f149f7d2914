"""Landing a list: its pages, and those below each of its rows, as NDJSON of the objects as the API gave them.

Stays out: APIs that do not answer in pages of JSON (bulk_query).
"""

from __future__ import annotations

import json
from datetime import datetime

from orchestration.pull.arrivals import Arrivals
from orchestration.pull.client import Row
from orchestration.pull.context import Pull
from orchestration.pull.endpoint import Endpoint, moment

PART_ROWS = 10_000
"""A list in order lands in parts of at least so many rows, so that a first pull of years can be cut and goes on."""


def land_list(endpoint: Endpoint, pull: Pull, arrivals: Arrivals) -> None:
    """Lands what has changed since the endpoint's cursor. Raises PullFailed; parts that landed before stay."""
    since = pull.start_of(endpoint.name, endpoint.overlap)
    reached, last = None, None
    for page in endpoint.pages(pull.client, since):
        # The first answer's time: what changes while we read on is asked for again the next time.
        reached = reached or page.at
        for row in page.rows:
            _write(row, endpoint, pull, since, arrivals)
            last = row.get(endpoint.in_order_of, last)
        if last is not None and arrivals.rows >= PART_ROWS:
            pull.arrived(arrivals, endpoint.name, min(moment(last), reached or pull.now))
    pull.arrived(arrivals, endpoint.name, reached or pull.now)


def _write(row: Row, endpoint: Endpoint, pull: Pull, since: datetime | None, arrivals: Arrivals) -> None:
    """Writes a row and all rows below it."""
    for child in endpoint.children:
        if child.wanted(row, since):
            for page in child.pages(pull.client, since, row):
                for below in page.rows:
                    _write(below, child, pull, since, arrivals)
    if endpoint.table:
        root = pull.tables[endpoint.table].ingest.root
        line = json.dumps({root: row} if root else row) + "\n"
        arrivals.write(endpoint.table, endpoint.stem, endpoint.suffix, line.encode())

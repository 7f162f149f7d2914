"""One pull of one source: every list in turn, what failed in words, and a note of how far one got.

Stays out: which lists there are (vendors, contracts), how one lands (lists, bulk_query, postgres).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from data_quality.contracts import SourceTable
from orchestration.pull.arrivals import Arrivals
from orchestration.pull.client import Api, Sleep, polite_session
from orchestration.pull.context import Pull, Pulled
from orchestration.pull.failures import CredentialsRefused, NotOffered, PullFailed
from orchestration.pull.postgres import database_tables, land_table
from orchestration.pull.progress import read_progress
from orchestration.pull.vendors import VENDORS
from orchestration.settings import DSN


def pull_source(
    source: str,
    credentials: Mapping[str, str],
    tables: list[SourceTable],
    home: Path,
    now: datetime,
    since: datetime | None = None,
    sleep: Sleep = time.sleep,
    on_progress: Callable[[str], None] = lambda words: None,
) -> Pulled:
    """Pulls every list of a source. One that fails is told in `failures` and does not keep the others away.

    `now` and `since` are aware. Rows that were pulled before land again within the overlap; loads merge them by key.
    """
    client, endpoints, land = _what_to_ask(source, credentials, tables, sleep)
    pull = Pull(
        client=client,
        tables={table.name: table for table in tables if table.source == source},
        progress=read_progress(home, source),
        pulled=Pulled(source),
        now=now,
        since=since,
        sleep=sleep,
    )
    for endpoint in endpoints:
        before = sum(pull.pulled.rows.values())
        try:
            with Arrivals(home / "landing", source, now) as arrivals:
                land(endpoint, pull, arrivals)
        except NotOffered as failure:
            if not endpoint.is_optional:
                pull.pulled.failures.append(str(failure))
            on_progress(f"{source}: {failure}: passed over")
            continue
        except PullFailed as failure:
            pull.pulled.failures.append(str(failure))
            if isinstance(failure, CredentialsRefused):
                break
        except (LookupError, TypeError, ValueError, AttributeError) as fault:
            # The API has changed what we lean on: its other lists, and the night, go on without this one.
            what = f"{type(fault).__name__} {fault}"
            pull.pulled.failures.append(f"{endpoint.name}: an answer is not of the form that is known: {what}")
        on_progress(f"{source}: {endpoint.name}: {sum(pull.pulled.rows.values()) - before:,} rows")
    pull.progress.ended(now, pull.pulled.failures)
    return pull.pulled


def _what_to_ask(
    source: str, credentials: Mapping[str, str], tables: list[SourceTable], sleep: Sleep
) -> tuple[Any, Sequence[Any], Callable[[Any, Pull, Arrivals], None]]:
    """What is asked, for which lists, and how one of them lands."""
    if DSN in credentials:
        return credentials[DSN], database_tables(tables, source), land_table
    vendor = VENDORS[source]
    url = credentials[f"{source.upper()}_URL"]
    session = polite_session(url, sleep)
    return Api(url, session, vendor.auth(credentials, session)), vendor.endpoints, vendor.land

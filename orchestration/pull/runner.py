"""One pull of one API: every endpoint in turn, what failed in words, and a note of how far one got.

Stays out: which endpoints there are (vendors), how a list lands (lists), which sources are pulled tonight (pull).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from data_quality.contracts import SourceTable
from orchestration.pull.arrivals import Arrivals
from orchestration.pull.client import Api, Sleep, polite_session
from orchestration.pull.context import Pull, Pulled
from orchestration.pull.failures import CredentialsRefused, NotOffered, PullFailed
from orchestration.pull.progress import read_progress
from orchestration.pull.vendor import Vendor


def pull_api(
    vendor: Vendor,
    credentials: Mapping[str, str],
    tables: list[SourceTable],
    home: Path,
    now: datetime,
    since: datetime | None = None,
    sleep: Sleep = time.sleep,
    on_progress: Callable[[str], None] = lambda words: None,
) -> Pulled:
    """Pulls every endpoint of a vendor. One that fails is told in `failures` and does not keep the others away.

    `now` and `since` are aware. Rows that were pulled before land again within the overlap; loads merge them by key.
    """
    url = credentials[f"{vendor.source.upper()}_URL"]
    session = polite_session(url, sleep)
    pull = Pull(
        api=Api(url, session, vendor.auth(credentials, session)),
        tables={table.name: table for table in tables if table.source == vendor.source},
        progress=read_progress(home, vendor.source),
        pulled=Pulled(vendor.source),
        now=now,
        since=since,
        sleep=sleep,
    )
    for endpoint in vendor.endpoints:
        before = sum(pull.pulled.rows.values())
        try:
            with Arrivals(home / "landing", vendor.source, now) as arrivals:
                vendor.land(endpoint, pull, arrivals)
        except NotOffered as failure:
            if not endpoint.is_optional:
                pull.pulled.failures.append(str(failure))
            on_progress(f"{vendor.source}: {failure}: passed over")
            continue
        except PullFailed as failure:
            pull.pulled.failures.append(str(failure))
            if isinstance(failure, CredentialsRefused):
                break
        except (LookupError, TypeError, ValueError, AttributeError) as fault:
            # The API has changed what we lean on: its other lists, and the night, go on without this one.
            what = f"{type(fault).__name__} {fault}"
            pull.pulled.failures.append(f"{endpoint.name}: an answer is not of the form that is known: {what}")
        on_progress(f"{vendor.source}: {endpoint.name}: {sum(pull.pulled.rows.values()) - before:,} rows")
    pull.progress.ended(now, pull.pulled.failures)
    return pull.pulled

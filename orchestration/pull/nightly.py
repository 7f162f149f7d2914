"""What is pulled tonight: every source whose credentials are set. A source that fails is stale, not a red night.

Stays out: how one source is pulled (runner).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from data_quality.contracts import SourceTable
from orchestration.pull.client import Sleep
from orchestration.pull.context import Pulled
from orchestration.pull.runner import pull_source


def pull_sources(
    credentials: Mapping[str, Mapping[str, str]],
    tables: list[SourceTable],
    home: Path,
    now: datetime,
    since: datetime | None = None,
    sleep: Sleep = time.sleep,
    on_progress: Callable[[str], None] = lambda words: None,
) -> list[Pulled]:
    """Pulls each source of `credentials` (source → name → value). `now` and `since` are aware."""
    return [
        pull_source(source, credentials[source], tables, home, now, since, sleep, on_progress)
        for source in sorted(credentials)
    ]

"""What is fetched tonight: every source that is set up. A source that fails is stale, not a red night.

Stays out: how one source is pulled (runner), or its remote folder copied (remote_folder).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from datetime import datetime

from data_quality.contracts import SourceTable
from orchestration.pull.client import Sleep
from orchestration.pull.context import Pulled
from orchestration.pull.remote_folder import fetch_folder
from orchestration.pull.runner import pull_source
from orchestration.settings import Settings


def pull_sources(
    settings: Settings,
    tables: list[SourceTable],
    now: datetime,
    names: Collection[str] = (),
    since: datetime | None = None,
    sleep: Sleep = time.sleep,
    on_progress: Callable[[str], None] = lambda words: None,
) -> list[Pulled]:
    """Pulls each of the named sources that is set up (default: all), and copies its remote folder.

    `now` and `since` are aware; `since` is for what is asked by time, a folder remembers its files.
    """
    home, chosen = settings.home, [name for name in settings.fetched if not names or name in names]
    pulls = [
        pull_source(name, settings.credentials[name], tables, home, now, since, sleep, on_progress)
        for name in chosen
        if name in settings.credentials
    ]
    folders = [
        fetch_folder(name, settings.landing_urls[name], settings.landing_access, home, now, on_progress)
        for name in chosen
        if name in settings.landing_urls
    ]
    return pulls + folders

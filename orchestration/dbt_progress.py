"""What a person sees of dbt's thousands of events: how far it is, and every result that is not well.

Stays out: the log of every model and test, which the run's folder keeps (dbt_log).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

RESULTS = ("LogModelResult", "LogSeedResult", "LogTestResult")
EVERY = 50


class DbtProgress:
    """A callback for dbt's events that counts results and passes on what needs attention."""

    def __init__(self, say: Callable[[str], None], warn: Callable[[str], None]) -> None:
        # dbt calls from its own threads; `next` of a count is one step for all of them.
        self._say, self._warn, self._numbers = say, warn, itertools.count(1)

    def __call__(self, event: Any) -> None:
        if event.info.name not in RESULTS:
            return
        number = next(self._numbers)
        if number % EVERY == 0:
            of = event.data.num_models if event.info.name == "LogTestResult" else event.data.total
            self._say(f"{number} of {of} models and tests")
        if event.info.level in ("warn", "error"):
            self._warn(f"{event.data.node_info.node_name}: {event.data.status} ({event.info.msg.strip(' .')})")

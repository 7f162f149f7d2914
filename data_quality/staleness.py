"""Whether a source still brings something new, by the limits of dbt's `freshness`.

A file that is there again unchanged is nothing new. The tables of a source that share a limit are judged together, by
the newest of them: a list of campaigns may stay as it is for weeks while the export is alive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby

from data_quality.arrivals import Arrivals
from data_quality.contracts import Freshness
from data_quality.results import GateResult


def staleness_results(arrivals: Iterable[Arrivals], now: datetime) -> Iterator[GateResult]:
    """One result per source and limit, on the table that brought something last. `now` is naive UTC.

    What has never brought anything is not stale: it is not there.
    """
    alive = [one for one in arrivals if one.table.freshness and one.nights]
    alive.sort(key=lambda one: (one.table.source, str(one.table.freshness), one.loads[-1]["loaded_at"], one.name))
    for _, group in groupby(alive, key=lambda one: (one.table.source, one.table.freshness)):
        *_, newest = group
        yield _judged(newest, newest.table.freshness, max(now - newest.loads[-1]["loaded_at"], timedelta()))


def _judged(newest: Arrivals, limits: Freshness, age: timedelta) -> GateResult:
    severity, limit = "warn", limits.warn_after or limits.error_after
    if limits.error_after is not None and (age > limits.error_after or limits.warn_after is None):
        severity, limit = "error", limits.error_after
    return GateResult(
        gate_name="exports",
        check_name="freshness",
        table_name=newest.name,
        severity=severity,
        is_passed=limit is None or age <= limit,
        observed=f"nothing new from {newest.table.source} for {_in_words(age)}",
        expected=f"something new every {_in_words(limit)}" if limit else "no limit",
    )


def _in_words(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours:,.0f} hours" if hours < 72 else f"{hours / 24:,.0f} days"

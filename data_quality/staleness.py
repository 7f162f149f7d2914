"""Whether a source still brings something new, by the limits of dbt's `freshness`.

A file that is there again unchanged is nothing new. The tables of a source that share a limit are judged together, by
the newest of them: a list of campaigns may stay as it is for weeks while the export is alive.
A limit gives way to the rhythm in which the source used to come: who exports once a month is not late after a week. It
stops a run only once there is a rhythm to fall out of; before that it warns.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from statistics import median

from data_quality.arrivals import Arrivals
from data_quality.contracts import Freshness
from data_quality.results import GateResult

RHYTHM_NIGHTS = 3
"""Nights that brought something, from which on a source has a rhythm."""
RHYTHMS = 1.5
"""A source is late when it has missed an arrival by half the time between them."""


def staleness_results(
    arrivals: Iterable[Arrivals], now: datetime, retired: Container[str] = ()
) -> Iterator[GateResult]:
    """One result per source and limit, on the table that brought something last. `now` is naive UTC.

    What has never brought anything is not stale: it is not there. Nor is a source that the company has `retired`.
    """
    alive = [one for one in arrivals if one.table.freshness and one.nights and one.table.source not in retired]
    alive.sort(key=lambda one: (one.table.source, str(one.table.freshness), one.loads[-1]["loaded_at"], one.name))
    for _, group in groupby(alive, key=lambda one: (one.table.source, one.table.freshness)):
        together = list(group)
        newest = together[-1]
        age = max(now - newest.loads[-1]["loaded_at"], timedelta())
        yield _judged(newest, newest.table.freshness, _rhythm(together), age)


def _rhythm(together: Iterable[Arrivals]) -> timedelta | None:
    """The usual time between two nights that brought something; None while too few did."""
    nights = sorted({night[-1]["loaded_at"] for one in together for night in one.nights})
    gaps = [later - earlier for earlier, later in pairwise(nights)]
    return median(gaps) if len(nights) >= RHYTHM_NIGHTS else None


def _judged(newest: Arrivals, limits: Freshness, rhythm: timedelta | None, age: timedelta) -> GateResult:
    warn_after, error_after = (
        limit and max(limit, RHYTHMS * (rhythm or timedelta())) for limit in (limits.warn_after, limits.error_after)
    )
    severity, limit = "warn", warn_after or error_after
    if rhythm is not None and error_after is not None and (age > error_after or warn_after is None):
        severity, limit = "error", error_after
    source = newest.table.source
    return GateResult(
        gate_name="exports",
        check_name="freshness",
        table_name=newest.name,
        severity=severity,
        is_passed=limit is None or age <= limit,
        observed=f"nothing new from {source} for {_in_words(age)}",
        expected=(
            f"something new every {_in_words(limit)}; RAPPORT_RETIRED_SOURCES={source} if nothing more will come"
            if limit
            else "no limit"
        ),
    )


def _in_words(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours:,.0f} hours" if hours < 72 else f"{hours / 24:,.0f} days"

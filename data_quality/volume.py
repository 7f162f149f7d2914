"""Whether a night brought about as many rows of a table as its nights do.

Counts differ by factors, so they are compared as logarithms: the distance from the median in median absolute
deviations, which a few odd nights in the past cannot move. Stays out: which rows they are.
"""

from __future__ import annotations

from datetime import timedelta
from math import exp, log
from statistics import median

from data_quality.arrivals import Arrivals
from data_quality.loads import is_pulled
from data_quality.results import GateResult
from data_quality.suites import (
    VOLUME_ALIKE,
    VOLUME_FACTOR,
    VOLUME_JUDGED_NIGHTS,
    VOLUME_JUDGED_ROWS,
    VOLUME_NIGHTS,
    VOLUME_SPREADS,
)

A_WEEK = timedelta(days=7)
TO_SPREAD = 1.4826
"""Median absolute deviation → standard deviation of a normal distribution."""


def volume_result(arrivals: Arrivals) -> GateResult:
    """One result on the newest night; rows read count, so that a night in quarantine is not called a small one.

    An error once a whole week has been seen, since the first weekend may be unlike all days before it; till then, a
    warning. Always one where all of it was pulled: how much changes in a day is up to people, who may change
    everything at once or ask for years again, and a pull that is cut short does not land.
    """
    past = arrivals.nights_before[-VOLUME_NIGHTS:]
    newest = arrivals.nights[-1] if arrivals.nights else []
    if not newest or all(map(arrivals.is_accepted, newest)):
        return _result(arrivals, "nothing new", "rows as usual")
    counts = [_rows(night) for night in past]
    rows = _rows(newest)
    if len(past) < VOLUME_JUDGED_NIGHTS or median(counts) < VOLUME_JUDGED_ROWS:
        return _result(arrivals, f"{rows:,} rows", f"judged from {VOLUME_JUDGED_NIGHTS} nights of some size on")
    logs = [log(max(count, 1)) for count in counts]
    centre = median(logs)
    spread = TO_SPREAD * median(abs(one - centre) for one in logs)
    reach = max(log(arrivals.table.ingest.volume_factor or VOLUME_FACTOR), VOLUME_SPREADS * spread)
    distance = abs(log(max(rows, 1)) - centre)
    alike = sum(abs(log(max(rows, 1)) - one) <= log(VOLUME_ALIKE) for one in logs)
    has_seen_a_week = newest[0]["loaded_at"] - past[0][0]["loaded_at"] >= A_WEEK
    # Weekends are small every week: two nights of the kind make it usual, one may have been a mistake.
    is_usual = distance <= reach or alike >= 2
    expected = (
        f"{exp(centre - reach):,.0f} to {exp(centre + reach):,.0f} rows, as in {len(past)} nights before; "
        "ingest.volume_factor widens that"
    )
    severity = "error" if has_seen_a_week and not all(map(is_pulled, newest)) else "warn"
    return _result(arrivals, f"{rows:,} rows", expected, is_usual, severity)


def _rows(night: list[dict]) -> int:
    return sum(load["rows_read"] for load in night)


def _result(
    arrivals: Arrivals, observed: str, expected: str, is_passed: bool = True, severity: str = "error"
) -> GateResult:
    return GateResult("exports", "volume", arrivals.name, severity, is_passed, observed, expected)

"""Whether a full snapshot still has the records of the one before: a file that was cut looks like many deletions.

Stays out: which records count as deleted (the dbt macro raw).
"""

from __future__ import annotations

import duckdb

from data_quality.arrivals import Arrivals
from data_quality.release import quoted
from data_quality.results import GateResult
from data_quality.suites import SNAPSHOT_JUDGED_KEYS, SNAPSHOT_MAY_LOSE


def lost_keys_result(con: duckdb.DuckDBPyConnection, arrivals: Arrivals) -> GateResult | None:
    """One result for a snapshot table that has loads; None for others. Without a declared key rows are counted.

    The newest load is measured by the snapshot that readers see, so that a second cut file is not excused by the first;
    before the first release, by the load before it.
    """
    if arrivals.table.ingest.load != "snapshot" or not arrivals.loads:
        return None
    newest = arrivals.loads[-1]
    before = [load for load in arrivals.loads[:-1] if arrivals.released is None or arrivals.is_accepted(load)]
    if not before or arrivals.is_accepted(newest):
        return _result(arrivals, "nothing to compare with", "the records of the snapshot before", True, None)
    had, lost = _counted(con, arrivals, before[-1], newest)
    share = lost / had if had else 0.0
    may_lose = SNAPSHOT_MAY_LOSE if arrivals.table.ingest.may_lose is None else arrivals.table.ingest.may_lose
    what = "records" if arrivals.table.ingest.key else "rows"
    return _result(
        arrivals,
        f"{share:.0%} of the {had:,} {what} of {before[-1]['file']} are gone from {newest['file']}",
        f"at most {may_lose:.0%}, or ingest.may_lose",
        had < SNAPSHOT_JUDGED_KEYS or share <= may_lose,
        lost,
    )


def _counted(con: duckdb.DuckDBPyConnection, arrivals: Arrivals, before: dict, newest: dict) -> tuple[int, int]:
    """How many records the snapshot before had, and how many of them are gone."""
    keys = ", ".join(f'"{column}"' for column in arrivals.table.ingest.key)
    if not keys:
        return before["rows_read"], max(0, before["rows_read"] - newest["rows_read"])

    def records(load: dict) -> str:
        return f"SELECT DISTINCT {keys} FROM {arrivals.relation} WHERE _load_id = {quoted(load['load_id'])}"

    counts = f"SELECT (SELECT count(*) FROM ({records(before)})), (SELECT count(*) FROM ({{}}))"
    return con.execute(counts.format(f"{records(before)} EXCEPT {records(newest)}")).fetchone()


def _result(arrivals: Arrivals, observed: str, expected: str, is_passed: bool, lost: int | None) -> GateResult:
    return GateResult("exports", "snapshot_keeps_records", arrivals.name, "error", is_passed, observed, expected, lost)

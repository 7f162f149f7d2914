"""Whether new files bring rows that earlier files brought already: where every row counts, they would count twice.

Stays out: the same file under another name, which intake recognises by its content.
"""

from __future__ import annotations

import duckdb

from data_quality.arrivals import Arrivals
from data_quality.release import quoted
from data_quality.results import GateResult
from data_quality.suites import REPEATS_JUDGED_ROWS, REPEATS_TOLERATED


def repeats_result(con: duckdb.DuckDBPyConnection, arrivals: Arrivals) -> GateResult | None:
    """One result for an append table with loads that readers have not seen; None for others.

    A row repeats when all its declared columns are those of a row in another, earlier load.
    """
    if arrivals.table.ingest.load != "append" or not arrivals.new_loads or arrivals.table.ingest.may_repeat == 1:
        return None
    new = ", ".join(quoted(load["load_id"]) for load in arrivals.new_loads)
    cells = ", ".join(f'"{name}"' for name in arrivals.table.column_names)
    repeated, rows = con.execute(
        f"""WITH raw AS (
                SELECT hash({cells}) AS content, _load_id, _loaded_at, _load_id IN ({new}) AS is_new
                FROM {arrivals.relation}
            ),
            first_seen AS (
                SELECT content, arg_min(_load_id, _loaded_at) AS _load_id FROM raw GROUP BY content
            )
            SELECT count(*) FILTER (raw._load_id <> first_seen._load_id), count(*)
            FROM raw JOIN first_seen USING (content) WHERE is_new"""
    ).fetchone()
    may_repeat = arrivals.table.ingest.may_repeat
    may_repeat = REPEATS_TOLERATED if may_repeat is None else may_repeat
    share = repeated / rows if rows else 0.0
    return GateResult(
        gate_name="exports",
        check_name="rows_are_new",
        table_name=arrivals.name,
        severity="error" if rows >= REPEATS_JUDGED_ROWS else "warn",
        is_passed=share <= may_repeat,
        observed=f"{share:.0%} of the {rows:,} new rows stand in an earlier file; new are {_named(arrivals.new_loads)}",
        expected=f"at most {may_repeat:.0%}, or ingest.may_repeat (to take a load back, remove its file from landing/ "
        "and its folder from raw/)",
        failing_rows=repeated,
    )


def _named(loads: list[dict], most: int = 3) -> str:
    named = [f"{load['file']} (load_id={load['load_id']})" for load in loads[:most]]
    return ", ".join(named) + (f" and {len(loads) - most} more" if len(loads) > most else "")

"""How much of a table's newest rows intake had to quarantine.

Rows that were mended and replayed count as loaded. Stays out: the thresholds' meaning (suites) and intake itself.
"""

from __future__ import annotations

from pathlib import Path

from data_quality.contracts import SourceTable
from data_quality.loads import nights, past_loads
from data_quality.results import GateResult
from data_quality.suites import QUARANTINE_ERROR, QUARANTINE_JUDGED_ROWS, QUARANTINE_WARN


def quarantine_result(home: Path, table: SourceTable) -> GateResult:
    """One result: an error above QUARANTINE_ERROR, a warning above QUARANTINE_WARN, passed otherwise.

    The newest loads count, going back until they hold QUARANTINE_JUDGED_ROWS rows; loads of one run count together.
    """
    rows_read = rows_quarantined = 0
    for night in reversed(nights(past_loads(home, table.source, table.name))):
        if rows_read >= QUARANTINE_JUDGED_ROWS:
            break
        rows_read += sum(load["rows_read"] for load in night)
        rows_quarantined += sum(load["rows_quarantined"] for load in night)
    share = rows_quarantined / rows_read if rows_read else 0.0
    severity, limit = ("error", QUARANTINE_ERROR) if share > QUARANTINE_ERROR else ("warn", QUARANTINE_WARN)
    return GateResult(
        gate_name="exports",
        check_name="quarantine_rate",
        table_name=f"{table.source}.{table.name}",
        severity=severity,
        is_passed=share <= limit,
        observed=f"{share:.2%} of the newest {rows_read} rows",
        expected=f"at most {limit:.0%}",
        failing_rows=rows_quarantined,
    )

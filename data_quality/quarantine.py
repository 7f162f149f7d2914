"""How much of a table's newest rows intake had to quarantine.

Belongs here: reading the load manifests under `raw/`. Stays out: the thresholds' meaning (suites) and intake itself.
"""

from __future__ import annotations

import json
from pathlib import Path

from data_quality.contracts import SourceTable
from data_quality.results import GateResult
from data_quality.suites import QUARANTINE_ERROR, QUARANTINE_JUDGED_ROWS, QUARANTINE_WARN


def quarantine_result(home: Path, table: SourceTable) -> GateResult:
    """One result: an error above QUARANTINE_ERROR, a warning above QUARANTINE_WARN, passed otherwise.

    The newest loads count, going back until they hold QUARANTINE_JUDGED_ROWS rows; loads of one run count together.
    """
    folder = Path(home) / "raw" / table.source / table.name
    loads = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("load_id=*/load.json"))]
    rows_read = rows_quarantined = 0
    for moment in sorted({str(load["loaded_at"]) for load in loads}, reverse=True):
        if rows_read >= QUARANTINE_JUDGED_ROWS:
            break
        run = [load for load in loads if str(load["loaded_at"]) == moment]
        rows_read += sum(load["rows_read"] for load in run)
        rows_quarantined += sum(load["rows_quarantined"] for load in run)
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

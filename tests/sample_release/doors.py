"""What the two doors would have reported of the sample: gate results and loads."""

from __future__ import annotations

from data_quality.results import GateResult

GATES = (
    GateResult("exports", "required_not_null", "shopify.orders", "error", True, "0 rows", "a value in order_name", 0),
    GateResult("exports", "quarantine_rate", "hubspot.contacts", "warn", False, "1.40 %", "at most 1 %", 14),
    GateResult("scores", "probability_in_range", "churn", "error", True, "0 rows", "between 0 and 1", 0),
)
_LOADED = ("load_id", "source", "table", "file", "rows_read", "rows_loaded", "rows_quarantined", "loaded_at")
LOADS = tuple(
    {**dict(zip(_LOADED, values, strict=True)), "status": "loaded", "reason": None}
    for values in (
        ("00000000000000a1", "shopify", "orders", "orders_export_1.csv", 420, 419, 1, "2026-11-01T02:00:00"),
        ("00000000000000a2", "hubspot", "contacts", "all-contacts.csv", 1000, 986, 14, "2026-11-01T02:00:00"),
        ("00000000000000a3", "zendesk", "tickets", "tickets.ndjson", 50, 50, 0, "2026-11-01T02:00:00"),
    )
)

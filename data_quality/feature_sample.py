"""Samples of tonight's feature rows that travel in the release, so that the next night can be compared with it.

Belongs here: which rows are sampled. Stays out: the comparison (models_ml.two_sample, asked by orchestration).

Whom the rows of a table are about stand in two halves by a hash of their id: rows of one half are kept, those of the
other are held against what was kept before. Nobody is in both samples, or a classifier would know them again. Rows are
kept without ids.
"""

from __future__ import annotations

from datetime import date

SCHEMA = "features"
SAMPLED = {
    "ftr_customer_snapshots": "customer_id",
    "ftr_lead_snapshots": "lead_id",
    "ftr_opportunity_snapshots": "opportunity_id",
    "ftr_subscriber_snapshots": "customer_id",
    "ftr_ticket_snapshots": "ticket_id",
}
"""All that a score learns from, with the column that says whom a row is about."""
MOST_ROWS = 4_000
"""Twice as many find nothing that would be worth a warning."""


def kept_as(table: str) -> str:
    """Where a release keeps its sample of the table."""
    return f"release.{table}_sample"


def kept_half(catalogue: str, table: str, as_of_date: date) -> str:
    """SELECT of the rows that are kept, of `features` of an attached build."""
    return _half(catalogue, table, as_of_date, "<")


def other_half(catalogue: str, table: str, as_of_date: date) -> str:
    """SELECT of the rows that are held against those kept the last time."""
    return _half(catalogue, table, as_of_date, ">=")


def _half(catalogue: str, table: str, as_of_date: date, side: str) -> str:
    key = SAMPLED[table]
    return (
        f"SELECT * EXCLUDE ({key}) FROM {catalogue}.{SCHEMA}.{table} WHERE as_of_date = DATE '{as_of_date}' "
        f"AND md5({key}) {side} '8' ORDER BY md5({key}), {key} LIMIT {MOST_ROWS}"
    )

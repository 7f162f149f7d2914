"""A sample of tonight's feature rows that travels in the release, so that the next night can be compared with it.

Belongs here: which customers are sampled. Stays out: the comparison (models_ml.two_sample, asked by orchestration).

Customers stand in two halves by a hash of their id: rows of one half are kept, those of the other are held against what
was kept before. Nobody is in both samples, or a classifier would know them again. Rows are kept without ids.
"""

from __future__ import annotations

from datetime import date

FEATURES = "features.ftr_customer_snapshots"
KEPT = "release.feature_sample"
MOST_ROWS = 4_000
"""Twice as many find nothing that would be worth a warning."""


def kept_half(catalogue: str, as_of_date: date) -> str:
    """SELECT of the rows that are kept, of `features` of an attached build."""
    return _half(catalogue, as_of_date, "<")


def other_half(catalogue: str, as_of_date: date) -> str:
    """SELECT of the rows that are held against those kept the last time."""
    return _half(catalogue, as_of_date, ">=")


def _half(catalogue: str, as_of_date: date, side: str) -> str:
    return (
        f"SELECT * EXCLUDE (customer_id) FROM {catalogue}.{FEATURES} WHERE as_of_date = DATE '{as_of_date}' "
        f"AND md5(customer_id) {side} '8' ORDER BY md5(customer_id), customer_id LIMIT {MOST_ROWS}"
    )

"""The two frames that come in: what must be in them, and what is wrong when it is not.

Belongs here: column names and checks of snapshots and labels. Stays out: cutting them into splits (datasets.py).
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

KEYS = ("customer_id", "as_of_date")
REQUIRED_FEATURES = (
    *KEYS,
    "frequency",
    "recency_days",
    "t_days",
    "monetary_value",
    "days_since_last_order",
    "mean_gap_days",
    "total_net_amount",
)
REQUIRED_LABELS = (
    *KEYS,
    "horizon_days",
    "future_number_of_orders",
    "future_net_amount",
    "is_churned",
    "days_to_next_order",
)


class FrameError(ValueError):
    """An input frame is not what was agreed; the message names the frame, the column and the reason."""


class OverlapError(ValueError):
    """A training label window reaches into the time it would be judged on."""


def check_features(features: pl.DataFrame) -> pl.DataFrame:
    """The snapshots sorted by day and customer, NaN as null. Raises FrameError."""
    require(features, "features", REQUIRED_FEATURES)
    floats = [name for name, kind in features.schema.items() if kind.is_float()]
    return features.with_columns(pl.col(floats).fill_nan(None)).sort("as_of_date", "customer_id")


def require(frame: pl.DataFrame, name: str, columns: tuple[str, ...], subject: str = "customer_id") -> None:
    """Raises FrameError where a column is missing, a key is null or a row is there twice."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise FrameError(f"{name}: column {', '.join(missing)} is missing")
    keys = (subject, "as_of_date")
    must_have = [column for column in columns if column in (*keys, "frequency", "recency_days", "t_days", "is_churned")]
    for column in must_have:
        if frame[column].null_count():
            raise FrameError(f"{name}: column {column} is null in {frame[column].null_count()} rows")
    if frame.select(keys).is_duplicated().any():
        raise FrameError(f"{name}: {subject} and as_of_date are not unique")


def check_labels(labels: pl.DataFrame, as_of_date: date, horizon_days: int | None) -> int | None:
    """The horizon of the labels in days, None when there are no labels. Raises what `horizon_of` raises."""
    require(labels, "labels", REQUIRED_LABELS)
    return horizon_of(labels, as_of_date, horizon_days)


def horizon_of(labels: pl.DataFrame, as_of_date: date, horizon_days: int | None = None) -> int | None:
    """The horizon of the labels in days, None when there are no labels.

    Raises FrameError when it is not the one asked for, OverlapError when a window is not over on the day of the run.
    """
    if labels.is_empty():
        return None
    found = labels["horizon_days"].unique().sort().to_list()
    if len(found) != 1 or found[0] != (horizon_days or found[0]):
        asked = "one value" if horizon_days is None else horizon_days
        raise FrameError(f"labels: horizon_days is {', '.join(map(str, found))} where {asked} was asked for")
    horizon_days = int(found[0])
    latest = labels["as_of_date"].max()
    if latest + timedelta(days=horizon_days) > as_of_date:
        raise OverlapError(
            f"labels: the window of snapshot {latest} ends {latest + timedelta(days=horizon_days)} (exclusive), after "
            f"the day of the run {as_of_date}: it is not complete"
        )
    return horizon_days

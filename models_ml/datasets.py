"""Which rows a model may learn from and be judged on: point-in-time snapshots and splits by date.

Belongs here: snapshots of customers cut into folds, and the summary of a purchase log as BG/NBD wants it.
Stays out: the cutting itself (splits.py), features from raw events (the warehouse makes them), models.

A snapshot is a customer as seen on `as_of_date`, the first day *not* seen; its label window is the half-open
[as_of_date, as_of_date + horizon). `days_to_next_order` counts from as_of_date: an order on that very day is 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from models_ml.btyd import BetaGeo, PurchaseModel, fit_purchases
from models_ml.design import history_of, with_ranks
from models_ml.inputs import KEYS, check_features, check_labels
from models_ml.maximum_likelihood import FitError
from models_ml.splits import DataKnobs, Fold, NotEnoughHistory, Split, cut_folds, period_of, sample_rows


@dataclass(frozen=True)
class PurchaseFold(Fold):
    """A fold of customers, and the closed form as known at the origin."""

    purchases: PurchaseModel = field(kw_only=True)


def summarise_purchases(events: pl.DataFrame, as_of_date: date) -> pl.DataFrame:
    """Collapse a purchase log (customer_id, order_date, amount) to one BG/NBD row a customer, in days.

    Several purchases on one day are one; only days before `as_of_date` count; T runs to the last day seen. Returns
    customer_id, frequency, recency_days, t_days, monetary_value (mean of repeat days, null without one or when not
    positive).
    """
    days = events.filter(pl.col("order_date") < as_of_date).group_by("customer_id", "order_date")
    days = days.agg(pl.col("amount").sum()).sort("customer_id", "order_date")
    repeats = pl.col("amount").slice(1).mean()
    return days.group_by("customer_id", maintain_order=True).agg(
        frequency=pl.len().cast(pl.Int64) - 1,
        recency_days=(pl.col("order_date").last() - pl.col("order_date").first()).dt.total_days(),
        t_days=(pl.lit(as_of_date) - pl.col("order_date").first()).dt.total_days() - 1,
        monetary_value=pl.when(repeats > 0).then(repeats),
    )


@dataclass(frozen=True)
class History:
    """Everything a score module needs: folds to judge candidates, rows to learn the final model, rows to score."""

    folds: tuple[PurchaseFold, ...]
    train: pl.DataFrame
    current: pl.DataFrame
    purchases: BetaGeo
    horizon_days: int
    described: dict


def load_history(
    features: pl.DataFrame, labels: pl.DataFrame, as_of_date: date, horizon_days: int | None, knobs: DataKnobs
) -> History:
    """Check and cut the two frames; `horizon_days` None means that of the labels.

    Raises FrameError on wrong input, OverlapError on a label window that is not over, NotEnoughHistory when no score
    can be had.
    """
    features = with_ranks(check_features(features))
    found = check_labels(labels, as_of_date, horizon_days)
    if features.is_empty():
        raise NotEnoughHistory("No purchases in this estate.")
    current = features.filter(pl.col("as_of_date") == as_of_date)
    if len(current) < knobs.fewest_customers:
        raise NotEnoughHistory(
            f"Only {len(current)} customers have bought before {as_of_date}; {knobs.fewest_customers} are needed."
        )
    if found is None:
        raise NotEnoughHistory("The history is too short for a backtest: no past snapshot has a complete window.")
    horizon_days, purchases = found, _fit(current)
    rows = features.join(labels.drop("horizon_days"), on=KEYS, how="inner", maintain_order="left")
    dates = rows["as_of_date"].unique().to_list()
    folds = tuple(_folds(rows, horizon_days, knobs))
    if not folds:
        raise NotEnoughHistory(
            f"The history is too short for a backtest: {len(dates)} past snapshots have a complete window of "
            f"{horizon_days} days, and one more window is needed to learn from."
        )
    final = Split(as_of_date, tuple(sorted(dates)), horizon_days)
    train = sample_rows(rows, knobs.most_training_rows, knobs.seed)
    described = {
        "splits": [str(fold.split) for fold in folds],
        "final_training": period_of(final.train_dates),
        "training_rows": {"available": len(rows), "used": len(train), "cap": knobs.most_training_rows},
        "customers_scored": len(current),
        "horizon_days": horizon_days,
        "as_of_date": as_of_date.isoformat(),
    }
    return History(folds, train, current, purchases, horizon_days, described)


def current_rows(features: pl.DataFrame, as_of_date: date) -> pl.DataFrame:
    """The rows that a model which is there already scores on a day. Raises FrameError on wrong input."""
    return with_ranks(check_features(features.filter(pl.col("as_of_date") == as_of_date)))


def _folds(rows: pl.DataFrame, horizon_days: int, knobs: DataKnobs) -> Iterator[PurchaseFold]:
    for fold in cut_folds(rows, "customer_id", horizon_days, knobs):
        try:
            purchases = _fit(rows.filter(pl.col("as_of_date") == fold.split.origin))
        except NotEnoughHistory:
            continue
        yield PurchaseFold(fold.split, fold.train, fold.test, fold.later, purchases=purchases)


def _fit(rows: pl.DataFrame) -> BetaGeo:
    try:
        return fit_purchases(BetaGeo, *history_of(rows))
    except FitError as error:
        raise NotEnoughHistory(f"No model of repeat buying: {error}.") from error

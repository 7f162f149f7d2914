"""Which rows a yes-or-no score may learn from and be judged on: deals, leads or subscriptions at past dates.

Belongs here: checking the two frames of a score whose subject is no customer, and cutting them into folds.
Stays out: the cutting by date (splits.py), what is known of the rows (the warehouse makes it), models.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from models_ml.inputs import horizon_of, require
from models_ml.splits import DataKnobs, Fold, NotEnoughHistory, cut_folds, period_of, sample_rows


@dataclass(frozen=True)
class Subject:
    """Whom a score is about, and what may happen to them.

    `key` is the column that names one, `label` the boolean column that says whether it happened within the horizon.
    `one` and `many` are their words ("open deal", "open deals"); `event` completes "how many …".
    """

    key: str
    label: str
    one: str
    many: str
    event: str

    @property
    def banned(self) -> frozenset[str]:
        """Columns that no model may look at."""
        return frozenset({self.key, "as_of_date", "horizon_days", self.label})

    def happened(self, rows: pl.DataFrame) -> np.ndarray:
        """0 or 1, one a row."""
        return rows[self.label].cast(pl.Int8).to_numpy()


@dataclass(frozen=True)
class OutcomeHistory:
    """Folds to judge candidates, rows to learn the final model, rows to score."""

    folds: tuple[Fold, ...]
    train: pl.DataFrame
    current: pl.DataFrame
    horizon_days: int
    described: dict


def load_rows(
    subject: Subject, features: pl.DataFrame, labels: pl.DataFrame, as_of_date: date, knobs: DataKnobs
) -> OutcomeHistory:
    """Check and cut the two frames.

    Raises FrameError on wrong input, OverlapError on a label window that is not over, NotEnoughHistory when no score
    can be had.
    """
    features = _checked(subject, features)
    require(labels, "labels", (subject.key, "as_of_date", "horizon_days", subject.label), subject.key)
    horizon_days = horizon_of(labels, as_of_date)
    current = features.filter(pl.col("as_of_date") == as_of_date)
    if current.is_empty():
        raise NotEnoughHistory(f"There is no {subject.one}, or none has ever come to an end.")
    if horizon_days is None:
        raise NotEnoughHistory("The history is too short for a backtest: no past snapshot has a complete window.")
    keys = [subject.key, "as_of_date"]
    rows = features.join(labels.drop("horizon_days"), on=keys, how="inner", maintain_order="left")
    dates = rows["as_of_date"].unique().to_list()
    folds = tuple(cut_folds(rows, subject.key, horizon_days, knobs))
    if not folds:
        raise NotEnoughHistory(
            f"The history is too short for a backtest: at no past date can a model learn from {knobs.fewest_customers} "
            f"{subject.many} whose {horizon_days} days were over, and be judged by as many."
        )
    train = sample_rows(rows, knobs.most_training_rows, knobs.seed)
    described = {
        "splits": [str(fold.split) for fold in folds],
        "final_training": period_of(tuple(sorted(dates))),
        "training_rows": {"available": len(rows), "used": len(train), "cap": knobs.most_training_rows},
        "rows_scored": len(current),
        "horizon_days": horizon_days,
        "as_of_date": as_of_date.isoformat(),
    }
    return OutcomeHistory(folds, train, current, horizon_days, described)


def current_rows(subject: Subject, features: pl.DataFrame, as_of_date: date) -> pl.DataFrame:
    """The rows that a model which is there already scores on a day. Raises FrameError on wrong input."""
    return _checked(subject, features.filter(pl.col("as_of_date") == as_of_date))


def _checked(subject: Subject, features: pl.DataFrame) -> pl.DataFrame:
    require(features, "features", (subject.key, "as_of_date"), subject.key)
    floats = [name for name, kind in features.schema.items() if kind.is_float()]
    return features.with_columns(pl.col(floats).fill_nan(None)).sort("as_of_date", subject.key)

"""Does a column know the future? Each is asked what it adds to the purchase history, and what it says of its own date.

Belongs here: finding columns that know too much, with the figures that say so. Stays out: what follows from it
(examination.py), proof that the warehouse's own features look back only (tests of the SQL).

A column is held against the plain purchase history: the closed form, how often, how lately, since when, for how much.
Alone, a total as of today can look innocent, because the history ranks customers better; beside the history it shows
what came since. On CDNOW, completejourney, an online shop and the twin the best honest column added 0.014 of AUC (all
of them together 0.01 to 0.02), a planted cause of leaving 0.012, totals as of today 0.03 to 0.21.
Deals, leads and subscriptions have no purchase history: the plain facts that rules of thumb rest on stand in for it
(outcome_examination.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import expit

from models_ml.closed_form import probability_alive, probability_no_purchase
from models_ml.datasets import History, PurchaseFold
from models_ml.design import RANK_SUFFIX, history_of, logit, usable_columns
from models_ml.evaluation import auc, placements
from models_ml.splits import sample_rows

LARGEST_GAIN = 0.03
"""AUC that an honest column may add; where less than twice that is lacking to 1, half of what is."""
HONEST_AUC = 0.7
"""Where the purchase history knows less than this, service or campaigns may honestly know as much."""
ERRORS_AWAY = 3.0
"""Standard errors that the gain must be away from chance: dozens of columns are asked."""
FEWEST_OF_A_CLASS = 10
MOST_ROWS = 10_000
"""Customers of an origin that are asked: enough to know an AUC to 0.01."""
RIDGE = 1.0
"""On standardised columns: a column that tells everything must not send the search to infinity."""
MOST_STEPS = 8
NO_STEP = 1e-2
"""Weights of standardised columns: smaller changes do not change an order that matters."""


@dataclass(frozen=True)
class Standing:
    """What one column is worth, AUC of the outcome, means over the origins; `history` is what is known without it.

    `error` is the standard error of what it adds; origins share customers, so it does not fall with their number.
    """

    column: str
    alone: float
    history: float
    with_column: float
    error: float
    outcome: str = "who buys again"
    known: str = "the purchase history reaches"
    largest_gain: float = LARGEST_GAIN

    @property
    def gain(self) -> float:
        return self.with_column - max(self.history, HONEST_AUC)

    @property
    def is_suspect(self) -> bool:
        lacking = 1 - max(self.history, HONEST_AUC)
        return self.gain > min(self.largest_gain, lacking / 2) and self.gain > ERRORS_AWAY * self.error

    @property
    def sentence(self) -> str:
        return (
            f"column {self.column} lifts the AUC of {self.outcome} from {self.history:.3f}, which {self.known}, "
            f"to {self.with_column:.3f} ({self.alone:.3f} alone)"
        )

    @property
    def hint(self) -> str:
        return f"An honest column adds {self.largest_gain} at most: look whether it was computed as of a later day."

    def as_json(self) -> dict[str, float | str]:
        return {
            "column": self.column,
            "auc_alone": self.alone,
            "auc_of_purchase_history": self.history,
            "auc_with_column": self.with_column,
        }


def standings(history: History) -> list[Standing]:
    """Of all columns that tell customers apart, those that add most first; none where one outcome is too rare."""
    origins = [_beside_the_purchases(fold, history.horizon_days) for fold in history.folds]
    return standings_of(origins, usable_columns(history.train))


def standings_of(origins: Sequence[Origin], columns: Sequence[str], **about: str | float) -> list[Standing]:
    """Of `columns`, those that add most first; none where one outcome is too rare. `about` as in Standing."""
    origins = [origin for origin in origins if np.bincount(origin.outcome, minlength=2).min() >= FEWEST_OF_A_CLASS]
    found = (_standing(column, origins, about) for column in columns) if origins else ()
    return sorted(found, key=lambda each: (-each.gain, each.column))


@dataclass(frozen=True)
class Origin:
    """Rows of one backtest origin: to whom it happened (1), and what is known of that without the column asked."""

    rows: pl.DataFrame
    outcome: np.ndarray
    inputs: np.ndarray
    weights: np.ndarray
    placed: np.ndarray

    @classmethod
    def of(cls, rows: pl.DataFrame, outcome: np.ndarray, known: Sequence[np.ndarray]) -> Origin:
        """`known` are columns of numbers, one value a row and none missing."""
        inputs = np.column_stack([np.ones(len(rows)), *map(_standardised, known)])
        weights = _logistic(inputs, outcome, np.zeros(inputs.shape[1]))
        placed = placements(outcome, inputs @ weights) if 0 < outcome.sum() < len(rows) else np.empty(0)
        return cls(rows, outcome, inputs, weights, placed)


def _beside_the_purchases(fold: PurchaseFold, horizon_days: int) -> Origin:
    rows = sample_rows(fold.test, MOST_ROWS, seed=0)
    is_silent = rows["is_churned"].cast(pl.Int64).to_numpy()
    frequency, recency, age = history = history_of(rows)
    silent = logit(probability_no_purchase(fold.purchases, *history, horizon_days))
    alive = logit(probability_alive(fold.purchases, *history))
    spend, _ = filled(rows["monetary_value"])
    return Origin.of(
        rows, is_silent, (silent, alive, np.log1p(frequency), np.log1p(age - recency), np.log1p(age), spend)
    )


def _standing(column: str, origins: Sequence[Origin], about: dict[str, str | float]) -> Standing:
    each = []
    for origin in origins:
        values, is_known = filled(origin.rows[column])
        # That a value is missing may tell as much as the value.
        inputs = np.column_stack([origin.inputs, _standardised(values), _standardised(is_known.astype(float))])
        weights = _logistic(inputs, origin.outcome, np.append(origin.weights, [0.0, 0.0]))
        placed, classes = placements(origin.outcome, inputs @ weights), (origin.outcome == 1, origin.outcome == 0)
        error = np.sqrt(sum(np.var((placed - origin.placed)[one]) / one.sum() for one in classes))
        alone = auc(origin.outcome, np.where(is_known, values, -np.inf))
        each.append((max(alone, 1 - alone), origin.placed[classes[0]].mean(), placed[classes[0]].mean(), error))
    return Standing(column, *map(float, np.mean(each, axis=0)), **about)


def filled(column: pl.Series) -> tuple[np.ndarray, np.ndarray]:
    """sign(v)·log(1+|v|) with the mean where nothing is known, and where something is."""
    values = column.cast(pl.Float64).to_numpy()
    values, is_known = np.sign(values) * np.log1p(np.abs(values)), np.isfinite(values)
    return np.where(is_known, values, values[is_known].mean() if is_known.any() else 0.0), is_known


def _standardised(column: np.ndarray) -> np.ndarray:
    spread = column.std()
    return (column - column.mean()) / spread if spread > 0 else np.zeros(len(column))


def _logistic(inputs: np.ndarray, outcome: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Weights of a ridge logistic regression, by Newton's method from `start`; only the order it gives is used.

    A step that makes the loss worse is halved until it does not: where the outcome is rare and a column tells much of
    it, the first ones would jump to where every probability is 0 or 1, and stay there.
    """

    def loss(at: np.ndarray) -> float:
        said = inputs @ at
        return float(np.logaddexp(0, said).sum() - outcome @ said + RIDGE / 2 * at @ at)

    weights, ridge, now = start, RIDGE * np.eye(len(start)), loss(start)
    for _ in range(MOST_STEPS):
        p = expit(inputs @ weights)
        curvature = (inputs * (p * (1 - p))[:, None]).T @ inputs + ridge
        step = np.linalg.solve(curvature, inputs.T @ (outcome - p) - ridge @ weights)
        while (then := loss(weights + step)) > now and np.abs(step).max() > NO_STEP:
            step = step / 2
        if np.abs(step).max() < NO_STEP:
            break
        weights, now = weights + step, then
    return weights


def seen_too_late(rows: pl.DataFrame) -> list[str]:
    """A sentence for every column that has seen the day of its snapshot or a later one.

    `as_of_date` is the first day not seen: whole days since anything are 1 at least, and the last purchase is no
    further from the first than the last day seen.
    """
    since = [name for name, kind in rows.schema.items() if name.startswith("days_since_") and kind.is_integer()]
    late = {name: pl.col(name) < 1 for name in since if not name.endswith(RANK_SUFFIX)}
    if "recency_days" in rows.columns:
        late["recency_days"] = pl.col("recency_days") > pl.col("t_days")
    counted = rows.select(is_late.sum().alias(name) for name, is_late in late.items()).row(0, named=True)
    return [
        f"column {name} has seen the day of its snapshot or a later one in {count:,} of {len(rows):,} rows"
        for name, count in counted.items()
        if count
    ]

"""The backtest table: every candidate, at every origin, by every metric, in rows.

Belongs here: collecting predictions and laying out metrics. Stays out: which metrics (score modules), who wins
(champion.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from models_ml.champion import Choice, Losses
from models_ml.result import BACKTEST_SCHEMA
from models_ml.splits import Fold

Say = Callable[[pl.DataFrame], dict[str, np.ndarray]]
"""All candidates as they stood at one origin: what each says of any rows."""
Measure = Callable[[np.ndarray], dict[str, float | None]]
"""Turns one candidate's predictions into named metrics."""


@dataclass(frozen=True)
class Look:
    """What every candidate said of the rows of one date: an origin, or a later one at which it still was the latest."""

    origin: int
    """Its place among the folds."""
    rows: pl.DataFrame
    said: dict[str, np.ndarray]


@dataclass
class Backtest:
    """Predictions of all candidates, origin by origin (latest first), as they are made.

    `subject` is the column that says whom a row is about: rows of the same one are not independent.
    """

    baselines: tuple[str, ...]
    subject: str = "customer_id"
    folds: list[Fold] = field(default_factory=list)
    predictions: list[dict[str, np.ndarray]] = field(default_factory=list)
    metrics: list[dict[str, dict[str, float | None]]] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)

    def ask(self, fold: Fold, say: Say, measure: Measure) -> None:
        """Keep what one origin's candidates say of the rows it is judged on, and of the later ones."""
        origin, predictions = len(self.folds), say(fold.test)
        self.looks.append(Look(origin, fold.test, predictions))
        self.looks += [Look(origin, rows, say(rows)) for rows in fold.later]
        self.add(fold, predictions, measure)

    def add(self, fold: Fold, predictions: dict[str, np.ndarray], measure: Measure) -> None:
        """Keep one origin's predictions."""
        self.folds.append(fold)
        self.predictions.append(predictions)
        self.metrics.append({name: measure(predicted) for name, predicted in predictions.items()})

    @property
    def candidates(self) -> list[str]:
        """Names present at every origin, in the order they were given: nobody wins by skipping a hard one."""
        return [name for name in self.predictions[0] if all(name in each for each in self.predictions)]

    def losses(self, loss: Callable[[Fold, np.ndarray], np.ndarray]) -> Losses:
        by_candidate = {
            name: np.concatenate(
                [loss(fold, each[name]) for fold, each in zip(self.folds, self.predictions, strict=True)]
            )
            for name in self.candidates
        }
        origin = np.repeat(np.arange(len(self.folds)), [len(fold.test) for fold in self.folds])
        subject = np.concatenate([fold.test[self.subject].to_numpy() for fold in self.folds])
        return Losses(by_candidate, origin, subject)

    def at_origins(
        self, name: str, seen: Callable[[pl.DataFrame], np.ndarray]
    ) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """What a candidate said, and what was seen, at each origin: an array of each."""
        return [each[name] for each in self.predictions], [seen(fold.test) for fold in self.folds]

    def until_next(
        self, name: str, seen: Callable[[pl.DataFrame], np.ndarray]
    ) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """The same at each origin and at the later dates, when it had not been trained again: as many looks at it as
        the snapshots allow.
        """
        return [look.said[name] for look in self.looks], [seen(look.rows) for look in self.looks]

    def told(self, said: list[np.ndarray], seen: list[np.ndarray]) -> pl.DataFrame:
        """Columns (the subject, said, seen): what was said of the rows of all origins, latest first, and what came."""
        subject = pl.concat([fold.test[self.subject] for fold in self.folds])
        both = pl.Series("said", np.concatenate(said)), pl.Series("seen", np.concatenate(seen).astype(float))
        return pl.DataFrame([subject, *both])

    def mean_metrics(self, name: str) -> dict[str, float | None]:
        """Mean of each metric over the origins where it is defined."""
        each = [metrics[name] for metrics in self.metrics if name in metrics]
        values = {key: [metrics[key] for metrics in each if metrics[key] is not None] for key in each[0]}
        return {key: float(np.mean(found)) if found else None for key, found in values.items()}

    def table(self, score_name: str, choice: Choice) -> pl.DataFrame:
        rows: list[tuple[str, str, bool, bool, date, str, float | None, int]] = [
            (
                score_name,
                name,
                name in self.baselines,
                name == choice.champion,
                fold.split.origin,
                metric,
                value,
                len(fold.test),
            )
            for fold, by_candidate in zip(self.folds, self.metrics, strict=True)
            for name, metrics in by_candidate.items()
            for metric, value in metrics.items()
        ]
        return pl.DataFrame(rows, schema=BACKTEST_SCHEMA, orient="row")

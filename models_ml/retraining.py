"""When a score's model is trained anew, and when last time's scores tonight's rows: by the calendar, or by drift.

Belongs here: the rule, what a card remembers for it, and the walk of one score through it.
Stays out: training and scoring (the scores' own modules), where a release keeps what was trained (orchestration).

A model and its backtest cost most of a score's time and say nearly the same the next night; rows change every night
and are scored every night. A score that is withheld is tried again every night: more history may be what it lacks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import polars as pl

from models_ml.design import AGE, usable_columns
from models_ml.registry import ArtifactError
from models_ml.result import Progress, ScoreResult

AFTER_DAYS = 7
"""A week: the days of a week differ, its weeks hardly do."""
MOST_PSI = 0.25
"""The usual reading of the population stability index: below 0.1 the same population, above 0.25 another one."""
FEWEST_ROWS = 300
"""Of fewer rows, ten bins say more about chance than about customers, and the calendar has to do."""
_BINS, _EMPTY = 10, 1e-4
_LEARNED_WITH = ("numpy", "polars", "scikit-learn", "scipy")

Train = Callable[..., ScoreResult]
Again = Callable[[dict[str, bytes], str, pl.DataFrame, date], pl.DataFrame]
"""(artifacts, model version, features, day) → the score table of that day."""


@dataclass(frozen=True)
class Kept:
    """What readers have of a score: its card, its backtests, and the artifacts that rebuild the model."""

    card: dict
    backtests: pl.DataFrame
    artifacts: dict[str, bytes]


def trained_or_kept(
    kept: Kept | None,
    features: pl.DataFrame,
    labels: pl.DataFrame,
    as_of_date: date,
    train: Train,
    again: Again,
    on_progress: Progress,
) -> ScoreResult:
    """The score of `as_of_date`: by the model that is there, or by a new one. Says why a new one is trained.

    A kept model brings its card and backtests with it: they tell of the day on which it was trained.
    """
    why = reason_to_train(kept, features, labels, as_of_date)
    if why is None:
        card = kept.card
        try:
            scores = again(kept.artifacts, card["model_version"], features, as_of_date)
        except ArtifactError as error:
            why = str(error)
        else:
            on_progress(f"{card['score_name']}: {len(scores):,} rows scored by the model of {_trained_on(card)}")
            return ScoreResult(scores, kept.backtests, card, kept.artifacts)
    result = train(features, labels, as_of_date, on_progress=on_progress)
    on_progress(f"{result.card['score_name']}: trained anew: {why}")
    return replace(result, card=result.card | {"training": _remembered(features, labels, as_of_date)})


def reason_to_train(kept: Kept | None, features: pl.DataFrame, labels: pl.DataFrame, as_of_date: date) -> str | None:
    """Why the model that is there will not do for this day, in words; None when it will."""
    if kept is None or not kept.card["is_published"] or "training" not in kept.card:
        return "no model has been published"
    training, trained_on = kept.card["training"], _trained_on(kept.card)
    days, rows = (as_of_date - trained_on).days, _current(features, as_of_date)
    if training["program"] != program():
        return "the program has changed"
    if rows.is_empty():
        return "there is nobody to score"
    if days < 0:
        return f"the last one knows what came after {as_of_date}"
    if days >= AFTER_DAYS:
        return f"the last one is of {trained_on}, {days} days ago"
    if days == 0:
        is_same = training["history"] == fingerprint(features, labels)
        return None if is_same else f"the history of {as_of_date} has changed since"
    if sorted(training["inputs"]) != _inputs(rows):
        return "there are other features"
    return _drift(training["inputs"], rows)


def fingerprint(*frames: pl.DataFrame) -> str:
    """The same for the same rows, in whatever order they and the columns stand."""
    sums = (np.add.reduce(frame.select(sorted(frame.columns)).hash_rows(seed=0).to_numpy()) for frame in frames)
    return "-".join(f"{int(each):016x}" for each in sums)


@cache
def program() -> str:
    """Changes with the source of this package and the libraries that it learns with."""
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in _LEARNED_WITH).encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def stability_index(before: np.ndarray, now: np.ndarray) -> float:
    """PSI: Σ (now − before) · ln(now / before) over the shares of the same bins."""
    before, now = np.maximum(before, _EMPTY), np.maximum(now, _EMPTY)
    return float(np.sum((now - before) * np.log(now / before)))


def _remembered(features: pl.DataFrame, labels: pl.DataFrame, as_of_date: date) -> dict:
    rows = _current(features, as_of_date)
    return {
        "as_of_date": as_of_date.isoformat(),
        "program": program(),
        "history": fingerprint(features, labels),
        "inputs": {name: _binned(rows[name]) for name in _inputs(rows)},
    }


def _trained_on(card: dict) -> date:
    return date.fromisoformat(card["training"]["as_of_date"])


def _current(features: pl.DataFrame, as_of_date: date) -> pl.DataFrame:
    return features.filter(pl.col("as_of_date") == as_of_date)


def _inputs(rows: pl.DataFrame) -> list[str]:
    """Numeric columns that tell rows apart; age grows by a day each night and is no drift."""
    return sorted(name for name in usable_columns(rows) if name != AGE) if len(rows) else []


def _binned(column: pl.Series) -> dict[str, list[float]]:
    """`edges` between tenths, and the `shares` of the bins they make; the last bin holds what is not known."""
    values = column.cast(pl.Float64).drop_nans().drop_nulls().to_numpy()
    cuts = np.linspace(0, 1, _BINS + 1)[1:-1]
    edges = np.unique(np.quantile(values, cuts, method="inverted_cdf")) if len(values) else np.empty(0)
    return {"edges": edges.tolist(), "shares": _shares(column, edges).tolist()}


def _shares(column: pl.Series, edges: np.ndarray) -> np.ndarray:
    values = column.cast(pl.Float64).drop_nans().drop_nulls().to_numpy()
    counts = np.bincount(np.searchsorted(edges, values), minlength=len(edges) + 1)
    return np.append(counts, len(column) - len(values)) / len(column)


def _drift(inputs: dict[str, dict[str, list[float]]], rows: pl.DataFrame) -> str | None:
    if len(rows) < FEWEST_ROWS:
        return None
    moved = {
        name: stability_index(np.array(before["shares"]), _shares(rows[name], np.array(before["edges"])))
        for name, before in inputs.items()
    }
    worst = max(moved, key=moved.__getitem__, default=None)
    if worst is None or moved[worst] <= MOST_PSI:
        return None
    return f"{worst} has drifted (population stability index {moved[worst]:.2f}, at most {MOST_PSI})"

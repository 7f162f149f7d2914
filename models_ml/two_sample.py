"""Classifier two-sample test: can a small classifier tell rows of one night from rows of another?

Belongs here: the test of two frames, and what it found in words. Stays out: which rows are compared and what follows
(orchestration), how far single columns have moved (retraining.py, data_quality.drift).

Lopez-Paz & Oquab 2017, "Revisiting Classifier Two-Sample Tests" (ICLR): a classifier learns on one half which sample a
row comes from; if both are of one population, it is right by chance on the other half. Here it sees how columns hang
together and nothing else. Every column is replaced by the normal scores of its ranks within its own sample, ties in
random order, so that it is spread alike in both: single columns are told by their stability index, and what a day does
to everybody alike (silence and age grow, a season begins) moves no rank. Of what is left, the copula, a logistic
regression sees the products of two columns that differ most. Trees saw more, the edges of ties too, and called two
halves of one night different.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import ndtr, ndtri

from models_ml.design import usable_columns
from models_ml.evaluation import auc, placements
from models_ml.threads import single_threaded

FEWEST_ROWS = 200
"""Of either sample; half of them are learned from."""
MOST_AUC = 0.6
"""On two real logs and the twin a day to two weeks later gave at most 0.53, a month later up to 0.62; a mailing to
everybody 0.51, a sale at which one in ten buys 0.52; one column that comes from other customers 0.70 and more.
"""
MOST_CHANCE = 0.001
"""The gate asks every night: once in three years by chance."""
_MOST_PAIRS = 60
_TOLD_PAIRS, _TOLD_FROM = 3, 4.0
"""How many are named, of those that differ by so many standard errors: of a thousand pairs chance gives none."""
_SHRINKAGE = 0.01
"""`C` of the regression: sixty products of columns that overlap are to be averaged, not weighed."""
_SEED = 20_170_424
_NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Pair:
    """Two columns and the correlation of their normal scores in either sample."""

    columns: tuple[str, str]
    before: float
    now: float

    @property
    def words(self) -> str:
        return f"{self.columns[0]} with {self.columns[1]} ({self.before:.2f} before, {self.now:.2f} now)"


@dataclass(frozen=True)
class ToldApart:
    """How well rows of two samples are told apart on the half that was not learned from.

    `auc` has a 95 % interval from `low` to `high` (DeLong et al. 1988); one population gives as much with `p_value`;
    `pairs` are those by which rows are told most, the strongest first, as far as they differ beyond chance.
    """

    auc: float
    low: float
    high: float
    p_value: float
    pairs: tuple[Pair, ...]

    @property
    def is_one_population(self) -> bool:
        """Not told apart, or too little to matter."""
        return self.auc <= MOST_AUC or self.p_value >= MOST_CHANCE

    @property
    def sentence(self) -> str:
        times, low, high = (round(100 * share) for share in (self.auc, self.low, self.high))
        said = (
            f"of one row from each, a classifier picks tonight's {times} times of 100 ({low} to {high}; 50 is chance)"
        )
        if self.is_one_population or not self.pairs:
            return said
        return f"{said}, most by how these go together: {'; '.join(pair.words for pair in self.pairs)}"


@single_threaded
def tell_apart(before: pl.DataFrame, now: pl.DataFrame) -> ToldApart | None:
    """Ask about the numeric columns that both have, of rows of one day each, on different subjects in each.

    None where either has fewer than FEWEST_ROWS rows, or no two columns are left. The same rows in the same order give
    the same answer.
    """
    if min(len(before), len(now)) < FEWEST_ROWS:
        return None
    columns = sorted(set(usable_columns(before)) & set(usable_columns(now)))
    if len(columns) < 2:
        return None
    rng = np.random.default_rng(_SEED)
    halves = [_halves(_normal_scores(rows, columns, rng), rng) for rows in (before, now)]
    (old, new), (old_unseen, new_unseen) = zip(*halves, strict=True)
    at, gaps = _most_different(old, new)
    is_now = np.repeat([0, 1], [len(old_unseen), len(new_unseen)])
    score = _fitted(_products(old, at), _products(new, at))(_products(np.vstack([old_unseen, new_unseen]), at))
    found, (low, high) = auc(is_now, score), _interval(is_now, score)
    by_chance = np.sqrt((len(is_now) + 1) / (12 * len(old_unseen) * len(new_unseen)))
    pairs = (
        Pair((columns[i], columns[j]), float(_correlation(old, i, j)), float(_correlation(new, i, j)))
        for i, j, gap in list(zip(*at, gaps, strict=True))[:_TOLD_PAIRS]
        if gap >= _TOLD_FROM
    )
    return ToldApart(found, low, high, float(ndtr((0.5 - found) / by_chance)), tuple(pairs))


def _normal_scores(rows: pl.DataFrame, columns: Iterable[str], rng: np.random.Generator) -> np.ndarray:
    """Shape (rows, columns): the standard normal quantile of each value's rank; what is not known ranks lowest."""
    known = rows.select(pl.col(name).cast(pl.Float64).fill_nan(None).fill_null(-np.inf) for name in columns)
    values = known.to_numpy()
    quantiles = ndtri((np.arange(len(values)) + 0.5) / len(values))
    scores = np.empty_like(values)
    for column in range(values.shape[1]):
        scores[np.lexsort((rng.random(len(values)), values[:, column])), column] = quantiles
    return scores


def _halves(scores: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    shuffled = rng.permutation(len(scores))
    return scores[shuffled[: len(scores) // 2]], scores[shuffled[len(scores) // 2 :]]


def _most_different(old: np.ndarray, new: np.ndarray) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """(first, second) columns of the pairs whose mean product differs most, and by how many standard errors each
    (Welch 1947).
    """
    means = [scores.T @ scores / len(scores) for scores in (old, new)]
    errors = [
        (scores**2).T @ (scores**2) / len(scores) - mean**2 for scores, mean in zip((old, new), means, strict=True)
    ]
    gap = np.abs(means[0] - means[1]) / np.sqrt(errors[0] / len(old) + errors[1] / len(new))
    first, second = np.triu_indices(old.shape[1], 1)
    strongest = np.argsort(-gap[first, second], kind="stable")[:_MOST_PAIRS]
    return (first[strongest], second[strongest]), gap[first, second][strongest]


def _products(scores: np.ndarray, at: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    return scores[:, at[0]] * scores[:, at[1]]


def _correlation(scores: np.ndarray, i: int, j: int) -> float:
    return np.corrcoef(scores[:, i], scores[:, j])[0, 1]


def _fitted(old: np.ndarray, new: np.ndarray):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=_SHRINKAGE, class_weight="balanced", max_iter=200))
    return model.fit(np.vstack([old, new]), np.repeat([0, 1], [len(old), len(new)])).decision_function


def _interval(is_now: np.ndarray, score: np.ndarray) -> tuple[float, float]:
    found, placed = auc(is_now, score), placements(is_now, score)
    classes = (placed[is_now == each] for each in (0, 1))
    reach = _NORMAL_95 * float(np.sqrt(sum(one.var(ddof=1) / len(one) for one in classes)))
    return max(0.0, found - reach), min(1.0, found + reach)

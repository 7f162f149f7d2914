"""A linear classifier of texts, judged on people whom it has not read, with a confidence that was seen to hold.

Belongs here: fitting, held-out probabilities, from margins to confidence, and how sure is sure enough.
Stays out: what is classified (learned_topics, ticket_sentiment).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import expit

from models_ml.calibration import Platt, fit_platt

FOLDS = 5
RIGHT_SHARE = 0.8
"""A name is given where four of five such names were right; below that a list of tickets is not worth reading."""
MIN_GIVEN = 20
"""Held-out tickets on which that is seen; the surest few are often right by chance."""
BEYOND_CHANCE = 1.96


def fit(x: sparse.csr_matrix, y: np.ndarray, trust: float):
    """A logistic regression whose `predict_proba` is over its sorted `classes_`; `trust` in the texts is its C."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=trust, max_iter=300, tol=1e-3).fit(x, y)


def held_out(x: sparse.csr_matrix, y: np.ndarray, people: np.ndarray, trust: float) -> np.ndarray:
    """Probabilities of every row over the sorted values of `y`, by models that saw no text of the same person."""
    from sklearn.model_selection import GroupKFold

    values = np.unique(y)
    probability = np.zeros((len(y), len(values)))
    for learned, judged in GroupKFold(FOLDS).split(x, y, people):
        if len(np.unique(y[learned])) == 1:
            probability[judged, np.searchsorted(values, y[learned][0])] = 1
            continue
        model = fit(x[learned], y[learned], trust)
        probability[np.ix_(judged, np.searchsorted(values, model.classes_))] = model.predict_proba(x[judged])
    return probability


def margin(probability: np.ndarray) -> np.ndarray:
    """Log odds of the likeliest value against the next one."""
    first = np.sort(np.clip(probability, 1e-9, None), axis=1)
    return np.log(first[:, -1] / first[:, -2])


def is_better(gain: np.ndarray) -> bool:
    """Whether a gain per row is above zero by more than chance."""
    return bool(gain.mean() > BEYOND_CHANCE * gain.std(ddof=1) / np.sqrt(len(gain))) if len(gain) > 1 else False


@dataclass(frozen=True)
class Confidence:
    """How often a name with such a margin is right, and from which confidence on names are given."""

    map: Platt
    least: float | None
    right_share: float | None
    given_share: float

    @classmethod
    def learn(cls, margins: np.ndarray, is_right: np.ndarray) -> Confidence:
        """From held-out rows. `least` is None where no margin is wide enough to be right often enough."""
        # Without any margin a guess is a coin's: that much is known even where every held-out one was right.
        mapped = fit_platt(np.append(margins, [0, 0]), np.append(is_right, [True, False]))
        surest_first = np.argsort(-margins, kind="stable")
        share = np.cumsum(is_right[surest_first]) / np.arange(1, len(margins) + 1)
        enough = np.flatnonzero((share >= RIGHT_SHARE) & (np.arange(len(share)) >= MIN_GIVEN - 1))
        if not len(enough):
            return cls(mapped, None, None, 0.0)
        least = expit(mapped.apply(margins[surest_first[enough[-1]]]))
        return cls(mapped, float(least), float(share[enough[-1]]), float((enough[-1] + 1) / len(margins)))

    def of(self, margins: np.ndarray) -> np.ndarray:
        return expit(self.map.apply(margins))

    def is_enough(self, confidence: np.ndarray) -> np.ndarray:
        return confidence >= self.least - 1e-12

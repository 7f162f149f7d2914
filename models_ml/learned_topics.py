"""Topics learned from the labels (tags, types, categories) that part of the tickets carry.

A label is a topic where enough tickets of enough customers carry it. Stays out: what to do without (topic_clusters).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import polars as pl
from scipy import sparse

from models_ml.text_classifier import Confidence, fit, held_out, is_better, margin
from models_ml.topic_terms import MIN_CUSTOMERS, Terms, may_be_shown

MIN_LABEL_TICKETS = 20
"""With fewer examples a fifth of them, which judge the rest, are single tickets."""
TRUST = 5.0
"""A topic is in its words: between 3 and 10 held-out accuracy is flat."""


@dataclass(frozen=True)
class Learned:
    """`guess` gives the place of a name in `names` and how often such a guess is right."""

    source: ClassVar[str] = "labels"
    method: ClassVar[str] = "learned"

    names: list[str]
    terms: list[list[str]]
    model: Any
    confidence: Confidence
    card: dict

    def guess(self, x: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
        probability = self.model.predict_proba(x)
        sure, place = self.confidence.of(margin(probability)), self.model.classes_[probability.argmax(axis=1)]
        return np.where(self.confidence.is_enough(sure) & (place < len(self.names)), place, -1), sure


def learn(x: sparse.csr_matrix, sample: pl.DataFrame, terms: Terms, names: set[str]) -> tuple[Learned | None, str]:
    """What the labels teach, or None and why nothing; `sample` has a row of `label` and `customer` per row of `x`."""
    topics = _topics(sample, names)
    if len(topics) < 2:
        return None, f"fewer than two labels stand on {MIN_LABEL_TICKETS} tickets of {MIN_CUSTOMERS} customers each"
    # Labels too rare for a topic are one more class without a name: else their like would be called by the others.
    place, nameless = {name: number for number, name in enumerate(topics)}, len(topics)
    labelled = np.flatnonzero(sample["label"].is_not_null())
    y = np.array([place.get(label, nameless) for label in sample["label"].drop_nulls().to_list()])
    probability = held_out(x[labelled], y, sample["customer"].to_numpy()[labelled], TRUST)
    guess = np.unique(y)[probability.argmax(axis=1)]
    is_named, is_right = guess < nameless, guess == y
    confidence = Confidence.learn(margin(probability)[is_named], is_right[is_named])
    most = int(np.bincount(y)[:nameless].argmax())
    right, usual, given = float(is_right.mean()), float((y == most).mean()), confidence.given_share * is_named.mean()
    judged = (
        f"learned from labels; of {len(y):,} labelled tickets, held back in turn by customer, {right:.0%} were guessed "
        f"right, {usual:.0%} by always saying {topics[most]!r}"
    )
    card = {"held_out_accuracy": right, "majority_accuracy": usual, "labelled": len(y), "labels": topics,
            "given_share": float(given), "given_right": confidence.right_share}  # fmt: skip
    if not is_better(is_right.astype(float) - (y == most)) or confidence.least is None:
        return None, f"{judged}: the texts do not tell"
    words = f"{judged}; {given:.0%} get a topic, of which {confidence.right_share:.0%} are right"
    topic = np.full(sample.height, -1)
    topic[labelled] = np.where(y < nameless, y, -1)
    return Learned(topics, terms.telling(topic, nameless), fit(x[labelled], y, TRUST), confidence, card), words


def _topics(sample: pl.DataFrame, names: set[str]) -> list[str]:
    """Labels that stand on enough tickets of enough customers and are nobody's name, address or number."""
    counted = sample.drop_nulls("label").group_by("label").agg(pl.len(), pl.col("customer").n_unique().alias("people"))
    common = counted.filter((pl.col("len") >= MIN_LABEL_TICKETS) & (pl.col("people") >= MIN_CUSTOMERS))
    return sorted(label for label in common["label"].to_list() if may_be_shown(label, names))

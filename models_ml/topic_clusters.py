"""Topics where nobody has labelled any: groups of tickets that use the same words, if there are such groups.

How many is decided by the silhouette, among the numbers of groups that two halves of the tickets agree on; without such
a number there are none.
Stays out: the words by which a group is called (topic_terms).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import sparse

from models_ml.text_classifier import RIGHT_SHARE, Confidence
from models_ml.topic_terms import Terms

DIMENSIONS = 50
MOST_TOPICS = 20
MIN_TOPIC_TICKETS = 15
STABLE = 0.6
"""Adjusted Rand index from which two halves are said to find the same groups (0 is chance, 1 the very same)."""
LEARNED_FROM, JUDGED = 6_000, 2_000
"""Tickets on which groups are sought, and on which the silhouette, which compares all pairs, is taken."""
NAMED_BY = 2


@dataclass(frozen=True)
class Clusters:
    """`guess` gives the place of a name in `names` and how often the other half of the tickets would agree."""

    source: ClassVar[str] = "clusters"
    method: ClassVar[str] = "clustered"

    names: list[str]
    terms: list[list[str]]
    space: Any
    centres: np.ndarray
    confidence: Confidence
    card: dict

    def guess(self, x: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
        near = _project(self.space, x) @ self.centres.T
        sure, group = self.confidence.of(_margin(near)), near.argmax(axis=1)
        is_named = np.array([bool(name) for name in self.names])
        return np.where(self.confidence.is_enough(sure) & is_named[group], group, -1), sure


def find_clusters(x: sparse.csr_matrix, terms: Terms) -> tuple[Clusters | None, str]:
    """The groups, or None and why there are none."""
    from sklearn.decomposition import TruncatedSVD

    size = min(DIMENSIONS, *(side - 1 for side in x.shape))
    if size < 2 or x.shape[0] < 2 * 2 * MIN_TOPIC_TICKETS:
        return None, f"{x.shape[0]:,} tickets have too few words in common to be grouped"
    space = TruncatedSVD(size, random_state=0).fit(x)
    points = _project(space, x)
    tried = list(_tried(_spread(points, LEARNED_FROM)))
    stable = [one for one in tried if one.agreement >= STABLE]
    if not stable:
        agreement = max((one.agreement for one in tried), default=0.0)
        return None, f"two halves of the tickets do not find the same groups ({agreement:.2f} of 1, {STABLE} is needed)"
    best = max(stable, key=lambda one: one.silhouette)
    count = len(best.centres)
    judged = (
        f"{count} groups found by words alone (silhouette {best.silhouette:.2f}); two halves of the tickets agree on "
        f"them by {best.agreement:.2f} of 1"
    )
    confidence = Confidence.learn(best.margins, best.is_agreed)
    if confidence.least is None:
        return None, f"{judged}, but not on {RIGHT_SHARE:.0%} of any part of them"
    found = terms.telling((points @ best.centres.T).argmax(axis=1), count)
    names = [", ".join(words[:NAMED_BY]) for words in found]
    if not any(names):
        return None, f"{judged}, but no word of theirs is one of enough customers"
    card = {"groups": count, "silhouette": best.silhouette, "agreement": best.agreement,
            "given_share": confidence.given_share}  # fmt: skip
    return Clusters(names, found, space, best.centres, confidence, card), judged


@dataclass(frozen=True)
class _Grouping:
    """Groups of one number, how apart they are, and whether two halves of the tickets would have found them."""

    centres: np.ndarray
    silhouette: float
    agreement: float
    margins: np.ndarray
    is_agreed: np.ndarray


def _tried(points: np.ndarray) -> Iterator[_Grouping]:
    from sklearn.metrics import adjusted_rand_score, silhouette_score

    half = np.arange(len(points)) % 2 == 0
    for count in range(2, min(MOST_TOPICS, len(points) // MIN_TOPIC_TICKETS) + 1):
        centres = _centres(points, count)
        near = points @ centres.T
        group = near.argmax(axis=1)
        one, two = ((points @ _centres(points[part], count).T).argmax(axis=1) for part in (half, ~half))
        if len(np.unique(_spread(group, JUDGED))) == 1:
            continue
        # Each ticket is placed by the half that it is not part of.
        other_half = np.where(half, _matched(two, group, count), _matched(one, group, count))
        silhouette = silhouette_score(_spread(points, JUDGED), _spread(group, JUDGED), metric="cosine")
        yield _Grouping(
            centres, float(silhouette), float(adjusted_rand_score(one, two)), _margin(near), other_half == group
        )


def _spread(rows: np.ndarray, most: int) -> np.ndarray:
    """At most so many rows, evenly from all."""
    return rows[np.unique(np.linspace(0, len(rows) - 1, most).astype(int))]


def _centres(points: np.ndarray, count: int) -> np.ndarray:
    from sklearn.cluster import KMeans

    return _length_one(KMeans(count, n_init=3, random_state=0).fit(points).cluster_centers_)


def _project(space: Any, x: sparse.csr_matrix) -> np.ndarray:
    return _length_one(space.transform(x))


def _length_one(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def _margin(near: np.ndarray) -> np.ndarray:
    first = np.sort(near, axis=1)
    return first[:, -1] - first[:, -2]


def _matched(seen: np.ndarray, group: np.ndarray, count: int) -> np.ndarray:
    """The groups of a half under the numbers of the groups of all that they share most tickets with."""
    from scipy.optimize import linear_sum_assignment

    shared = np.bincount(seen * count + group, minlength=count * count).reshape(count, count)
    _, number = linear_sum_assignment(-shared)
    return number[seen]

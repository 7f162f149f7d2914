"""Connected components, with and without contradictions that keep things apart. Pure: arrays in, labels out.

Stays out: what an edge or a contradiction means (keys, clusters).
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components, minimum_spanning_tree


def components(count: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """A label per node 0 … count-1: the smallest node that it is connected with."""
    if not len(left):
        return np.arange(count)
    links = coo_matrix((np.ones(len(left), np.int8), (left, right)), shape=(count, count))
    _, labels = connected_components(links, directed=False)
    first = np.full(labels.max() + 1, count)
    np.minimum.at(first, labels, np.arange(count))
    return first[labels]


def components_apart(
    count: int,
    left: np.ndarray,
    right: np.ndarray,
    strength: np.ndarray,
    apart: list[tuple[int, int]],
) -> np.ndarray:
    """Like `components`, but no pair of `apart` ends up together: the weakest edges between them give way.

    Edges join from the strongest to the weakest, ties by node, and one that would bring a pair together is left out.
    """
    labels = components(count, left, right)
    torn = {label for a, b in apart if (label := labels[a]) == labels[b]}
    if not torn:
        return labels
    enemies: dict[int, set[int]] = defaultdict(set)
    for a, b in apart:
        enemies[a].add(b)
        enemies[b].add(a)
    inside = np.flatnonzero(np.isin(labels[left], list(torn)))
    low, high = np.minimum(left[inside], right[inside]), np.maximum(left[inside], right[inside])
    order = np.lexsort((high, low, -strength[inside]))
    members: dict[int, set[int]] = {}
    label_of: dict[int, int] = {}
    for node in np.flatnonzero(np.isin(labels, list(torn))).tolist():
        members[node], label_of[node] = {node}, node
    for a, b in zip(low[order].tolist(), high[order].tolist(), strict=True):
        keep, join = sorted((label_of[a], label_of[b]))
        if keep == join or any(enemies[node] & members[keep] for node in members[join]):
            continue
        for node in members[join]:
            label_of[node] = keep
        members[keep] |= members.pop(join)
    for node, label in label_of.items():
        labels[node] = label
    return labels


def towards(roots: np.ndarray, left: np.ndarray, right: np.ndarray, strength: np.ndarray, count: int) -> np.ndarray:
    """The next node on the way of strongest edges from each node to the root of its component; -1 where there is none.

    `strength` is positive and below a hundred million; between two nodes there is at most one edge.
    """
    # One more node above all roots makes a single tree of them.
    cost = np.concatenate([1e8 - strength, np.ones(len(roots))])
    start, end = np.concatenate([left, np.full(len(roots), count)]), np.concatenate([right, roots])
    tree = minimum_spanning_tree(coo_matrix((cost, (start, end)), shape=(count + 1, count + 1)))
    _, parents = breadth_first_order(tree, count, directed=False)
    parents = np.where((parents < 0) | (parents == count), -1, parents)[:count]
    return parents

"""Equal rows once: a million customers share far fewer histories, and what depends on a history is computed once each.

Belongs here: finding the distinct rows of a few columns. Stays out: what the columns mean.

Whole numbers (days, counts) are packed into one integer a row, which sorts twenty times faster than rows do; other
columns are replaced by the rank of their values first.
"""

from __future__ import annotations

import numpy as np

LARGEST_WHOLE = 1 << 20
"""Three columns below it fit into 63 bits; larger whole numbers are ranked like fractions."""


def count_patterns(*columns: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """The distinct rows, sorted, as columns of floats; and how often each occurs."""
    keys, values = _pack(columns)
    distinct, counts = np.unique(keys, return_counts=True)
    return _unpack(distinct, values), counts


def find_patterns(*columns: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """The distinct rows, sorted, as columns of floats; and which of them each row is."""
    keys, values = _pack(columns)
    distinct, which = np.unique(keys, return_inverse=True)
    return _unpack(distinct, values), which


def _pack(columns: tuple[np.ndarray, ...]) -> tuple[np.ndarray, list[np.ndarray]]:
    """One integer a row, and the values that its digits stand for."""
    keys, values = np.zeros(len(columns[0]), np.int64), []
    for column in columns:
        digits, known = _digits(np.asarray(column, float))
        keys = keys * len(known) + digits
        values.append(known)
    return keys, values


def _digits(column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if len(column) and column.min() >= 0 and column.max() < LARGEST_WHOLE:
        digits = column.astype(np.int64)
        if (digits == column).all():
            return digits, np.arange(float(digits.max() + 1))
    known, digits = np.unique(column, return_inverse=True)
    return digits, known


def _unpack(keys: np.ndarray, values: list[np.ndarray]) -> list[np.ndarray]:
    columns = []
    for known in reversed(values):
        keys, digits = np.divmod(keys, max(len(known), 1))
        columns.append(known[digits])
    return columns[::-1]

"""Collapsing loses no customer and gives every customer the row that was theirs."""

from __future__ import annotations

import numpy as np
import pytest

from models_ml.patterns import LARGEST_WHOLE, count_patterns, find_patterns


@pytest.mark.parametrize("unit", [1.0, 7.0, 1 / LARGEST_WHOLE], ids=["days", "weeks with fractions", "huge numbers"])
def test_rows_are_counted_as_a_slow_count_would(unit: float) -> None:
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 6, (500, 3)) / unit
    columns, counts = count_patterns(*rows.T)
    expected, often = np.unique(rows, axis=0, return_counts=True)
    assert np.column_stack(columns).tolist() == expected.tolist()
    assert counts.tolist() == often.tolist()
    columns, which = find_patterns(*rows.T)
    assert np.column_stack(columns)[which].tolist() == rows.tolist()


def test_whole_numbers_at_the_limit_do_not_run_into_each_other() -> None:
    most = LARGEST_WHOLE - 1.0
    columns, counts = count_patterns(
        np.array([most, most, 0.0]), np.array([most, most, most]), np.array([most, 0.0, 0.0])
    )
    assert np.column_stack(columns).tolist() == [[0, most, 0], [most, most, 0], [most, most, most]]
    assert counts.tolist() == [1, 1, 1]


def test_no_rows_are_no_patterns() -> None:
    columns, counts = count_patterns(np.array([]), np.array([]))
    assert [len(column) for column in columns] == [0, 0]
    assert len(counts) == 0

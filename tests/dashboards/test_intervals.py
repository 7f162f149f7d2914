"""Intervals of shares: Wilson's, as published, and silence where nobody was counted."""

from __future__ import annotations

import pytest

from dashboards.intervals import share_of, wilson


def test_wilson_gives_the_published_interval() -> None:
    """81 of 263, the first example of Newcombe (Statistics in Medicine 1998, 17:857): 0.2553 to 0.3662."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_nobody_of_many_is_not_surely_nobody() -> None:
    low, high = wilson(0, 20)
    assert (low, round(high, 4)) == (0.0, 0.1611)
    assert share_of(0, 20) == "0.0% to 16.1% of 20"


def test_without_anybody_counted_there_is_no_interval() -> None:
    assert wilson(0, 0) is None
    assert share_of(None, None) is None
    assert share_of(0, 0) is None

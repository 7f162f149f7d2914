"""Intervals of shares, for pages that add counts up by what their reader chose.

Belongs here: arithmetic on counts. Stays out: text (dashboards.formats) and what is counted (dashboards.queries).
"""

from __future__ import annotations

from math import sqrt

from dashboards import formats

Z = 1.959964
"""95 in 100, as the marts' own intervals."""


def wilson(successes: float, n: float) -> tuple[float, float] | None:
    """Wilson's score interval (1927) of a share; None where nobody was counted."""
    if not n:
        return None
    middle, half = successes + Z * Z / 2, Z * sqrt(successes * (n - successes) / n + Z * Z / 4)
    # The ends of nobody and of everybody are 0 and 1 exactly.
    return max(0.0, round((middle - half) / (n + Z * Z), 12)), min(1.0, round((middle + half) / (n + Z * Z), 12))


def share_of(successes: float | None, n: float | None, digits: int = 1) -> str | None:
    """`12.0% to 14.5% of 2,310`: what to write below a share; None where it is unknown."""
    if formats.is_missing(successes) or formats.is_missing(n) or not n:
        return None
    return f"{formats.share_interval(*wilson(successes, n), digits)} of {formats.count(n)}"

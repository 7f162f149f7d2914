"""How sure a share is: the interval that goes with it. Stays out: how it is written (formats) and where it stands."""

from __future__ import annotations

from math import sqrt

Z = 1.96
"""95 % of such intervals hold the true share."""


def wilson(hits: int, cases: int) -> tuple[float, float] | None:
    """Wilson's interval (1927) of a share, which stays within 0 and 1 for few cases; None without any."""
    if not cases:
        return None
    share, spread = hits / cases, Z * Z / cases
    middle = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * sqrt(share * (1 - share) / cases + spread / (4 * cases))
    return max(0.0, middle - half), min(1.0, middle + half)

"""How much there is to learn from: customers to whom it happened, for each variable a model may choose from.

Belongs here: counting events per variable, and which members a training set can carry.
Stays out: the members (classifier.py, regressor.py), which of them is believed (champion.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl


def events_per_variable(subjects: pl.Series, happened: np.ndarray, variables: int) -> float:
    """Customers (deals, leads) with at least one row where it `happened`, per column of the design matrix.

    `subjects` says whom each row is about. They count and not rows: snapshots of one say much the same thing again.
    """
    return subjects.filter(pl.Series(happened)).n_unique() / variables


def carried(
    members: tuple[str, ...],
    hungry: tuple[str, ...],
    events: Sequence[float],
    fewest: float,
    subjects: str = "customers",
) -> tuple[tuple[str, ...], str | None]:
    """The members, without the `hungry` ones when any training set has too few events per variable; and why, in words.

    Decided once for all origins: a blend must be the same mixture wherever it is judged.
    """
    left_out = [name for name in members if name in hungry]
    if not left_out or min(events) >= fewest:
        return members, None
    there = f"{min(events):.1f} {subjects} per variable to learn from, {fewest:.0f} are needed"
    return tuple(name for name in members if name not in hungry), f"{' and '.join(left_out)} not tried: {there}"

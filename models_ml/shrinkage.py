"""Shares of few cases, drawn towards the usual: how far is learned from what came after the cases before.

Belongs here: counting values a subject, drawing shares, how many cases the usual counts as. Stays out: what the values
are (contact_habits.py).

A share drawn so is the mean of a Dirichlet prior with that many cases in it (empirical Bayes; Robbins 1956, Efron &
Morris 1973). Its strength is not the likeliest under that prior but the one that would have foretold best, which holds
where the prior does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

STRENGTHS = tuple(2.0 ** (half / 2) for half in range(-6, 21))
"""From an eighth of a case (habits of iron) to a thousand (none); between two neighbours little changes."""


@dataclass(frozen=True)
class Counted:
    """`counts` has a row a customer and a column a value; `last` is the place of each one's last value."""

    customers: pl.Series
    counts: np.ndarray
    last: np.ndarray

    @property
    def usual(self) -> np.ndarray:
        """Everybody's share of each value."""
        return self.counts.sum(axis=0) / max(self.counts.sum(), 1)


def count_values(rows: pl.DataFrame, values: int) -> Counted:
    """Of rows (customer_id, place), each customer's together and in the order of time."""
    by_customer = rows.group_by("customer_id", maintain_order=True).agg(pl.len(), pl.col("place").last())
    number = np.repeat(np.arange(len(by_customer)), by_customer["len"].to_numpy())
    cells = np.bincount(number * values + rows["place"].to_numpy(), minlength=len(by_customer) * values)
    counts = cells.reshape(len(by_customer), values).astype(float)
    return Counted(by_customer["customer_id"], counts, by_customer["place"].to_numpy())


def drawn_to_usual(counts: np.ndarray, usual: np.ndarray, strength: float) -> np.ndarray:
    """Shares of the values in each row: the row's own at strength 0, the usual at infinity or without cases."""
    cases = counts.sum(axis=1, keepdims=True)
    if np.isinf(strength):
        return np.broadcast_to(usual, counts.shape)
    own = np.divide(counts, cases, out=np.zeros_like(counts), where=cases > 0)
    weight = np.where(cases > 0, cases / np.maximum(cases + strength, 1e-12), 0)
    return weight * own + (1 - weight) * usual


def windows(shares: np.ndarray, reach: int) -> np.ndarray:
    """Of each value the sum over it and `reach` neighbours on either side; the last is the first's neighbour."""
    return sum(np.roll(shares, shift, axis=-1) for shift in range(-reach, reach + 1))


def fit_strength(past: Counted, reach: int) -> float:
    """The strength under which the cases before the last one foretell it best (Brier score), of who has two or more."""
    several = past.counts.sum(axis=1) > 1
    if not several.any():
        return STRENGTHS[-1]
    last = np.eye(past.counts.shape[1])[past.last[several]]
    before, met = past.counts[several] - last, windows(last, reach)

    def loss(strength: float) -> float:
        return float(((windows(drawn_to_usual(before, past.usual, strength), reach) - met) ** 2).mean())

    return min(STRENGTHS, key=loss)

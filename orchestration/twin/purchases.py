"""Buying till dropping out: one week of purchases and departures, exact within the week.

Belongs here: the Pareto/NBD step (Schmittlein, Morrison & Colombo 1987) with rates that are constant within a week.
Stays out: what changes the rates (lives, service, marketing) and what is in the baskets (baskets).
"""

from __future__ import annotations

import numpy as np

from orchestration.twin.people import NEVER


def departures(rate: np.ndarray, start: np.ndarray, end: float, rng: np.random.Generator) -> np.ndarray:
    """Day on which each customer drops out within [start, end), NEVER if not; `rate` is the hazard per day."""
    with np.errstate(divide="ignore"):
        day = start + rng.exponential(1.0, len(rate)) / rate
    return np.where(day < end, day, NEVER)


def purchases(
    rate: np.ndarray, start: np.ndarray, stop: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Purchases of each customer within [start, stop) at `rate` per day: (position of the customer, day), Poisson."""
    exposure = np.maximum(stop - start, 0.0)
    count = rng.poisson(rate * exposure)
    who = np.repeat(np.arange(len(rate)), count)
    return who, start[who] + exposure[who] * rng.random(len(who))

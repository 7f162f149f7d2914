"""Deals with a known cause: who owns one decides, its age decides a little, and everything else is noise."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

AS_OF = date(2026, 11, 1)
HORIZON = 90


def simulated_deals(
    deals: int, seed: int = 3, *, owners: int = 8, effect: float = 1.5
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(features, labels) of deals created over two years.

    Each day an open deal ends with a hazard of 1 in 60. Whether it is won then is drawn from the log odds effect ·
    (skill of its owner) + effect · (activities − 3) / 4, both known beforehand; nothing else has a say in it.
    """
    rng = np.random.default_rng(seed)
    owner = rng.integers(0, owners, deals)
    skill = np.linspace(-1.2, 1.2, owners)[owner]
    busy = rng.poisson(3, deals)
    created = rng.integers(0, 730, deals)
    ends = created + 1 + rng.exponential(60, deals).astype(int)
    is_won = rng.random(deals) < 1 / (1 + np.exp(-effect * skill - effect * (busy - 3) / 4))
    start = AS_OF - timedelta(days=730)
    rows, outcomes = [], []
    for step in range(19):
        as_of = AS_OF - timedelta(days=30 * step)
        today = (as_of - start).days
        for number in np.flatnonzero((created < today) & (ends >= today)).tolist():
            key = {"opportunity_id": f"crm:{number}", "as_of_date": as_of}
            rows.append(
                key
                | {
                    "days_since_created": int(today - created[number]),
                    "owner_win_share": float(1 / (1 + np.exp(-skill[number]))),
                    "owner_open_deals": int(rng.integers(3, 20)),
                    "count_activities_30d": int(busy[number]),
                    "count_activities": int(busy[number] + rng.integers(0, 4)),
                    "days_since_last_activity": int(rng.integers(1, 30)),
                    "amount": float(rng.lognormal(8, 1)),
                }
            )
            if step * 30 >= HORIZON:
                won = bool(is_won[number] and ends[number] < today + HORIZON)
                outcomes.append(key | {"horizon_days": HORIZON, "is_won": won})
    return pl.DataFrame(rows), pl.DataFrame(outcomes)


def true_probability(rows: pl.DataFrame, effect: float = 1.5) -> np.ndarray:
    """P(won within the horizon) of open deals as they were drawn."""
    share, busy = (rows[name].to_numpy() for name in ("owner_win_share", "count_activities_30d"))
    log_odds = effect * np.log(share / (1 - share)) + effect * (busy - 3) / 4
    return (1 - np.exp(-HORIZON / 60)) / (1 + np.exp(-log_odds))

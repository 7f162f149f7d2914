"""Totals held against what came: at each past origin, did the interval of a total hold it?

Belongs here: the errors that totals share, found at all origins, and each origin judged by those of the others.
Stays out: how a total and its interval are made (totals.py).

Segments are made of what is known today and cannot be had for a past day; sets of customers that could be had then
stand for them: all, each kind of buyer, each tenth by predicted spend.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from models_ml.datasets import PurchaseFold
from models_ml.regressor import SpendModel
from models_ml.reliability import BUYERS, FEWEST_ROWS, buyer_groups
from models_ml.totals import (
    MEASURES,
    TENTHS,
    Outlook,
    SharedError,
    TotalKnobs,
    intervals,
    relative_errors,
    simulated,
    tenths_of,
)

ALL = "all"
ASKED, LEAST_HELD = 0.8, 0.7
"""Share of totals that intervals are made to hold, and below which the card calls them too narrow."""


def judged_totals(
    folds: Sequence[PurchaseFold],
    models: list[SpendModel],
    predicted: list[np.ndarray],
    times: list[float],
    horizon_days: int,
    knobs: TotalKnobs | None = None,
) -> dict:
    """For the card: the `errors` that `SharedError` takes, `judged` rows {origin, group, measure, said, low, high,
    seen}, how many intervals held what came (`coverage`), and the `verdict` in words. `predicted` is the champion's
    spend, `times` what the season of each origin multiplies orders with.
    """
    knobs = knobs or TotalKnobs()
    sets = [
        list(_sets(fold.test, model, *said, horizon_days, knobs))
        for fold, model, *said in zip(folds, models, predicted, times, strict=True)
    ]
    errors = np.array([relative_errors(found, seen) for (_, found, seen), *_ in sets])
    rows = []
    for origin, (fold, groups) in enumerate(zip(folds, sets, strict=True)):
        others = np.delete(errors, origin, axis=0)
        if not len(others):
            continue
        for name, found, seen in groups:
            for measure, told, came in zip(
                MEASURES, intervals(found, SharedError(others), knobs), seen.sum(axis=1), strict=True
            ):
                row = dict(zip(("said", "low", "high"), told, strict=True))
                day = fold.split.origin.isoformat()
                rows.append({"origin": day, "group": name, "measure": measure, **row, "seen": float(came)})
    held = [row["low"] <= row["seen"] <= row["high"] for row in rows]
    return {
        "horizon_days": horizon_days,
        "errors": errors.tolist(),
        "judged": rows,
        "coverage": float(np.mean(held)) if held else None,
        "verdict": _verdict(rows, held, len(folds)),
    }


def _sets(
    rows: pl.DataFrame, model: SpendModel, predicted: np.ndarray, times: float, horizon_days: int, knobs: TotalKnobs
) -> Iterator[tuple[str, Outlook, np.ndarray]]:
    """(name, outlook, what came by measure and tenth), of all customers first."""
    tenths = tenths_of(predicted)
    found = simulated(model, rows, predicted, np.full(len(rows), times), tenths, horizon_days, knobs)
    came = rows.select("future_number_of_orders", "future_net_amount").cast(pl.Float64).to_numpy()
    buyers = buyer_groups(rows, horizon_days)
    groups = [(ALL, np.ones(len(rows), dtype=bool)), *((kind, buyers == kind) for kind in BUYERS)]
    groups += [(f"tenth {number + 1}", tenths == TENTHS - 1 - number) for number in range(TENTHS)]
    for name, is_member in groups:
        if is_member.sum() >= FEWEST_ROWS:
            seen = [np.bincount(tenths[is_member], weights=each, minlength=TENTHS) for each in came[is_member].T]
            yield name, found.outlook(is_member), np.array(seen)


def _verdict(rows: list[dict], held: list[bool], origins: int) -> str:
    """How many totals came within their interval, and where most did not."""
    if not rows:
        return "Intervals of totals have not been tried: one past origin is too few to hold one against another."
    said = (
        f"Of {len(rows)} totals at {origins} past origins (orders and spend of all customers, kinds of buyers and "
        f"tenths by value), {np.mean(held):.0%} came within the interval made from the other origins, where "
        f"{ASKED:.0%} are meant to"
    )
    said += ". The intervals are too narrow for this company" if np.mean(held) < LEAST_HELD else ""
    by_place: dict[str, list[bool]] = {}
    for row, is_held in zip(rows, held, strict=True):
        for place in (row["group"], f"the origin {row['origin']}"):
            by_place.setdefault(place, []).append(is_held)
    weak = [f"{name} ({sum(each)} of {len(each)})" for name, each in by_place.items() if 2 * sum(each) < len(each)]
    return said + (f". Less than half of them held for {', '.join(weak)}." if weak else ".")

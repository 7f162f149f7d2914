"""Totals held against what came: at each past date, did the interval of a total hold it?

Belongs here: the errors that totals share, found at all dates, how far intervals made of them have to reach, and each
date judged by the others. Stays out: how a total and its interval are made (totals.py).

Segments are made of what is known today and cannot be had for a past day; sets of customers that could be had then
stand for them: all, each kind of buyer, each tenth by predicted spend.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from models_ml.regressor import SpendModel
from models_ml.reliability import BUYERS, FEWEST_ROWS, buyer_groups
from models_ml.totals import (
    MEASURES,
    TENTHS,
    Interval,
    Outlook,
    SharedError,
    TotalKnobs,
    independent_dates,
    intervals,
    relative_errors,
    simulated,
    tenths_of,
)

ALL = "all"
ASKED, LEAST_HELD = 0.8, 0.7
"""Share of totals that intervals are made to hold, and below which the card calls them too narrow."""


@dataclass(frozen=True)
class Foretold:
    """Buyers of one past date: what the champion said that each would spend, the closed form of then, and what the
    season multiplied orders with.
    """

    rows: pl.DataFrame
    model: SpendModel
    spend: np.ndarray
    times: float

    @property
    def day(self) -> date:
        return self.rows["as_of_date"][0]


@dataclass(frozen=True)
class Told:
    """One total of one past date: its interval by the errors of the other dates, and what came."""

    day: str
    group: str
    measure: str
    interval: Interval
    seen: float


def judged_totals(past: Sequence[Foretold], horizon_days: int, knobs: TotalKnobs | None = None) -> dict:
    """For the card: the `errors` and `independent_dates` that `SharedError` takes, the `reach` that intervals are made
    longer or shorter by, `judged` rows {date, group, measure, said, low, high, seen}, how many intervals held what came
    (`coverage`), and the `verdict` in words.
    """
    knobs = knobs or TotalKnobs()
    sets = [list(_sets(each, horizon_days, knobs)) for each in past]
    errors = np.array([relative_errors(found, seen) for (_, found, seen), *_ in sets])
    days = [each.day for each in past]
    told = []
    for number, (day, groups) in enumerate(zip(days, sets, strict=True)):
        if len(days) == 1:
            break
        independent = independent_dates(days[:number] + days[number + 1 :], horizon_days)
        others = SharedError(np.delete(errors, number, axis=0), independent)
        for name, found, seen in groups:
            for measure, interval, came in zip(
                MEASURES, intervals(found, others, knobs), seen.sum(axis=1), strict=True
            ):
                told.append(Told(f"{day}", name, measure, interval, float(came)))
    rows = [row for day in days for row in _judged(f"{day}", told, knobs)]
    held = [row["low"] <= row["seen"] <= row["high"] for row in rows]
    return {
        "horizon_days": horizon_days,
        "errors": errors.tolist(),
        "independent_dates": independent_dates(days, horizon_days),
        "reach": _reach(told, knobs),
        "judged": rows,
        "coverage": float(np.mean(held)) if held else None,
        "verdict": _verdict(rows, held, len(past)),
    }


def _judged(day: str, told: Sequence[Told], knobs: TotalKnobs) -> Iterator[dict]:
    """Its totals, with intervals that reach as far as those of the other dates had to."""
    reach = _reach([each for each in told if each.day != day], knobs)
    for each in told:
        if each.day == day:
            said, low, high = each.interval.reaching(reach)
            row = {"date": day, "group": each.group, "measure": each.measure}
            yield row | {"said": said, "low": low, "high": high, "seen": each.seen}


def _reach(told: Sequence[Told], knobs: TotalKnobs) -> float:
    """Of its half-widths, how many held what came for as large a share of totals as intervals are made to: a conformal
    correction. One part in n dates, in logarithms, is that intervals are right as they are, because few dates say
    little. 1 where there is no other date.

    A t of few degrees and tenths that are wrong together reach too far where dates are alike: without this, 87, 83, 82
    and 83 of 100 totals held on four logs.
    """
    if not told:
        return 1.0
    dates = len({each.day for each in told})
    taken = [each.interval.taken(each.seen) for each in told]
    return float(np.quantile(taken, knobs.high - knobs.low, method="inverted_cdf") ** (1 - 1 / dates))


def _sets(past: Foretold, horizon_days: int, knobs: TotalKnobs) -> Iterator[tuple[str, Outlook, np.ndarray]]:
    """(name, outlook, what came by measure and tenth), of all customers first."""
    rows, tenths = past.rows, tenths_of(past.spend)
    found = simulated(past.model, rows, past.spend, np.full(len(rows), past.times), tenths, horizon_days, knobs)
    came = rows.select("future_number_of_orders", "future_net_amount").cast(pl.Float64).to_numpy()
    buyers = buyer_groups(rows, horizon_days)
    groups = [(ALL, np.ones(len(rows), dtype=bool)), *((kind, buyers == kind) for kind in BUYERS)]
    groups += [(f"tenth {number + 1}", tenths == TENTHS - 1 - number) for number in range(TENTHS)]
    for name, is_member in groups:
        if is_member.sum() >= FEWEST_ROWS:
            seen = [np.bincount(tenths[is_member], weights=each, minlength=TENTHS) for each in came[is_member].T]
            yield name, found.outlook(is_member), np.array(seen)


def _verdict(rows: list[dict], held: list[bool], dates: int) -> str:
    """How many totals came within their interval, and where most did not."""
    if not rows:
        return "Intervals of totals have not been tried: one past date is too few to hold one against another."
    said = (
        f"Of {len(rows)} totals at {dates} past dates (orders and spend of all customers, kinds of buyers and "
        f"tenths by value), {np.mean(held):.0%} came within the interval made from the other dates, where "
        f"{ASKED:.0%} are meant to"
    )
    said += ". The intervals are too narrow for this company" if np.mean(held) < LEAST_HELD else ""
    by_place: dict[str, list[bool]] = {}
    for row, is_held in zip(rows, held, strict=True):
        for place in (row["group"], row["date"]):
            by_place.setdefault(place, []).append(is_held)
    weak = [f"{name} ({sum(each)} of {len(each)})" for name, each in by_place.items() if 2 * sum(each) < len(each)]
    return said + (f". Less than half of them held for {', '.join(weak)}." if weak else ".")

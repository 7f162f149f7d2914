"""Segment totals: the orders and the revenue that each segment, and all customers, will bring within the horizon.

Belongs here: the table of them, from a fitted model and the members of each segment. Stays out: how a total gets its
interval (totals.py), whether such intervals held (totals_judged.py), who is in a segment (the warehouse).

The horizon is the one that the backtest judged: how wrong totals of a year are, no past origin has told.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from models_ml.lifetime_value_model import LifetimeValueModel
from models_ml.result import SEGMENT_TOTALS
from models_ml.totals import SharedError, TotalKnobs, intervals, simulated, tenths_of

ALL_CUSTOMERS = "all_customers"


def segment_totals(
    model: LifetimeValueModel,
    card: dict,
    rows: pl.DataFrame,
    members: pl.DataFrame,
    as_of_date: date,
    knobs: TotalKnobs | None = None,
) -> pl.DataFrame:
    """SEGMENT_TOTALS: one row for all customers, and one for each segment of `members` (segment_name, customer_id).

    `card` is the model's, with what it found of `totals`; `rows` are the day's snapshots. Members who never bought have
    no snapshot: they are counted, and nothing is expected of them. Same input, same table.
    """
    knobs, judged = knobs or TotalKnobs(), card["totals"]
    horizon, shared = judged["horizon_days"], SharedError(np.array(judged["errors"]), judged["independent_dates"])
    spend, times = model.spend_within(rows, horizon), np.ones(len(rows)) * model.times_of_season(rows, horizon)
    tenths, customers = tenths_of(spend), rows["customer_id"]
    # Sorted, so that the draws do not depend on the order in which members come.
    segments = members.sort("segment_name").partition_by("segment_name", as_dict=True, maintain_order=True)
    sets = {ALL_CUSTOMERS: customers} | {name: each["customer_id"] for (name,), each in segments.items()}
    found = []
    for name, of in sets.items():
        at = np.flatnonzero(customers.is_in(of.implode()).to_numpy())
        drawn = simulated(model.closed_form, rows[at], spend[at], times[at], tenths[at], horizon, knobs)
        orders, revenue = (each.reaching(judged["reach"]) for each in intervals(drawn.outlook(), shared, knobs))
        found.append((name, as_of_date, card["model_version"], horizon, len(of), len(at), *orders, *revenue))
    return pl.DataFrame(found, schema=SEGMENT_TOTALS, orient="row")

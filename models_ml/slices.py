"""Fairness slices: does a score say of women and men, young and old, this country and that what then came?

Belongs here: the champion's backtest cut by what customers are, where a company knows it. Stays out: kinds of buyers
(reliability.py), learning from any of it: no model sees these columns.

Calibration within groups (Kleinberg, Mullainathan & Raghavan 2017, "Inherent trade-offs in the fair determination of
risk scores", ITCS): among those of a group who were given a risk of 30 %, 30 % should leave.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from models_ml.reliability import mean_interval, share_interval, summed

FEWEST_CUSTOMERS = 50
MOST_GROUPS = 12
"""Of an attribute, its largest; hundreds of countries of ten customers each tell nothing."""


def sliced(told: pl.DataFrame, demographics: pl.DataFrame) -> list[dict]:
    """Rows {attribute, group, said, seen, low, high, subjects, is_off}, by attribute, the largest group first.

    `told` has (customer_id, said, seen), one row a customer and origin; `demographics` (customer_id, attribute, value).
    `is_off`: what was said lies outside the 95 % interval of what came, which by chance it does in one of twenty.
    """
    interval = share_interval if told["seen"].is_in([0.0, 1.0]).all() else mean_interval
    found: list[dict] = []
    for attribute in demographics["attribute"].unique().sort():
        known = demographics.filter(pl.col("attribute") == attribute).select("customer_id", "value")
        rows = told.join(known, on="customer_id", how="inner", maintain_order="left")
        sizes = rows.group_by("value").agg(pl.col("customer_id").n_unique().alias("customers"))
        sizes = sizes.filter(pl.col("customers") >= FEWEST_CUSTOMERS).sort(
            ["customers", "value"], descending=[True, False]
        )
        if len(sizes) < 2:
            continue  # one group is all there is to compare with itself
        values = rows["value"].to_numpy()
        groups = [(name, np.flatnonzero(values == name)) for name in sizes["value"].head(MOST_GROUPS)]
        columns = (rows[name].to_numpy() for name in ("said", "seen", "customer_id"))
        found += [
            {"attribute": attribute} | row | {"is_off": not row["low"] <= row["said"] <= row["high"]}
            for row in summed(groups, *columns, interval)
        ]
    return found

"""Generated purchase logs with a known sequence in them, and the same shares computed the slow and obvious way.

Belongs here: planting, shuffling, and the plain loops that the tests compare with. Stays out: what is asserted.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import numpy as np
import polars as pl

DAYS, FIRST = 540, date(2025, 1, 1)
AS_OF = FIRST + timedelta(days=DAYS)
FOLLOWS, AFTER = 0.35, (20, 50)
REFILLS, REFILL_AFTER = 0.6, (25, 32)
ORDINARY = ("printer", "desk", "ink", "coffee", *(f"thing {n}" for n in range(16)))


def planted(customers: int, seed: int = 3) -> pl.DataFrame:
    """Customers of very different appetite buy at random; who first buys a printer may buy ink 20 to 50 days later,
    who first buys coffee may buy it again after 25 to 32. The desk leads to nothing."""
    rng = np.random.default_rng(seed)
    popularity = 1 / np.arange(3, 3 + len(ORDINARY))
    popularity /= popularity.sum()
    rows = []
    for number in range(customers):
        days = np.sort(rng.integers(0, DAYS, 1 + rng.poisson(rng.gamma(0.8, 5.0))))
        bought: list[tuple[int, str]] = []
        for day in days:
            products = rng.choice(len(ORDINARY), size=rng.integers(1, 3), replace=False, p=popularity)
            bought += [(int(day), ORDINARY[product]) for product in products]
        for product, then, share, (low, high) in (
            ("printer", "ink", FOLLOWS, AFTER),
            ("coffee", "coffee", REFILLS, REFILL_AFTER),
        ):
            started = min((day for day, name in bought if name == product), default=None)
            if started is not None and rng.random() < share:
                bought.append((started + int(rng.integers(low, high)), then))
        rows += [(f"c{number}", FIRST + timedelta(days=day), name) for day, name in set(bought) if day < DAYS]
    return pl.DataFrame(rows, schema=["customer_id", "order_date", "product_id"], orient="row")


def shuffled(purchases: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The same baskets on the same days, filled anew with what was bought that month: nothing follows anything."""
    month = pl.col("order_date").dt.truncate("1mo")
    return purchases.with_columns(pl.col("product_id").shuffle(seed=seed).over(month)).unique(maintain_order=True)


def first_days(purchases: pl.DataFrame) -> dict[str, dict[str, date]]:
    found: dict[str, dict[str, date]] = defaultdict(dict)
    for who, day, product in sorted(purchases.select("customer_id", "order_date", "product_id").iter_rows()):
        found[who].setdefault(product, day)
    return found


def waits(purchases: pl.DataFrame, as_of: date, first: str, then: str) -> list[tuple[int, bool, float]]:
    """(days waited, bought, weight) of everybody who started with `first` and did not have `then`."""
    found = []
    for firsts in first_days(purchases).values():
        if first in firsts and not firsts.get(then, as_of) <= firsts[first]:
            found.append(_wait(firsts[first], firsts.get(then), as_of))
    return found


def usual_waits(purchases: pl.DataFrame, as_of: date, first: str, then: str) -> list[tuple[int, bool, float]]:
    """The same of all other purchase days, weighted to the months and breadths at which `first` is started."""
    starts, others = defaultdict(int), defaultdict(list)
    firsts_of = first_days(purchases)
    for who, day in purchases.select("customer_id", "order_date").unique().iter_rows():
        breadth = sum(at <= day for at in firsts_of[who].values())
        stratum = (day.year, day.month, breadth.bit_length())
        if firsts_of[who].get(first) == day:
            starts[stratum] += 1
        else:
            others[stratum].append((day, firsts_of[who].get(then)))
    found = []
    for stratum, moments in others.items():
        for day, bought in moments:
            if bought is None or bought > day:
                waited, has_bought, _ = _wait(day, bought, as_of)
                found.append((waited, has_bought, starts[stratum] / len(moments)))
    return found


def _wait(start: date, bought: date | None, as_of: date) -> tuple[int, bool, float]:
    watched = (as_of - start).days - 1
    return (watched, False, 1.0) if bought is None else ((bought - start).days, True, 1.0)


def share_who_bought(waited: list[tuple[int, bool, float]], within: int) -> float:
    """1 − Kaplan-Meier by `within` days, one day after the other."""
    kept = 1.0
    for day in range(1, within + 1):
        at_risk = sum(weight for days, _, weight in waited if days >= day)
        bought = sum(weight for days, has_bought, weight in waited if days == day and has_bought)
        kept *= 1 - bought / at_risk if at_risk else 1.0
    return 1 - kept

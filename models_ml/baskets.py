"""Baskets as a matrix: which items lay in which order day, and how large a share of a customer's days holds each.

Belongs here: order days × items, shares, what follows what, which items come first. Stays out: what an item is (the
warehouse: a category where products have one, else the product), judging and choosing (next_items.py).

Two ways are tried to say what lies in the next order. Both are the customer's own share of order days with an item,
newer days counting more, drawn towards a pool as if that were OWN_WEIGHT days more: towards what all customers buy, or
towards what follows such a last order. Personal frequency is hard to beat for what a next order holds (Li et al. 2023,
"A next basket recommendation reality check", ACM TOIS 41(4)); on a grocer's and a wholesaler's log trees on twelve such
columns, neighbours' baskets and a second half-life added nothing to these two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from scipy import sparse

NAMED = 3
MOST_POPULAR, OWN_MOST, OWN, FOLLOWING = "most popular", "own most frequent", "own and usual", "own and what follows"
MOST_ITEMS = 1_000
"""Items that can be named, those of most customers; the next one is in fewer baskets than anybody would be told of."""
HALF_LIFE, OWN_WEIGHT = 10.0, 5.0
"""In order days. Best or next to it on both logs, of half-lives 3, 10, 30 and weights 0.5, 2, 5, 10, 15."""
FOLLOWED = 20.0
"""Order days that the usual counts as in what follows an item: a share of twenty is known to a fifth at best."""
POPULAR_DAYS = 90
_CHUNK = 2_000


@dataclass(frozen=True)
class Baskets:
    """Order days in the order of customers and `dates`: `held` (days × items, 0 or 1), the position of each day's
    customer among `customers` (ascending), and how many `later` order days that customer has.
    """

    customers: pl.Series
    held: sparse.csr_matrix
    dates: np.ndarray
    customer: np.ndarray
    later: np.ndarray


def baskets_of(days: pl.DataFrame, items: pl.Series) -> Baskets:
    """`days` has a row (customer_id, order_date, item_id) for each item of an order day, listed in `items` or not."""
    when = days.select("customer_id", "order_date").unique().sort("customer_id", "order_date").with_row_index("day")
    place = pl.DataFrame({"item_id": items, "item": np.arange(len(items))})
    at = days.select("customer_id", "order_date", "item_id").unique().join(place, on="item_id")
    at = at.join(when, on=["customer_id", "order_date"]).sort("day", "item")
    held = sparse.csr_matrix((np.ones(len(at)), (at["day"].to_numpy(), at["item"].to_numpy())), (len(when), len(items)))
    customer = when["customer_id"].rank("dense").cast(pl.Int64).to_numpy() - 1
    later = when.select(pl.int_range(pl.len()).reverse().over("customer_id")).to_series().to_numpy()
    customers = when["customer_id"].unique(maintain_order=True)
    return Baskets(customers, held, when["order_date"].to_numpy(), customer, later)


@dataclass(frozen=True)
class Assortment:
    """What all customers do: the `items` that can be named, the share of order days with each (`usual`), and of the
    order days after one with item a, the share with item b (`follows`, items × items).
    """

    items: pl.Series
    usual: np.ndarray
    follows: np.ndarray


def assortment_of(days: pl.DataFrame, as_of_date: date) -> Assortment:
    """Learned from `days` before `as_of_date`; the usual of the last quarter, so that seasons and news count."""
    days = days.filter(pl.col("order_date") < as_of_date)
    reach = days.group_by("item_id").agg(pl.col("customer_id").n_unique().alias("customers"))
    items = reach.sort(["customers", "item_id"], descending=[True, False]).head(MOST_ITEMS)["item_id"]
    baskets = baskets_of(days, items)
    recent = baskets.dates >= np.datetime64(as_of_date - timedelta(days=POPULAR_DAYS))
    usual = np.asarray(baskets.held[recent if recent.any() else slice(None)].mean(axis=0)).ravel()
    before = np.flatnonzero(baskets.later > 0)
    first, then = baskets.held[before], baskets.held[before + 1]
    count = np.asarray(first.sum(axis=0)).ravel()[:, None]
    return Assortment(items, usual, ((first.T @ then).toarray() + FOLLOWED * usual) / (count + FOLLOWED))


@dataclass(frozen=True)
class Named:
    """For each customer the positions of NAMED items, likeliest first, and the share of order days to hold each."""

    item: np.ndarray
    share: np.ndarray


def name_items(candidate: str, assortment: Assortment, baskets: Baskets) -> Named:
    """What the candidate names for each of `baskets.customers`, and says of it."""
    parts = list(_named(candidate, assortment, baskets))
    return Named(np.concatenate([item for item, _ in parts]), np.concatenate([share for _, share in parts]))


def _named(candidate: str, assortment: Assortment, baskets: Baskets) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    count = len(baskets.customers)
    # Whole customers a chunk: their days lie together.
    starts = np.searchsorted(baskets.customer, np.arange(0, count + _CHUNK, _CHUNK))
    for first, start, end in zip(range(0, count, _CHUNK), starts, starts[1:], strict=False):
        customer, later = baskets.customer[start:end] - first, baskets.later[start:end]
        held, size = baskets.held[start:end], min(_CHUNK, count - first)

        def summed(weight: np.ndarray, of: sparse.csr_matrix = held, who: np.ndarray = customer, n: int = size):
            by_customer = sparse.csr_matrix((weight, (who, np.arange(len(who)))), (n, len(who)))
            return (by_customer @ of).toarray(), np.bincount(who, weight, n)[:, None]

        own, days = summed(0.5 ** (later / HALF_LIFE))
        pool = np.broadcast_to(assortment.usual, own.shape)
        if candidate == FOLLOWING:
            last, _ = summed((later == 0).astype(float))
            number = last.sum(axis=1, keepdims=True)
            pool = np.where(number > 0, last @ assortment.follows / np.maximum(number, 1), pool)
        share = (own + OWN_WEIGHT * pool) / (days + OWN_WEIGHT)
        wanted = share
        if candidate == MOST_POPULAR:
            wanted = pool
        elif candidate == OWN_MOST:
            # Ties, and what to name beyond the own, by popularity.
            wanted = summed(np.ones(len(later)))[0] + 1e-6 * pool
        item = _largest(wanted)
        yield item, np.take_along_axis(share, item, axis=1)


def _largest(wanted: np.ndarray) -> np.ndarray:
    """Columns of the NAMED largest of each row, largest first, of equals the first column."""
    few = np.sort(np.argpartition(-wanted, min(NAMED, wanted.shape[1]) - 1, axis=1)[:, :NAMED], axis=1)
    order = np.argsort(-np.take_along_axis(wanted, few, axis=1), axis=1, kind="stable")
    return np.take_along_axis(few, order, axis=1)

"""What is in each order and what becomes of it: products, quantities, money, refunds, cancellations.

Belongs here: turning (who, when) into orders with lines; all money is integer cents until a writer prints it.
Stays out: when people order (lives) and how the shop exports it (writers.shopify).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from orchestration.twin.catalogue import CATEGORIES, CATEGORY_OF, COMPANION, PRICE_CENTS, PRODUCTS
from orchestration.twin.lives import Lives
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import NEVER, People
from orchestration.twin.timeline import Timeline

WALK_IN = -1
"""The person of a till sale that nobody put a name to."""


@dataclass(frozen=True)
class Orders:
    """Parallel arrays over orders in order of time; `line_*` run over lines, `line_order` is a position here."""

    person: np.ndarray
    day: np.ndarray
    line_order: np.ndarray
    line_product: np.ndarray
    line_quantity: np.ndarray
    discount_cents: np.ndarray
    subtotal_cents: np.ndarray
    shipping_cents: np.ndarray
    tax_cents: np.ndarray
    refunded_cents: np.ndarray
    refunded_day: np.ndarray
    cancelled_day: np.ndarray

    def __len__(self) -> int:
        return len(self.person)

    @property
    def total_cents(self) -> np.ndarray:
        return self.subtotal_cents + self.shipping_cents + self.tax_cents

    @property
    def is_cancelled(self) -> np.ndarray:
        return np.isfinite(self.cancelled_day)

    def between(self, start: int, stop: int) -> Orders:
        """The orders at positions start..stop-1 with their lines, positions counted anew."""
        first, last = np.searchsorted(self.line_order, (start, stop))
        picked = {
            field.name: getattr(self, field.name)[first:last]
            if field.name.startswith("line_")
            else getattr(self, field.name)[start:stop]
            for field in fields(self)
        }
        return Orders(**picked | {"line_order": picked["line_order"] - start})

    def known_on(self, day: float) -> Orders:
        """The orders as they stood before `day`: later orders, refunds and cancellations have not happened yet."""
        past = self.between(0, int(np.searchsorted(self.day, day)))
        is_refunded, is_cancelled = past.refunded_day < day, past.cancelled_day < day
        return replace(
            past,
            refunded_cents=np.where(is_refunded, past.refunded_cents, 0),
            refunded_day=np.where(is_refunded, past.refunded_day, NEVER),
            cancelled_day=np.where(is_cancelled, past.cancelled_day, NEVER),
        )


def fill_baskets(
    lives: Lives, people: People, timeline: Timeline, parameters: Parameters, rng: np.random.Generator
) -> Orders:
    """All orders of a block, future included, with walk-in sales of the past mixed in."""
    person, day, rank = _in_time(lives, timeline, parameters, rng)
    is_walk_in = person == WALK_IN
    favourites = np.where(
        is_walk_in[:, None], rng.integers(0, len(CATEGORIES), (len(person), 2)), people.favourites[person]
    )
    main = _main_products(person, rank, favourites, parameters, rng)

    spend_rate = np.where(is_walk_in, parameters.spend_q / parameters.spend_gamma, people.spend_rate[person])
    multiplier = np.where(is_walk_in, 1.0, people.spend_multiplier[person])
    target_cents = 100 * rng.gamma(parameters.spend_p, 1.0, len(person)) / spend_rate * multiplier
    line_order, line_product, line_quantity = _lines(main, target_cents, parameters, rng)
    full_price = np.zeros(len(person), np.int64)
    np.add.at(full_price, line_order, PRICE_CENTS[line_product] * line_quantity)

    has_code = ~is_walk_in & (rank == 0) & (rng.random(len(person)) < parameters.welcome_code_share)
    discount = np.where(has_code, np.rint(full_price * parameters.discount_rate), 0).astype(np.int64)
    subtotal = full_price - discount
    pays_shipping = ~is_walk_in & (subtotal < parameters.free_shipping_from_cents)
    shipping = np.where(pays_shipping, parameters.shipping_cents, 0)
    tax = np.rint(subtotal * parameters.tax_rate).astype(np.int64)

    is_cancelled = ~is_walk_in & (rng.random(len(person)) < parameters.cancel_share)
    is_refunded = ~is_cancelled & (rng.random(len(person)) < parameters.refund_share)
    is_full = rng.random(len(person)) < parameters.full_refund_share
    part = np.rint(subtotal * rng.uniform(0.2, 0.8, len(person))).astype(np.int64)
    refunded = np.where(is_full, subtotal + shipping + tax, part) * is_refunded
    return Orders(
        person=person,
        day=day,
        line_order=line_order,
        line_product=line_product,
        line_quantity=line_quantity,
        discount_cents=discount,
        subtotal_cents=subtotal,
        shipping_cents=shipping,
        tax_cents=tax,
        refunded_cents=refunded,
        refunded_day=np.where(is_refunded, day + 2.0 + rng.exponential(8.0, len(person)), NEVER),
        cancelled_day=np.where(is_cancelled, day + 0.05 + 0.4 * rng.random(len(person)), NEVER),
    )


def _in_time(
    lives: Lives, timeline: Timeline, parameters: Parameters, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(person, day, rank among the person's orders) of all orders, sorted by day."""
    past = lives.order_day[lives.order_day < timeline.as_of_day]
    copied = rng.random(len(past)) < parameters.walk_in_share
    moved = np.clip(past[copied] + rng.normal(0.0, 3.0, copied.sum()), 0.0, timeline.as_of_day - 0.01)
    person = np.concatenate([lives.order_person, np.full(len(moved), WALK_IN)])
    day = np.concatenate([lives.order_day, moved])
    by_time = np.argsort(day, kind="stable")
    person, day = person[by_time], day[by_time]

    by_person = np.argsort(person, kind="stable")
    grouped = person[by_person]
    starts = np.flatnonzero(np.r_[True, grouped[1:] != grouped[:-1]]) if len(grouped) else np.empty(0, np.int64)
    lengths = np.diff(np.r_[starts, len(grouped)])
    rank = np.empty(len(person), np.int64)
    rank[by_person] = np.arange(len(person)) - np.repeat(starts, lengths)
    rank[person == WALK_IN] = 0
    return person, day, rank


def _main_products(
    person: np.ndarray, rank: np.ndarray, favourites: np.ndarray, parameters: Parameters, rng: np.random.Generator
) -> np.ndarray:
    """Each order's main product: the companion of the previous order's, or one from a favoured category."""
    size = len(person)
    taste = rng.random(size)
    category = np.where(
        taste < 0.5, favourites[:, 0], np.where(taste < 0.75, favourites[:, 1], rng.integers(0, len(CATEGORIES), size))
    )
    shelves = [np.flatnonzero(number == CATEGORY_OF) for number in range(len(CATEGORIES))]
    # Uniforms to a power: the first products of a shelf sell best.
    depth = rng.random(size) ** 1.5
    main = np.empty(size, np.int64)
    for number, shelf in enumerate(shelves):
        here = category == number
        main[here] = shelf[(depth[here] * len(shelf)).astype(np.int64)]

    follows = rng.random(size) < parameters.follow_up_probability
    previous = np.full(person.max(initial=0) + 2, -1)  # the last slot belongs to walk-ins and is never remembered
    for position in _by_rank(rank):
        companion = np.where(previous[person[position]] >= 0, COMPANION[previous[person[position]]], -1)
        takes = follows[position] & (companion >= 0) & (person[position] != WALK_IN)
        main[position] = np.where(takes, companion, main[position])
        previous[person[position]] = main[position]
    return main


def _by_rank(rank: np.ndarray) -> list[np.ndarray]:
    """Positions of all first orders, of all second orders, and so on."""
    order = np.argsort(rank, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(rank[order])) + 1) if len(rank) else []


def _lines(
    main: np.ndarray, target_cents: np.ndarray, parameters: Parameters, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lines of every order, main product first; quantities bring the basket near its target spend."""
    size = len(main)
    order, product = [np.arange(size)], [main]
    more = np.arange(size)
    for _ in range(3):
        more = more[rng.random(len(more)) < parameters.extra_line_probability]
        order.append(more)
        product.append((rng.random(len(more)) ** 1.2 * len(PRODUCTS)).astype(np.int64))
    line_order, line_product = np.concatenate(order), np.concatenate(product)
    # A product appears once per order, as (order, SKU) is all the key that the vendor's export offers.
    _, first = np.unique(line_order * len(PRODUCTS) + line_product, return_index=True)
    kept = np.sort(first)
    kept = kept[np.argsort(line_order[kept], kind="stable")]
    line_order, line_product = line_order[kept], line_product[kept]
    count = np.bincount(line_order, minlength=size)
    share = target_cents[line_order] / count[line_order]
    quantity = np.maximum(1, np.rint(share / PRICE_CENTS[line_product])).astype(np.int64)
    return line_order, line_product, quantity

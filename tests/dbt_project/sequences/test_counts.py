"""What is counted, on a handful of customers: who waits for the next product, for how long, and who is compared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

FIRST = date(2026, 1, 5)
AS_OF = FIRST + timedelta(days=60)
PURCHASES = {
    # customer: product → days after FIRST
    "waits": {"printer": [0], "ink": [20]},
    "has_it": {"ink": [0, 9], "printer": [5]},
    "together": {"printer": [3], "ink": [3]},
    "not_yet": {"printer": [50]},
    "too_late": {"printer": [59]},
    "neither": {"mug": [0, 10]},
}


@pytest.fixture(scope="module")
def counted(count_sequences: Callable) -> Any:
    rows = [
        {"customer_id": who, "product_id": product, "order_date": FIRST + timedelta(days=day)}
        for who, bought in PURCHASES.items()
        for product, days in bought.items()
        for day in days
    ]
    return count_sequences(pl.DataFrame(rows), AS_OF, sequence_minimum_buyers=1, pair_minimum_orders=1)


def departures(counted: Any, first: str, then: str) -> list[tuple]:
    return counted.connection.execute(
        """select lag_days, followed_days, counted.count_customers from ftr_sequence_cases as counted
        inner join ftr_sequence_products as first using (product_number)
        inner join ftr_sequence_products as later on later.product_number = then_product_number
        where first.product_id = ? and later.product_id = ? order by all""",
        [first, then],
    ).fetchall()


def test_who_has_the_second_product_waits_for_nothing(counted: Any) -> None:
    had_it, bought_it = (0, 54, 1), (20, 59, 1)
    same_day = (0, 56, 1)
    assert departures(counted, "printer", "ink") == [had_it, same_day, bought_it]


def test_a_refill_is_the_second_day_of_buying(counted: Any) -> None:
    assert departures(counted, "ink", "ink") == [(9, 59, 1)]
    assert departures(counted, "printer", "printer") == []


def test_everybody_is_watched_until_the_day_before_as_of(counted: Any) -> None:
    watched = counted.connection.execute(
        """select followed_days, sum(counted.count_customers)::int from ftr_sequence_cases as counted
        inner join ftr_sequence_products using (product_number)
        where product_id = 'printer' and then_product_number is null group by all order by all"""
    ).fetchall()
    assert watched == [(0, 1), (9, 1), (54, 1), (56, 1), (59, 1)], "who bought today's eve has not been watched"


def test_comparable_moments_add_up_to_the_starts(counted: Any) -> None:
    """First purchases of January: the printers of `waits`, `together` and `has_it` against the days of the others."""
    weights = dict(
        counted.connection.execute(
            "select customer_id, comparison_weight from ftr_product_starts where product_id = 'printer'"
        ).fetchall()
    )
    # January, one product so far: the start of `waits`; others' days are has_it's first, and both of neither.
    assert float(weights["waits"]) == pytest.approx(1 / 3)
    # January, two to three products: the starts of `has_it` and `together`, against the ink of `waits` and a refill.
    assert weights["has_it"] == weights["together"] == pytest.approx(2 / 2)
    assert weights["too_late"] == 0, "nobody else bought a first product in March"


def test_a_basket_is_an_order_and_a_pair_goes_both_ways(counted: Any) -> None:
    rows = counted.connection.execute(
        "select product_id, other_product_id, count_orders, count_orders_of_product, support, confidence, lift "
        "from agg_product_pairs order by all"
    ).fetchall()
    orders, lift = 10, 1 * 10 / (4 * 5)
    assert rows == [("ink", "printer", orders, 4, 0.1, 0.25, lift), ("printer", "ink", orders, 5, 0.1, 0.2, lift)]


def test_what_a_customer_has_bought(counted: Any) -> None:
    row = "select first_order_date, second_order_date, last_order_date, count_purchase_days from agg_customer_products"
    found = counted.connection.execute(f"{row} where customer_id = 'has_it' and product_id = 'ink'").fetchone()
    assert found == (FIRST, FIRST + timedelta(days=9), FIRST + timedelta(days=9), 2)
    once = counted.connection.execute(f"{row} where customer_id = 'not_yet'").fetchone()
    assert once[1] is None, "bought once is not a refill of 0 days"


def test_postage_is_no_product(count_sequences: Callable) -> None:
    rows = [{"customer_id": who, "product_id": "POST", "order_date": FIRST} for who in "ab"]
    options = {"sequence_minimum_buyers": 1, "pair_minimum_orders": 1, "no_goods": ["POST"]}
    counted = count_sequences(pl.DataFrame(rows), AS_OF, **options)
    assert counted.frame("from ftr_sequence_products").is_empty()

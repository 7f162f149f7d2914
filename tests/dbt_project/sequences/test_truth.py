"""Sequences against what is known to be true: planted ones are found, chance is not, and little data says nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from . import estates

RETAIL = Path(__file__).parents[4] / "shared" / "data" / "online_retail_daily" / "online_retail_by_day_csv.zip"
SHUFFLES = 20


@pytest.fixture(scope="module")
def purchases() -> pl.DataFrame:
    return estates.planted(1_200)


@pytest.fixture(scope="module")
def found(count_sequences: Callable, purchases: pl.DataFrame) -> Any:
    return count_sequences(purchases, estates.AS_OF).sequences()


def row(found: Any, first: str, then: str) -> dict:
    [one] = found.found.filter((pl.col("product_id") == first) & (pl.col("then_product_id") == then)).to_dicts()
    return one


def test_the_planted_sequence_is_found_and_the_planted_nothing_is_not(found: Any) -> None:
    pairs = set(found.found.filter(~pl.col("is_refill")).select("product_id", "then_product_id").iter_rows())
    assert pairs == {("printer", "ink")}
    assert set(found.found.filter("is_refill")["product_id"]) == {"coffee"}, "the others come back by chance only"
    assert found.card["pairs_tried"] > 200


def test_its_share_is_the_planted_one_on_top_of_the_usual(found: Any) -> None:
    ink = row(found, "printer", "ink")
    true = 1 - (1 - estates.FOLLOWS) * (1 - ink["base_60d"])
    assert ink["share_60d_low"] < true < ink["share_60d_high"]
    assert ink["share_60d_high"] - ink["share_60d_low"] < 0.15
    assert ink["lift_low"] > 1.5
    assert ink["count_bought"] > 1.5 * ink["expected_bought"]


def test_the_due_days_are_the_planted_ones(found: Any) -> None:
    ink, coffee = row(found, "printer", "ink"), row(found, "coffee", "coffee")
    low, high = estates.AFTER
    assert low <= ink["due_from_days"] <= ink["median_days"] <= ink["due_until_days"] <= high + 5
    low, high = estates.REFILL_AFTER
    assert low <= coffee["due_from_days"] <= coffee["median_days"] <= coffee["due_until_days"] <= high


def test_shares_are_those_of_a_plain_loop_over_customers(found: Any, purchases: pl.DataFrame) -> None:
    """Kaplan-Meier and the weighted usual, once more without arrays."""
    ink = row(found, "printer", "ink")
    waited = estates.waits(purchases, estates.AS_OF, "printer", "ink")
    usual = estates.usual_waits(purchases, estates.AS_OF, "printer", "ink")
    assert ink["count_customers"] == sum(days >= 1 for days, _, _ in waited)
    assert ink["count_bought"] == sum(bought and days <= 90 for days, bought, _ in waited)
    for days in (30, 60, 90):
        assert ink[f"share_{days}d"] == pytest.approx(estates.share_who_bought(waited, days), abs=1e-9)
        assert ink[f"base_{days}d"] == pytest.approx(estates.share_who_bought(usual, days), abs=1e-9)


def test_the_curve_ends_where_the_shares_say(found: Any) -> None:
    ink = row(found, "printer", "ink")
    curve = found.curves.filter((pl.col("product_id") == "printer") & (pl.col("then_product_id") == "ink"))
    assert curve["day"].to_list() == list(range(91))
    assert curve["share"][60] == ink["share_60d"]
    assert curve["base"][90] == ink["base_90d"]
    assert (curve["count_at_risk"].diff().drop_nulls()[1:] <= 0).all()


@pytest.mark.parametrize("customers", [0, 60])
def test_little_data_says_nothing_and_says_so(count_sequences: Callable, customers: int) -> None:
    some = estates.planted(60).clear() if not customers else estates.planted(customers)
    sequences = count_sequences(some, estates.AS_OF).sequences()
    assert sequences.found.is_empty()
    assert not sequences.card["is_published"]
    assert sequences.card["verdict"].startswith("too little to go by")


def test_shuffled_purchases_have_no_sequences(count_sequences: Callable, purchases: pl.DataFrame) -> None:
    """Under chance alone a false discovery rate of 5 % is the share of logs in which anything at all is found."""
    with_any = 0
    for seed in range(SHUFFLES):
        sequences = count_sequences(estates.shuffled(purchases, seed), estates.AS_OF).sequences()
        assert sequences.card["pairs_tried"] > 200
        with_any += sequences.found.height > 0
    assert with_any <= 3, f"{with_any} of {SHUFFLES} logs; 3 or fewer are expected in 98 of 100 such tests"


@pytest.fixture(scope="module")
def retail(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    if not RETAIL.exists():
        pytest.skip(f"the public data sets are not at {RETAIL}")
    import zipfile

    folder = tmp_path_factory.mktemp("retail")
    zipfile.ZipFile(RETAIL).extractall(folder)
    return duckdb.sql(f"""
        select distinct CustomerID as customer_id, cast(InvoiceDate as date) as order_date, StockCode as product_id
        from read_csv('{folder}/**/*.csv', header = true, all_varchar = true)
        where CustomerID is not null and InvoiceNo not like 'C%' and cast(Quantity as int) > 0
            and cast(UnitPrice as double) > 0
        order by all""").pl()


def test_a_real_shop_sells_the_rest_of_the_set_later(count_sequences: Callable, retail: pl.DataFrame) -> None:
    """Online Retail: who buys green Regency teacups comes back for the pink ones, seldom the other way round."""
    as_of = date(2011, 12, 10)
    found = count_sequences(retail, as_of).sequences()
    assert found.card["pairs_tried"] > 50_000
    pink = row(found, "22697", "22698")
    waited = estates.waits(retail, as_of, "22697", "22698")
    for days in (30, 60, 90):
        assert pink[f"share_{days}d"] == pytest.approx(estates.share_who_bought(waited, days), abs=1e-9)
    assert pink["lift_low"] > 3
    assert pink["count_other_order"] < pink["count_bought"] / 5


def test_a_real_shop_shuffled_has_nothing_to_say(count_sequences: Callable, retail: pl.DataFrame) -> None:
    """Wholesalers with baskets of hundreds of products make everything follow everything, unless they are matched."""
    sequences = count_sequences(estates.shuffled(retail, 1), date(2011, 12, 10), sequence_most_products=100).sequences()
    assert sequences.card["pairs_tried"] > 5_000
    assert sequences.found.is_empty()

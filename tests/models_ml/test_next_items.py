"""What the next order will hold: planted staples and sequences are named; where there are none, nothing is."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from models_ml.baskets import FOLLOWING, MOST_POPULAR, OWN, OWN_MOST, assortment_of, baskets_of, name_items
from models_ml.next_items import Trained, tell, train
from models_ml.result import BACKTEST_SCHEMA, NEXT_ITEMS

AS_OF, HORIZON, ITEMS = date(2026, 1, 1), 60, 30
CHANCES = (0.7, 0.5, 0.4)
NAMES = pl.DataFrame(
    {
        "item_id": [f"i{number:02d}" for number in range(ITEMS)],
        "item_name": [f"Item {number}" for number in range(ITEMS)],
        "item_level": ["product"] * ITEMS,
    }
)


def shop(customers: int, kind: str, seed: int = 5) -> pl.DataFrame:
    """A year of order days about three weeks apart. `staples`: three items of their own, in CHANCES of their orders;
    `sequence`: item n + 1 follows item n in four of five orders; `alike`: everybody draws from one and the same list.
    """
    rng, rows = np.random.default_rng(seed), []
    everybody = 0.9 / np.arange(1, ITEMS + 1)
    for number in range(customers):
        staples, size = rng.choice(ITEMS, 3, replace=False), int(rng.integers(1, 50))
        back, last = float(rng.integers(300, 365)), int(rng.integers(ITEMS))
        while back >= 1:
            if kind == "staples":
                held = {int(item) for item, chance in zip(staples, CHANCES, strict=True) if rng.random() < chance}
                held.add(int(rng.integers(ITEMS)))
            elif kind == "sequence":
                last = (last + 1) % ITEMS if rng.random() < 0.8 else int(rng.integers(ITEMS))
                held = {last}
            else:
                held = {0, *np.flatnonzero(rng.random(ITEMS) < everybody).tolist()}
            day = AS_OF - timedelta(days=int(back))
            rows += [
                (f"c{number:04d}", day, f"i{item:02d}", float(round(size * np.exp(rng.normal(0, 0.4))) + 1))
                for item in sorted(held)
            ]
            back -= 1 + rng.exponential(20)
    days = pl.DataFrame(rows, schema=["customer_id", "order_date", "item_id", "quantity"], orient="row")
    return days.unique(["customer_id", "order_date", "item_id"], maintain_order=True)


@pytest.fixture(scope="module")
def staples() -> pl.DataFrame:
    return shop(400, "staples")


@pytest.fixture(scope="module")
def trained(staples) -> Trained:
    return train(staples, NAMES, AS_OF, HORIZON)


def mean(trained: Trained, candidate: str, metric: str) -> float:
    return trained.card["mean_metrics"][candidate][metric]


def test_staples_are_named_about_as_often_as_can_be_by_counting_them_and_no_model_claims_to_do_better(trained) -> None:
    card = trained.card
    assert card["is_published"]
    assert card["champion"] == OWN_MOST
    assert "No model named better than this rule of thumb" in card["verdict"]
    assert trained.backtests.schema == BACKTEST_SCHEMA
    assert trained.backtests["origin_date"].n_unique() == 4
    ours, popular = (mean(trained, name, "share_named_in_vain") for name in (OWN_MOST, MOST_POPULAR))
    # Who knew every customer's staples, and no more, would name in vain what chance leaves out of 0.7, 0.5 and 0.4.
    best = 1 - np.mean([chance + (1 - chance) / ITEMS for chance in CHANCES])
    assert best - 0.02 < ours < best + 0.08
    assert ours < popular - 0.3


def test_what_is_told_is_as_likely_as_it_says(staples, trained) -> None:
    told = tell(trained.model, staples, AS_OF)
    assert told.schema == NEXT_ITEMS
    assert told.group_by("customer_id").len()["len"].unique().to_list() == [3]
    assert trained.card["calibration_error"] < 0.04
    assert told.filter(item_rank=1)["probability"].mean() == pytest.approx(
        mean(trained, trained.card["champion"], "hit_first"), abs=0.05
    )
    assert (told["probability_low"] <= told["probability"]).all()
    assert (told["probability"] <= told["probability_high"]).all()


def test_a_reason_counts_the_customers_own_orders_and_the_quantity_is_what_they_usually_take(staples, trained) -> None:
    told = tell(trained.model, staples, AS_OF).filter(item_rank=1, evidence="own")
    assert len(told) > 350
    row = told.row(7, named=True)
    mine = staples.filter(customer_id=row["customer_id"])
    item = mine.filter(item_id=row["item_id"])
    days, last = mine["order_date"].n_unique(), item["order_date"].max()
    assert row["reason"] == f"bought on {len(item)} of {days} order days, last on {last}"
    assert row["item_name"] == f"Item {int(row['item_id'][1:])}"
    assert trained.card["quantity"]["is_published"]
    assert abs(row["quantity"] - item["quantity"].median()) <= 0.5
    assert row["quantity_low"] <= row["quantity"] <= row["quantity_high"]
    assert trained.card["quantity"]["interval_coverage"] > 0.75


def test_what_follows_the_last_order_is_named_though_never_bought() -> None:
    days = shop(300, "sequence")
    trained = train(days, NAMES, AS_OF, HORIZON)
    assert trained.card["champion"] == FOLLOWING
    own = mean(trained, OWN_MOST, "share_named_in_vain")
    assert mean(trained, FOLLOWING, "share_named_in_vain") < own - 0.1
    assert f"It is {own:.4g} for what customers bought most often themselves." in trained.card["verdict"]
    told = tell(trained.model, days, AS_OF).filter(item_rank=1)
    last = days.sort("order_date").group_by("customer_id").agg(pl.col("item_id").last().alias("last"))
    number = (pl.col(name).str.slice(1).cast(pl.Int64) for name in ("last", "item_id"))
    both = told.join(last, on="customer_id").select(((next(number) + 1) % ITEMS == next(number)).mean())
    assert both.item() > 0.6
    unheard = told.filter(evidence="pooled")["reason"].to_list()
    assert unheard
    assert all("times as likely as usual" in reason for reason in unheard)


def test_where_everybody_buys_alike_nothing_is_told(staples) -> None:
    trained = train(shop(250, "alike"), NAMES, AS_OF, HORIZON)
    assert trained.model is None
    assert "withheld: it does not beat its rule of thumb" in trained.card["verdict"]
    few = train(staples.filter(pl.col("customer_id") < "c0040"), NAMES, AS_OF, HORIZON)
    assert few.model is None
    assert "at no past origin 50 customers came back" in few.card["verdict"]


def test_quantities_that_only_chance_tells_are_withheld(staples) -> None:
    rng = np.random.default_rng(2)
    days = staples.with_columns(pl.Series("quantity", np.round(np.exp(rng.normal(3, 1, len(staples)))) + 1))
    trained = train(days, NAMES, AS_OF, HORIZON)
    assert trained.card["quantity"]["verdict"].startswith("The quantity score is withheld")
    assert tell(trained.model, days, AS_OF)["quantity"].null_count() == 3 * days["customer_id"].n_unique()


def test_nothing_after_the_day_is_learned_and_the_order_of_rows_does_not_matter(staples, trained) -> None:
    origin = AS_OF - timedelta(days=100)
    known, cut = assortment_of(staples, origin), staples.filter(pl.col("order_date") < origin)
    again = assortment_of(cut.sample(fraction=1, shuffle=True, seed=3), origin)
    assert known.items.equals(again.items)
    assert np.array_equal(known.follows, again.follows)
    shuffled = staples.sample(fraction=1, shuffle=True, seed=4)
    assert train(shuffled, NAMES, AS_OF, HORIZON).card == trained.card
    assert tell(trained.model, shuffled, AS_OF).equals(tell(trained.model, staples, AS_OF))


def test_a_customer_is_told_the_same_whoever_else_is_asked_about(staples, trained) -> None:
    some = staples.filter(pl.col("customer_id") > "c0390")
    everybody = tell(trained.model, staples, AS_OF).filter(pl.col("customer_id") > "c0390")
    assert tell(trained.model, some, AS_OF).equals(everybody)


def test_the_rule_of_thumb_names_what_was_bought_oftenest_and_of_equals_what_is_popular() -> None:
    bought = {"c1": "aab", "c2": "bc", "c3": "b"}
    rows = [
        (who, AS_OF - timedelta(days=9 - day), item, 1.0)
        for who, items in bought.items()
        for day, item in enumerate(items)
    ]
    days = pl.DataFrame(rows, schema=["customer_id", "order_date", "item_id", "quantity"], orient="row")
    assortment = assortment_of(days, AS_OF)
    named = name_items(OWN_MOST, assortment, baskets_of(days, assortment.items))
    assert [[assortment.items[item] for item in each] for each in named.item.tolist()] == [
        ["a", "b", "c"],
        ["b", "c", "a"],
        ["b", "a", "c"],
    ]


def test_on_a_grocers_baskets_a_model_names_better_than_customers_own_habits_and_those_than_what_is_popular(
    grocer_items,
) -> None:
    names = grocer_items.select("item_id", item_name="item_id", item_level=pl.lit("category")).unique()
    trained = train(grocer_items, names, date(2018, 1, 1), 28)
    assert trained.card["champion"] in (OWN, FOLLOWING)
    popular, own, ours = (
        mean(trained, name, "hit_first") for name in (MOST_POPULAR, OWN_MOST, trained.card["champion"])
    )
    assert 0.25 < popular < 0.38
    assert popular + 0.08 < own < ours < 0.5
    assert trained.card["calibration_error"] < 0.03
    assert trained.card["quantity"]["is_published"]
    assert trained.card["quantity"]["interval_coverage"] > 0.75

"""A score that is right on the whole and wrong for a group is found out, and one that is right is left in peace."""

from __future__ import annotations

import numpy as np
import polars as pl

from models_ml.slices import FEWEST_CUSTOMERS, MOST_GROUPS, sliced

CUSTOMERS = 3000


def told(shift_of_the_young: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Everybody is given their own risk at two origins; the young leave oftener than they are told by the shift."""
    rng = np.random.default_rng(3)
    names = np.array([f"c{number}" for number in range(CUSTOMERS)])
    is_young, said = rng.random(CUSTOMERS) < 0.3, rng.uniform(0.1, 0.7, CUSTOMERS)
    happens = rng.random((2, CUSTOMERS)) < said + np.where(is_young, shift_of_the_young, 0)
    frame = pl.DataFrame(
        {"customer_id": np.tile(names, 2), "said": np.tile(said, 2), "seen": happens.ravel().astype(float)}
    )
    ages = pl.DataFrame({"customer_id": names, "attribute": "age", "value": np.where(is_young, "under 25", "65+")})
    return frame, ages


def test_a_group_whose_risk_is_told_too_low_is_named_with_its_figures() -> None:
    frame, ages = told(0.1)
    old, young = sliced(frame, ages)
    assert (old["attribute"], old["group"], old["is_off"]) == ("age", "65+", False)
    assert (young["group"], young["is_off"]) == ("under 25", True)
    members = ages.filter(pl.col("value") == "under 25")["customer_id"]
    theirs = frame.filter(pl.col("customer_id").is_in(members.to_list()))
    assert young["subjects"] == len(members)
    assert abs(young["said"] - theirs["said"].mean()) < 1e-12
    assert abs(young["seen"] - theirs["seen"].mean()) < 1e-12
    assert young["said"] < young["low"] < young["seen"] < young["high"]


def test_a_score_that_is_right_for_all_is_not_accused() -> None:
    assert [group["is_off"] for group in sliced(*told(0.0))] == [False, False]


def test_money_is_compared_with_the_mean_of_money() -> None:
    frame, ages = told(0.0)
    money = frame.with_columns(said=pl.col("said") * 100, seen=pl.col("said") * 100 + pl.col("seen") - pl.col("said"))
    assert [group["is_off"] for group in sliced(money, ages)] == [False, False]
    dearer = money.with_columns(pl.col("seen") + 5)
    assert [group["is_off"] for group in sliced(dearer, ages)] == [True, True]


def test_few_customers_make_no_group_and_one_group_no_comparison() -> None:
    frame, ages = told(0.0)
    few = ages.with_columns(
        pl.when(pl.int_range(pl.len()) < FEWEST_CUSTOMERS - 1)
        .then(pl.lit("few"))
        .otherwise(pl.col("value"))
        .alias("value")
    )
    assert "few" not in {group["group"] for group in sliced(frame, few)}
    assert sliced(frame, ages.with_columns(value=pl.lit("one"))) == []
    assert sliced(frame, ages.clear()) == []
    many = ages.with_columns(value=(pl.int_range(pl.len()) % 40).cast(pl.String))
    assert len(sliced(frame, many)) == MOST_GROUPS

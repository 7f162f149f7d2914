"""Quantities: how many of an item a customer takes when they order it next.

Belongs here: the candidates, their judgement at past origins, and the range around the one that is told. Stays out:
which item it is (baskets.py), whether they order at all (next_purchase.py).

The median of the customer's own quantities is told. Drawn towards what others take it was never better (a grocer's and
a wholesaler's log), because wholesalers buy a hundred of what others buy one of.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from models_ml.champion import ChampionKnobs, Losses, choose

OWN_MEDIAN, AS_LAST, EVERYBODY = "own median", "as last time", "everybody's median"
CANDIDATES = (OWN_MEDIAN, AS_LAST, EVERYBODY)
LOW, HIGH = 0.1, 0.9


def own_history(days: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """`named` (customer_id, item_id, …) with the customer's own past of each item: count_days, last_date, and the
    quantities OWN_MEDIAN and AS_LAST; null where they never bought it.
    """
    own = days.join(named.select("customer_id", "item_id"), on=["customer_id", "item_id"], how="semi")
    past = own.group_by("customer_id", "item_id").agg(
        pl.len().alias("count_days"),
        pl.col("order_date").max().alias("last_date"),
        pl.col("quantity").median().alias(OWN_MEDIAN),
        pl.col("quantity").sort_by("order_date").last().alias(AS_LAST),
    )
    return named.join(past, on=["customer_id", "item_id"], how="left", maintain_order="left")


def with_quantities(days: pl.DataFrame, named: pl.DataFrame, usual: pl.DataFrame) -> pl.DataFrame:
    """`own_history`, and what each candidate says: who never bought an item takes what everybody takes (`usual`)."""
    found = own_history(days, named).join(usual, on="item_id", how="left", maintain_order="left")
    return found.with_columns(pl.col(OWN_MEDIAN, AS_LAST).fill_null(pl.col(EVERYBODY)))


def usual_quantities(days: pl.DataFrame) -> pl.DataFrame:
    """(item_id, EVERYBODY): the median of all order days with the item."""
    return days.group_by("item_id").agg(pl.col("quantity").median().alias(EVERYBODY))


@dataclass(frozen=True)
class QuantityChoice:
    """Whether quantities may be told, why in words, and the factors around one that held 80 % of what came."""

    is_published: bool
    verdict: str
    low: float
    high: float
    coverage: float | None


def judge_quantities(folds: list[pl.DataFrame], knobs: ChampionKnobs) -> QuantityChoice:
    """`folds`, latest first, hold what was ordered of what was named: customer_id, `came`, and a column a candidate."""
    errors = [fold.select(np.log(pl.col("came") / pl.col(name)).alias(name) for name in CANDIDATES) for fold in folds]
    errors = [each for each in errors if len(each)]
    if not errors:
        return QuantityChoice(
            False, "Quantities are withheld: nothing that was named has been ordered.", 1.0, 1.0, None
        )
    sizes = [len(each) for each in errors]
    losses = {name: np.abs(np.concatenate([each[name].to_numpy() for each in errors])) for name in CANDIDATES}
    subject = np.concatenate([fold["customer_id"].to_numpy() for fold in folds if len(fold)])
    choice = choose(
        Losses(losses, np.repeat(np.arange(len(errors)), sizes), subject),
        closed_form=OWN_MEDIAN,
        challengers=(),
        baselines=(AS_LAST, EVERYBODY),
        loss_name="mean error of the logarithm",
        score_name="quantity",
        knobs=knobs,
    )
    told = [each[OWN_MEDIAN].to_numpy() for each in errors]
    low, high = np.quantile(np.concatenate(told), [LOW, HIGH])
    held = []
    for index, mine in enumerate(told[: len(told) if len(told) > 1 else 0]):
        ends = np.quantile(np.concatenate(told[:index] + told[index + 1 :]), [LOW, HIGH])
        held.append(float(np.mean((ends[0] <= mine) & (mine <= ends[1]))))
    coverage = float(np.mean(held)) if held else None
    return QuantityChoice(choice.is_published, choice.verdict, float(np.exp(low)), float(np.exp(high)), coverage)

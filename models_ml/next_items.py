"""Next items: the products or categories that a customer's next order will probably hold, and how many of each.

Belongs here: the candidates' backtest, the champion, the table of what is told of each customer, the card. Stays out:
when the next order comes and whether at all (next_purchase.py), how items are named (baskets.py) and counted
(quantities.py). Probabilities are those of an item in the next order, given that there is one.

What customers bought most often themselves is a rule of thumb that is hard to beat. It is the champion unless a model
beats it, and the card says so; what is withheld is what does not beat the items that everybody buys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from scipy.special import expit

from models_ml import baskets as ways
from models_ml.backtest import Backtest
from models_ml.baskets import NAMED, Assortment, Named, assortment_of, baskets_of, name_items
from models_ml.calibration import Band, Platt, band_coverage, fit_band
from models_ml.champion import ChampionKnobs, Choice, choose
from models_ml.cross_calibration import calibrate_across
from models_ml.design import logit
from models_ml.evaluation import expected_calibration_error
from models_ml.quantities import (
    EVERYBODY,
    OWN_MEDIAN,
    QuantityChoice,
    judge_quantities,
    own_history,
    usual_quantities,
    with_quantities,
)
from models_ml.result import NEXT_ITEMS, Progress, empty_backtests
from models_ml.splits import Fold, Split

SCORE = "next_items"
CANDIDATES = (ways.MOST_POPULAR, ways.OWN_MOST, ways.OWN, ways.FOLLOWING)
MOST_ORIGINS, FEWEST_RETURNERS = 4, 50
LOSS = "share named in vain"


@dataclass(frozen=True)
class NextItemsModel:
    """Everything learned: who names, from what, how its shares become probabilities, and what is taken of an item."""

    version: str
    champion: str
    assortment: Assortment
    names: pl.DataFrame
    platt: Platt
    band: Band
    usual: pl.DataFrame
    quantity: QuantityChoice


@dataclass(frozen=True)
class Trained:
    """`model` is None where nothing may be told; the card says why."""

    model: NextItemsModel | None
    card: dict
    backtests: pl.DataFrame


def train(
    days: pl.DataFrame,
    names: pl.DataFrame,
    as_of_date: date,
    horizon_days: int,
    on_progress: Progress | None = None,
    knobs: ChampionKnobs | None = None,
) -> Trained:
    """Judge the candidates on who came back within `horizon_days` of past origins, and learn the champion.

    `days` has a row (customer_id, order_date, item_id, quantity) for each item of an order day before `as_of_date`, of
    all customers or a sample; `names` (item_id, item_name, item_level) tells what items are called.
    """
    say, knobs = on_progress or (lambda _: None), knobs or ChampionKnobs()
    version, level = f"{SCORE}-{as_of_date:%Y%m%d}", names["item_level"].max()
    tried = list(_tried(days, as_of_date, horizon_days, say))
    if not tried:
        why = (
            f"The next items are withheld: at no past origin {FEWEST_RETURNERS} customers came back within "
            f"{horizon_days} days for any of more than {NAMED} different items."
        )
        return Trained(None, _card(version, None, False, why, {"item_level": level}), empty_backtests())
    backtest = Backtest(baselines=(ways.MOST_POPULAR, ways.OWN_MOST))
    for each in tried:
        backtest.add(each.fold, each.hits, _metrics)
    choice = choose(
        backtest.losses(lambda _, hits: 1 - hits.mean(axis=1)),
        closed_form=ways.OWN_MOST,
        challengers=(ways.OWN, ways.FOLLOWING),
        baselines=(ways.MOST_POPULAR,),
        loss_name=LOSS,
        score_name="next items",
        knobs=knobs,
    )
    said = [each.named[choice.champion].share.ravel() for each in tried]
    came = [each.hits[choice.champion].ravel() for each in tried]
    told, platt = calibrate_across(said, came)
    quantity = judge_quantities([each.ordered(choice.champion) for each in tried], knobs)
    details = _details(backtest, choice, told, came, quantity) | {"item_level": level}
    card = _card(version, choice.champion, choice.is_published, _verdict(choice, backtest), details)
    model = None
    if choice.is_published:
        model = NextItemsModel(
            version,
            choice.champion,
            assortment_of(days, as_of_date),
            names,
            platt,
            fit_band([expit(platt.apply(logit(each))) for each in said], came),
            usual_quantities(days),
            quantity,
        )
    return Trained(model, card, backtest.table(SCORE, choice))


def tell(model: NextItemsModel, days: pl.DataFrame, as_of_date: date) -> pl.DataFrame:
    """NEXT_ITEMS of the customers of `days`: NAMED rows each, in the order in which the champion names them."""
    if days.is_empty():
        return NEXT_ITEMS.to_frame()
    held = baskets_of(days, model.assortment.items)
    named = name_items(model.champion, model.assortment, held)
    probability = expit(model.platt.apply(logit(named.share))).ravel()
    low, high = model.band.around(probability)
    rows = _named_rows(named, held.customers, model.assortment).with_columns(
        pl.Series("probability", probability),
        pl.Series("probability_low", low),
        pl.Series("probability_high", high),
        pl.Series("usual", model.assortment.usual[named.item].ravel()),
        pl.Series("count_order_days", np.repeat(np.bincount(held.customer), named.item.shape[1])),
    )
    rows = own_history(days, rows).join(model.usual, on="item_id", how="left", maintain_order="left")
    rows = rows.join(model.names.select("item_id", "item_name"), on="item_id", how="left", maintain_order="left")
    amount = pl.coalesce(OWN_MEDIAN, EVERYBODY).round().clip(lower_bound=1)
    if not model.quantity.is_published:
        amount = pl.lit(None, dtype=pl.Float64)
    is_own = pl.col("count_days").is_not_null()
    return rows.select(
        "customer_id",
        pl.lit(as_of_date).alias("as_of_date"),
        pl.lit(model.version).alias("model_version"),
        "item_rank",
        "item_id",
        "item_name",
        "probability",
        "probability_low",
        "probability_high",
        (pl.col("probability") / pl.col("usual")).alias("lift"),
        pl.when(is_own).then(_OWN_REASON).otherwise(_others_reason(model.champion)).alias("reason"),
        pl.when(is_own).then(pl.lit("own")).otherwise(pl.lit("pooled")).alias("evidence"),
        amount.alias("quantity"),
        (amount * model.quantity.low).round().clip(lower_bound=1).alias("quantity_low"),
        (amount * model.quantity.high).round().alias("quantity_high"),
    ).cast(NEXT_ITEMS)


@dataclass(frozen=True)
class _Origin:
    """One past origin: what each candidate named for who came back, which of it they ordered, and how many."""

    fold: Fold
    past: pl.DataFrame
    next_day: pl.DataFrame
    assortment: Assortment
    named: dict[str, Named]
    hits: dict[str, np.ndarray]

    def ordered(self, candidate: str) -> pl.DataFrame:
        """The named items that were ordered: customer_id, `came`, and what each candidate for quantities said."""
        rows = _named_rows(self.named[candidate], self.fold.test["customer_id"], self.assortment)
        came = self.next_day.select("customer_id", "item_id", pl.col("quantity").alias("came"))
        return with_quantities(self.past, rows.join(came, on=["customer_id", "item_id"]), usual_quantities(self.past))


def _tried(days: pl.DataFrame, as_of_date: date, horizon_days: int, say: Progress) -> Iterator[_Origin]:
    """Origins a horizon apart, latest first, at which enough customers came back."""
    for number in range(1, MOST_ORIGINS + 1):
        origin = as_of_date - timedelta(days=number * horizon_days)
        past = days.filter(pl.col("order_date") < origin)
        window = pl.col("order_date").is_between(origin, origin + timedelta(days=horizon_days), closed="left")
        following = days.filter(window).join(past.select("customer_id").unique(), on="customer_id", how="semi")
        next_day = following.filter(pl.col("order_date") == pl.col("order_date").min().over("customer_id"))
        back = next_day["customer_id"].unique().sort()
        if len(back) < FEWEST_RETURNERS:
            continue
        assortment = assortment_of(past, origin)
        if len(assortment.items) <= NAMED:
            continue
        say(f"next items: backtest at {origin}")
        mine = past.join(back.to_frame(), on="customer_id", how="semi")
        held, came = baskets_of(mine, assortment.items), baskets_of(next_day, assortment.items).held
        named = {name: name_items(name, assortment, held) for name in CANDIDATES}
        position = np.arange(len(back))[:, None]
        hits = {name: np.asarray(came[position, each.item].todense()) for name, each in named.items()}
        test = pl.DataFrame({"customer_id": held.customers})
        fold = Fold(Split(origin, (), horizon_days), test.clear(), test)
        yield _Origin(fold, mine, next_day, assortment, named, hits)


def _named_rows(named: Named, customers: pl.Series, assortment: Assortment) -> pl.DataFrame:
    """A row (customer_id, item_rank, item_id) for each item named."""
    count, each = named.item.shape
    return pl.DataFrame(
        {
            "customer_id": customers.gather(np.repeat(np.arange(count), each)),
            "item_rank": np.tile(np.arange(1, each + 1), count),
            "item_id": assortment.items.gather(named.item.ravel()),
        }
    )


def _metrics(hits: np.ndarray) -> dict[str, float | None]:
    return {
        "hit_first": float(hits[:, 0].mean()),
        "hit_any": float(hits.max(axis=1).mean()),
        "share_named_in_vain": float(1 - hits.mean()),
    }


def _verdict(choice: Choice, backtest: Backtest) -> str:
    if not choice.is_published:
        return choice.verdict
    if choice.champion == ways.OWN_MOST:
        return f"{choice.verdict} No model named better than this rule of thumb, so it is what is shown."
    vain = backtest.mean_metrics(ways.OWN_MOST)["share_named_in_vain"]
    return f"{choice.verdict} It is {vain:.4g} for what customers bought most often themselves."


def _details(
    backtest: Backtest, choice: Choice, told: list[np.ndarray], came: list[np.ndarray], quantity: QuantityChoice
) -> dict:
    return {
        "outcome": f"what the first order day within {backtest.folds[0].split.horizon_days} days of the origin held, "
        f"of those who came back; {NAMED} items are named",
        "mean_metrics": {name: backtest.mean_metrics(name) for name in backtest.candidates},
        "calibration_error": expected_calibration_error(np.concatenate(came), np.concatenate(told)),
        "interval_coverage": band_coverage(told, came),
        "quantity": {
            "is_published": quantity.is_published,
            "verdict": quantity.verdict,
            "interval_coverage": quantity.coverage,
        },
        **choice.as_card(),
    }


def _card(version: str, champion: str | None, is_published: bool, verdict: str, details: dict) -> dict:
    headline = {"score_name": SCORE, "model_version": version, "champion": champion}
    return headline | {"is_published": is_published, "verdict": verdict} | details


_OWN_REASON = pl.format("bought on {} of {} order days, last on {}", "count_days", "count_order_days", "last_date")


def _others_reason(champion: str) -> pl.Expr:
    usual = (100 * pl.col("usual")).round(1)
    if champion == ways.FOLLOWING:
        times = (pl.col("probability") / pl.col("usual")).round(1)
        return pl.format("not bought yet; {} times as likely as usual ({}%) after such a last order", times, usual)
    return pl.format("not bought yet; {}% of all order days hold it", usual)

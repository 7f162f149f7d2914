"""How near the closed forms come to what is true of a company whose truth is known, and how near they must come.

Belongs here: what a model believes of customers, the measures of its distance from truth, and their bounds.
Stays out: reading the company (known_truth.py), the assertions (test_truth_recovery.py) and the table at 100,000
customers (tests/bench/truth_recovery.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
import polars as pl
from scipy.stats import spearmanr

from models_ml.btyd import BetaGeo, ModifiedBetaGeo, ParetoNbd, PurchaseModel, fit_gamma_gamma, fit_purchases
from models_ml.closed_form import expected_purchases, probability_alive, probability_no_purchase
from models_ml.evaluation import auc, expected_calibration_error
from models_ml.future_intervals import ASKED
from models_ml.spending import expected_value
from orchestration.twin.timeline import YEAR_DAYS
from tests.models_ml.known_truth import KnownTruth

HORIZONS = (90, 365)
SAID_OF_ALL = ("as_of_date", "model_version", "score", "low", "high", "reasons", "evidence")
SURE, NONE = 1.0, 0.0
Bounds = dict[str, tuple[float, float]]

FUTURE: Bounds = {
    "purchases in 90 days": (-0.04, 0.04),
    "purchases in 90 days, tenths": (NONE, 0.07),
    "purchases in 90 days, rank": (0.74, SURE),
    "purchases in 90 days, true season put on": (-0.10, 0.10),
    "no purchase in 90 days": (NONE, 0.03),
    "purchases in 365 days": (-0.07, 0.07),
    "purchases in 365 days, tenths": (NONE, 0.10),
    "purchases in 365 days, rank": (0.74, SURE),
    "purchases in 365 days, true season put on": (-0.14, 0.14),
    "no purchase in 365 days": (NONE, 0.08),
}
"""Every closed form, against true expectations on mean days and, with the true season put on, against what came.

Measured on five companies (four of 10,000 people, one of 100,000); bounds are about half as wide again. What is left of
the error is what the models leave out (see EXACT): seasons in the history, tickets that make people leave, mailings.
"""
COST_OF_SEASON: Bounds = {
    "purchases in 90 days, as they came": (-0.40, -0.20),
    "no purchase in 90 days, as it came": (0.03, 0.09),
}
"""Not an accuracy but its price: no closed form knows that the next 90 days hold Christmas, 1.41 times a mean day."""
LEAVING: Bounds = {
    "share alive": (-0.06, 0.06),
    "alive, AUC": (0.86, SURE),
    "alive, calibration error": (NONE, 0.06),
    "no purchase in 365 days": (NONE, 0.035),
}
"""Forms in which a customer may leave after the first purchase, as the twin's do. BG/NBD's may not."""
RATES: Bounds = {
    "mean purchase rate": (-0.04, 0.04),
    "spread of purchase rates": (-0.06, 0.06),
    "rank of repeat buyers' rates": (0.65, SURE),
    "mean dropout rate": (-0.15, 0.15),
    "share alive": (-0.02, 0.02),
    "alive, calibration error": (NONE, 0.03),
}
"""The twin's customers live by Pareto/NBD, but for seasons, grievances and mailings: its parameters are theirs."""
EXACT: Bounds = {
    "mean purchase rate": (-0.03, 0.03),
    "spread of purchase rates": (-0.06, 0.06),
    "mean dropout rate": (-0.20, 0.20),
    "share alive": (-0.02, 0.02),
    "alive, calibration error": (NONE, 0.02),
    "purchases in 90 days": (-0.03, 0.03),
    "purchases in 90 days, tenths": (NONE, 0.045),
    "purchases in 90 days, as they came": (-0.05, 0.05),
    "no purchase in 90 days": (NONE, 0.015),
    "no purchase in 90 days, as it came": (NONE, 0.02),
    "purchases in 365 days": (-0.03, 0.03),
    "purchases in 365 days, tenths": (NONE, 0.045),
    "purchases in 365 days, as they came": (-0.03, 0.03),
    "no purchase in 365 days": (NONE, 0.018),
    "no purchase in 365 days, as it came": (NONE, 0.022),
}
"""Pareto/NBD in a company without seasons, grievances and mailings that work (PLAIN): nothing but chance is left."""
BOUNDS: dict[str, Bounds] = {
    BetaGeo.title: FUTURE | COST_OF_SEASON,
    ModifiedBetaGeo.title: FUTURE | COST_OF_SEASON | LEAVING,
    ParetoNbd.title: FUTURE | COST_OF_SEASON | LEAVING | RATES,
    "Gamma-Gamma": {
        "mean basket": (-0.03, 0.03),
        "mean basket, tenths": (NONE, 0.075),
        "rank of repeat buyers' baskets": (0.75, SURE),
    },
}
TASTE: Bounds = {"best channel is the liked one": (0.76, SURE), "customers told one": (0.04, SURE)}
"""Right in 79 to 82 of 100; 61 to 63 would be if one contact were enough, 45 like the channel that most like."""
SCORES: Bounds = {
    "churn: no purchase in 90 days": (NONE, 0.055),
    "churn: no purchase in 90 days, as it came": (NONE, 0.06),
    "next purchase: a purchase in 90 days": (NONE, 0.055),
    "next purchase: a purchase in 90 days, as it came": (NONE, 0.06),
    "value: orders in 365 days": (-0.08, 0.08),
    "value: orders in 365 days, tenths": (NONE, 0.13),
    "value: revenue in 90 days, as it came": (-0.22, 0.10),
    "value: revenue in 365 days": (-0.15, 0.15),
    "value: revenue in 365 days, tenths": (NONE, 0.20),
    "value: orders in 365 days, held by their intervals": (0.76, 0.84),
    "value: revenue in 365 days, held by its intervals": (0.76, 0.84),
}
"""What the scores publish, champion and all: no closer than the closed form, which on this company wins. Probabilities
expect half of last year's season again, so on mean days they are off by that half, and as it came by the other. The
quarter's revenue does, too: by a closed form it would be 0.31 less than came.
"""


@dataclass(frozen=True)
class Belief:
    """What a model says: of the population, a year's mean rates (leaving: nan where a model has no such rate) and the
    spread of buying (standard deviation over mean); of each customer, the rest. Dictionaries are by horizon in days.
    """

    buying: float
    spread: float
    leaving: float
    rate: np.ndarray
    alive: np.ndarray
    purchases: dict[int, np.ndarray]
    silent: dict[int, np.ndarray]


def believe(model: PurchaseModel, history: tuple[np.ndarray, ...], days_a_unit: float = 1.0) -> Belief:
    """Ask a model that was fitted in units of so many days."""
    x, _, age = history
    return Belief(
        buying=model.r / model.alpha * YEAR_DAYS,
        spread=model.r**-0.5,
        leaving=model.s / model.beta * YEAR_DAYS if isinstance(model, ParetoNbd) else np.nan,
        rate=(model.r + x) / (model.alpha + age),
        alive=probability_alive(model, *history),
        purchases={days: expected_purchases(model, *history, days / days_a_unit) for days in HORIZONS},
        silent={days: probability_no_purchase(model, *history, days / days_a_unit) for days in HORIZONS},
    )


def measure(said: Belief, truth: KnownTruth) -> dict[str, float]:
    """Distances from truth by name; relative ones are 0 at the truth, correlations and AUC 1."""
    rate, is_alive = truth.buying, truth.of("is_alive")
    is_repeating = truth.of("frequency") > 0
    found = {
        "mean purchase rate": said.buying / rate.mean() - 1,
        "spread of purchase rates": said.spread / (rate.std() / rate.mean()) - 1,
        "rank of repeat buyers' rates": spearmanr(said.rate[is_repeating], rate[is_repeating]).statistic,
        "mean dropout rate": said.leaving / truth.of("dropout_rate").mean() - 1,
        "share alive": said.alive.mean() - is_alive.mean(),
        "alive, AUC": auc(is_alive, said.alive),
        "alive, calibration error": expected_calibration_error(is_alive, said.alive),
    }
    for days in HORIZONS:
        came = said.purchases[days]
        expected, seen = truth.expected_days(days), truth.of(f"purchase_days_next_{days}")
        found |= {
            f"purchases in {days} days": came.sum() / expected.sum() - 1,
            f"purchases in {days} days, tenths": tenths(came, expected),
            f"purchases in {days} days, rank": spearmanr(came, expected).statistic,
            f"purchases in {days} days, true season put on": came.sum() * truth.season[:days].mean() / seen.sum() - 1,
            f"no purchase in {days} days": expected_calibration_error(truth.silent(days), said.silent[days]),
            f"purchases in {days} days, as they came": came.sum() / seen.sum() - 1,
            f"no purchase in {days} days, as it came": expected_calibration_error(seen == 0, said.silent[days]),
        }
    return found


def tenths(said: np.ndarray, true: np.ndarray) -> float:
    """Sum of absolute errors of ten equal groups by what was said, over the true total."""
    groups = np.array_split(np.argsort(said, kind="stable"), 10)
    return float(sum(abs(said[group].sum() - true[group].sum()) for group in groups) / true.sum())


def measure_spending(basket: np.ndarray, truth: KnownTruth) -> dict[str, float]:
    """Distances of each customer's expected amount of a purchase day from the truth."""
    is_repeating = truth.of("frequency") > 0
    said, seen = basket * truth.of("purchase_days_next_365"), truth.of("spend_next_365")
    groups = np.array_split(np.argsort(basket, kind="stable"), 10)
    return {
        "mean basket": said.sum() / seen.sum() - 1,
        "mean basket, tenths": float(sum(abs(said[group].sum() - seen[group].sum()) for group in groups) / seen.sum()),
        "rank of repeat buyers' baskets": spearmanr(
            basket[is_repeating], truth.of("mean_basket")[is_repeating]
        ).statistic,
    }


def baskets(truth: KnownTruth) -> np.ndarray:
    """What Gamma-Gamma expects of each customer's next purchase day."""
    x, value = truth.of("frequency"), truth.of("monetary_value")
    return expected_value(fit_gamma_gamma(x, value), x, value)


def measure_taste(best: pl.DataFrame, truth: KnownTruth) -> dict[str, float]:
    """Of `best_channels`: how often the channel called best is the one that is liked, and how many are told one."""
    return {
        "best channel is the liked one": (best["channel"] == best["channel_taste"]).mean(),
        "customers told one": len(best) / len(truth.customers),
    }


def measure_scores(scores: list[pl.DataFrame], truth: KnownTruth) -> dict[str, float]:
    """Distances of what churn, next purchase and value publish from the truth, of the customers who have all three."""
    rows = reduce(lambda left, right: left.join(right.drop(SAID_OF_ALL), on="customer_id"), scores)
    known = replace(truth, customers=truth.customers.join(rows, on="customer_id", maintain_order="left"))
    orders, spend = known.of("predicted_number_of_orders"), known.of("predicted_clv_amount")
    expected, seen = known.expected_days(365), known.of("spend_next_365")
    silent, likely = known.of("churn_probability"), known.of("next_purchase_probability_90d")
    x, recency, age = known.history
    nothing = probability_no_purchase(fit_purchases(BetaGeo, x, recency, age), x, recency, age, 365)

    def held(said: str, seen: np.ndarray) -> float:
        """Among those of whom intervals can hold 80 % and no more."""
        is_held = (known.of(f"{said}_low") <= seen) & (seen <= known.of(f"{said}_high"))
        return float(is_held[nothing < ASKED].mean())

    return {
        "churn: no purchase in 90 days": expected_calibration_error(known.silent(90), silent),
        "churn: no purchase in 90 days, as it came": expected_calibration_error(
            known.of("purchase_days_next_90") == 0, silent
        ),
        "next purchase: a purchase in 90 days": expected_calibration_error(1 - known.silent(90), likely),
        "next purchase: a purchase in 90 days, as it came": expected_calibration_error(
            known.of("purchase_days_next_90") > 0, likely
        ),
        "value: orders in 365 days": orders.sum() / expected.sum() - 1,
        "value: orders in 365 days, tenths": tenths(orders, expected),
        "value: revenue in 90 days, as it came": (
            known.of("predicted_clv_90d_amount").sum() / known.of("spend_next_90").sum() - 1
        ),
        "value: revenue in 365 days": spend.sum() / seen.sum() - 1,
        "value: revenue in 365 days, tenths": tenths(spend, seen),
        "value: orders in 365 days, held by their intervals": held(
            "predicted_number_of_orders", known.of("purchase_days_next_365")
        ),
        "value: revenue in 365 days, held by its intervals": held("predicted_clv", seen),
    }


def out_of_bounds(measured: dict[str, float], bounds: Bounds) -> list[str]:
    """Names of the measures that lie outside; KeyError when one is missing."""
    return [name for name, (low, high) in bounds.items() if not low <= measured[name] <= high]

"""The score table of lifetime value: each customer's values, intervals and reasons, by a fitted model.

Belongs here: which spans are told, and what is published of a customer. Stays out: choosing the model
(lifetime_value.py), what it predicts from (lifetime_value_model.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import numpy as np
import polars as pl

from models_ml.blocks import blocks_of
from models_ml.design import history_of
from models_ml.future_intervals import holding
from models_ml.futures import simulate_intervals
from models_ml.lifetime_value_model import LifetimeValueModel
from models_ml.reasons import Direction, explain
from models_ml.regressor import money_of
from models_ml.score_rows import beginning
from models_ml.spending import Lifetime
from models_ml.threads import side_by_side

DIRECTION = Direction("raises the value", "lowers the value", is_higher_good=True)


@dataclass(frozen=True)
class ScoringKnobs:
    value_days: int = 365
    soon_days: int = 90
    lifetime: Lifetime = field(default_factory=Lifetime)
    draws: int = 200
    seed: int = 0


def scored(model: LifetimeValueModel, rows: pl.DataFrame, version: str, knobs: ScoringKnobs) -> pl.DataFrame:
    """The score table: one line each of `rows`, in their order; amounts in the company's currency."""
    factor = np.concatenate(side_by_side(model.factor, blocks_of(rows)))
    value = model.closed_form.spend_within(rows, knobs.value_days) * factor
    orders = model.closed_form.orders(rows, knobs.value_days)
    soon = model.closed_form.spend_within(rows, knobs.soon_days) * factor
    soon = soon * model.times_of_season(rows, knobs.soon_days)
    log_value = partial(model.log_spend_within, days=knobs.value_days)
    simulated = partial(
        simulate_intervals,
        model.closed_form.purchases,
        model.closed_form.spend,
        *history_of(rows),
        money_of(rows)[1],
        horizon=knobs.value_days,
        shares=model.shares,
        draws=knobs.draws,
        seed=knobs.seed,
        lifetime=knobs.lifetime,
    )
    explained = partial(explain, rows, log_value, DIRECTION, reads=model.reads)
    discounted = partial(model.closed_form.lifetime_value, rows, knobs.lifetime)
    # Sentences are Python's work, futures are NumPy's: the one leaves a core to the other.
    reasons, spread, lifetime = side_by_side(lambda work: work(), [explained, simulated, discounted])
    lifetime = lifetime * factor
    low, high = holding(value, spread.spend_low * factor, spread.spend_high * factor)
    life_low, life_high = holding(lifetime, spread.lifetime_low * factor, spread.lifetime_high * factor)
    orders_low, orders_high = holding(orders, spread.orders_low, spread.orders_high)

    return rows.select(
        *beginning(version, value, (low, high), reasons),
        pl.Series("predicted_clv_amount", value),
        pl.Series("predicted_clv_low", low),
        pl.Series("predicted_clv_high", high),
        pl.Series("predicted_clv_90d_amount", soon),
        pl.Series("discounted_lifetime_value_amount", lifetime),
        pl.Series("discounted_lifetime_value_low", life_low),
        pl.Series("discounted_lifetime_value_high", life_high),
        pl.Series("predicted_number_of_orders", orders),
        pl.Series("predicted_number_of_orders_low", orders_low),
        pl.Series("predicted_number_of_orders_high", orders_high),
    )

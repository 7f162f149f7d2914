"""The learned value model: Tweedie regression, boosted trees, and trees that correct the closed form's expected spend.

Belongs here: fitting scikit-learn members on spend within the horizon, predicting, artifacts. Stays out: lifetimes
beyond the horizon (lifetime_value.py), whether the model is any good (champion.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from models_ml.btyd import BetaGeo, GammaGamma, purchase_model_from_json
from models_ml.closed_form import expected_purchases
from models_ml.design import HISTORY, columns_read, design_matrix, history_of, usable_columns
from models_ml.members import BOTH, CLOSED_FORM, TREES
from models_ml.registry import estimator_from_bytes, estimator_to_bytes
from models_ml.snapshot_levels import snapshot_levels
from models_ml.spending import Lifetime, expected_value, lifetime_value
from models_ml.tweedie import PastSpend, TweedieKnobs, fit_tweedie

MONEY = ("frequency", "monetary_value")
TWEEDIE, CORRECTION, BLEND = "tweedie regression", "boosted correction", "blend"
WITH_TREES = "tweedie with trees"
BLENDS = {
    TWEEDIE: (TWEEDIE,),
    CORRECTION: (CORRECTION,),
    TREES: (TREES,),
    BOTH: (TWEEDIE, CORRECTION),
    WITH_TREES: (TWEEDIE, TREES),
    BLEND: (CLOSED_FORM, TWEEDIE, CORRECTION),
}
"""Candidates as means of their members; the last does with those that were fitted. Trees by themselves see more where
histories are long (a grocer's), and are led astray by a few large buyers where they are short.
"""


@dataclass(frozen=True)
class RegressorKnobs:
    """Targets are divided by their mean, so the penalties do not depend on the currency."""

    members: tuple[str, ...] = (TWEEDIE, CORRECTION, TREES)
    tweedie: TweedieKnobs = field(default_factory=TweedieKnobs)
    tree_rounds: int = 100
    correction_rate: float = 0.06
    correction_leaves: int = 8
    tree_rate: float = 0.08
    tree_leaves: int = 15
    """More than the correction's: they start from a mean, and not from what the closed form knows."""
    tree_bins: int = 63
    """Few, because weighted quantiles make the cuts, which is slow."""
    tree_leaf_rows: int = 200
    tree_l2: float = 10.0
    cut_quantile: float = 0.999
    cut_times: float = 2.0
    furthest_factor: float = 10.0
    fewest_buyers: int = 100
    trees_events_per_variable: float = 15.0
    """Customers who bought, for each variable, from which on boosting is tried: see LearnerKnobs."""
    seed: int = 0


@dataclass(frozen=True)
class SpendModel:
    """BG/NBD and Gamma-Gamma together: expected purchase days and spend from a snapshot row."""

    purchases: BetaGeo
    spend: GammaGamma

    @property
    def reads(self) -> frozenset[str]:
        """The columns of a snapshot that it looks at."""
        return frozenset({*HISTORY, *MONEY})

    def orders(self, rows: pl.DataFrame, horizon_days: float) -> np.ndarray:
        return expected_purchases(self.purchases, *history_of(rows), horizon_days)

    def value_of_one(self, rows: pl.DataFrame) -> np.ndarray:
        return expected_value(self.spend, *money_of(rows))

    def spend_within(self, rows: pl.DataFrame, horizon_days: float) -> np.ndarray:
        return self.orders(rows, horizon_days) * self.value_of_one(rows)

    def lifetime_value(self, rows: pl.DataFrame, lifetime: Lifetime) -> np.ndarray:
        return lifetime_value(self.purchases, self.spend, *history_of(rows), money_of(rows)[1], lifetime)


def money_of(rows: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """(frequency, monetary_value) as Gamma-Gamma takes them; missing values are NaN."""
    return tuple(rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in MONEY)


@dataclass(frozen=True)
class Regressor:
    """Fitted members; predicting reads them and changes nothing."""

    columns: tuple[str, ...]
    horizon_days: int
    model: SpendModel
    members: dict[str, object]
    mean_spend: float
    furthest_factor: float
    levels: dict[str, float] = field(default_factory=dict)
    """What each member is multiplied by, so that all customers of today spend what was learned that they do."""

    @property
    def candidates(self) -> tuple[str, ...]:
        whole = (name for name, parts in BLENDS.items() if set(parts) <= self.members.keys())
        return (*whole, BLEND)

    @property
    def reads(self) -> frozenset[str]:
        return columns_read(self.columns) | self.model.reads

    def predictions(self, rows: pl.DataFrame) -> dict[str, np.ndarray]:
        """Expected spend within the horizon by candidate, never further from the closed form than the stated factor."""
        said = self._said(rows, tuple(self.members))
        return {name: _blended(said, name) for name in self.candidates}

    def factor(self, rows: pl.DataFrame, candidate: str) -> np.ndarray:
        """What one candidate says, relative to the closed form."""
        said = self._said(rows, tuple(name for name in BLENDS[candidate] if name in self.members))
        return _blended(said, candidate) / said[CLOSED_FORM]

    def at_level_of(self, rows: pl.DataFrame, of_closed_form: float) -> Regressor:
        """The same with each member's total over `rows` at that multiple of the closed form's."""
        said = self._said(rows, tuple(self.members))
        total = of_closed_form * said[CLOSED_FORM].sum()
        return replace(self, levels={name: float(total / said[name].sum()) for name in self.members})

    def _said(self, rows: pl.DataFrame, members: tuple[str, ...]) -> dict[str, np.ndarray]:
        """By each of the members and by the closed form."""
        matrix, closed = spend_matrix(rows, self.columns, self.model, self.horizon_days)
        found = {CLOSED_FORM: closed}
        for name in members:
            unit = closed if name == CORRECTION else self.mean_spend
            said = self.members[name].predict(matrix) * unit * self.levels.get(name, 1.0)
            found[name] = np.clip(said, closed / self.furthest_factor, closed * self.furthest_factor)
        return found

    def parameters(self) -> dict:
        return {
            "columns": list(self.columns),
            "horizon_days": self.horizon_days,
            "purchases": self.model.purchases.as_json(),
            "spend": self.model.spend.as_json(),
            "mean_spend": self.mean_spend,
            "furthest_factor": self.furthest_factor,
            "levels": self.levels,
        }

    def estimators(self) -> bytes:
        return estimator_to_bytes(self.members)


def _blended(said: dict[str, np.ndarray], candidate: str) -> np.ndarray:
    return np.mean([said[name] for name in BLENDS[candidate] if name in said], axis=0)


def load_regressor(parameters: dict, estimators: bytes) -> Regressor:
    """Rebuild what `parameters()` and `estimators()` wrote. Raises ArtifactError on types that are not trusted."""
    return Regressor(
        tuple(parameters["columns"]),
        parameters["horizon_days"],
        SpendModel(purchase_model_from_json(parameters["purchases"]), GammaGamma(**parameters["spend"])),
        estimator_from_bytes(estimators, "estimators"),
        parameters["mean_spend"],
        parameters["furthest_factor"],
        parameters["levels"],
    )


def spend_matrix(
    rows: pl.DataFrame, columns: tuple[str, ...], model: SpendModel, horizon_days: int
) -> tuple[np.ndarray, np.ndarray]:
    """The design matrix with the closed form's orders, value and spend in logarithms; and that spend itself (> 0)."""
    orders = np.maximum(model.orders(rows, horizon_days), 1e-6)
    value = model.value_of_one(rows)
    matrix = design_matrix(rows, columns, model.purchases, horizon_days)
    return np.column_stack([matrix, np.log(orders), np.log(value), np.log(orders * value)]), orders * value


def fit_regressor(
    rows: pl.DataFrame,
    spend: np.ndarray,
    today: pl.DataFrame,
    model: SpendModel,
    horizon_days: int,
    knobs: RegressorKnobs,
) -> Regressor | None:
    """Fit all members on labelled rows; None when too few customers bought within the horizon.

    Spend is cut at twice its 99.9 % quantile among buyers (bulk orders would decide the fit) and at zero (net refunds),
    and divided by the level of its snapshot: what is learned is who spends more than others, not which season it was.

    In every past snapshot the total is then the same multiple of the closed form's, and so it shall be of the rows of
    `today`. Left alone, what is learned drifts with whatever grows (age, purchases so far): Tweedie's total of a
    growing wholesaler was 35 % too high, where the closed form's was 19 % too low. This is the balance property of
    generalised linear models, restored where customers have changed (Wüthrich 2020, "Bias regularization in neural
    network models for general insurance pricing", European Actuarial Journal 10).
    """
    if np.sum(spend > 0) < knobs.fewest_buyers:
        return None
    columns = usable_columns(rows)
    matrix, closed = spend_matrix(rows, columns, model, horizon_days)
    target = np.clip(spend, 0, knobs.cut_times * spend_cap(spend, knobs.cut_quantile))
    target = target / snapshot_levels(rows["as_of_date"], target, closed, horizon_days)
    mean = float(target.mean())
    # A Poisson model of spend ÷ closed form, weighted by the closed form, is one with the closed form as offset.
    weight = np.maximum(closed, mean / 100)
    members = {}
    if TWEEDIE in knobs.members:
        unit, dates = closed / mean, rows["as_of_date"].to_numpy()
        past = PastSpend(matrix, target / mean, dates, unit / knobs.furthest_factor, unit * knobs.furthest_factor)
        members[TWEEDIE] = fit_tweedie(past, horizon_days, knobs.tweedie)
    if CORRECTION in knobs.members:
        correction = _boosting(knobs, knobs.correction_rate, knobs.correction_leaves, len(spend))
        members[CORRECTION] = correction.fit(matrix, target / weight, sample_weight=weight / weight.mean())
    if TREES in knobs.members:
        members[TREES] = _boosting(knobs, knobs.tree_rate, knobs.tree_leaves, len(spend)).fit(matrix, target / mean)
    learned = Regressor(columns, horizon_days, model, members, mean, knobs.furthest_factor)
    return learned.at_level_of(today, target.sum() / closed.sum())


def _boosting(knobs: RegressorKnobs, rate: float, leaves: int, rows: int):
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(
        loss="poisson",
        max_iter=knobs.tree_rounds,
        learning_rate=rate,
        max_leaf_nodes=leaves,
        max_bins=knobs.tree_bins,
        min_samples_leaf=min(knobs.tree_leaf_rows, max(20, rows // 50)),
        l2_regularization=knobs.tree_l2,
        early_stopping=False,
        random_state=knobs.seed,
    )


def spend_cap(spend: np.ndarray, quantile: float) -> float:
    """Spend above which a customer counts as a bulk buyer; infinite when nobody bought."""
    bought = spend[spend > 0]
    return float(np.quantile(bought, quantile)) if len(bought) else float("inf")

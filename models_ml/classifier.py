"""The learned classifier: logistic regression and boosted trees on the design matrix, calibrated by Platt scaling.

Belongs here: fitting scikit-learn members with grouped out-of-fold calibration, predicting from what was fitted,
artifacts.
Stays out: what the outcome means (churn.py, next_purchase.py), whether the model is any good (champion.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from models_ml.btyd import BetaGeo, PurchaseModel, purchase_model_from_json
from models_ml.calibration import Platt, fit_platt
from models_ml.closed_form import probability_no_purchase
from models_ml.design import design_matrix, history_of, logit, usable_columns
from models_ml.registry import estimator_from_bytes, estimator_to_bytes

LOGISTIC, TREES, CLOSED_FORM = "logistic regression", "boosted trees", "closed form"
STACK = "stack of logits"
BLENDS = {LOGISTIC: (LOGISTIC,), TREES: (TREES,), STACK: (LOGISTIC, TREES, CLOSED_FORM)}
"""Candidates as means of their members' log odds. The closed form in the stack pulls towards what always holds."""


@dataclass(frozen=True)
class LearnerKnobs:
    """Small, strongly regularised models: snapshots of one customer repeat themselves, so rows overstate what is
    known.
    """

    members: tuple[str, ...] = (LOGISTIC, TREES)
    logistic_c: float = 0.01
    tree_rounds: int = 100
    tree_rate: float = 0.06
    tree_leaves: int = 8
    tree_leaf_rows: int = 200
    tree_l2: float = 10.0
    folds: int = 3
    fewest_of_a_class: int = 30
    trees_events_per_variable: float = 20.0
    """Trees are tried from here on. Van der Ploeg, Austin & Steyerberg (2014), "Modern modelling techniques are data
    hungry", BMC Med Res Methodol 14:137: logistic regression is stable from 20–50 events per variable, plain trees need
    200. These are held back by few leaves and heavy penalties, and a backtest judges them, so they are tried where
    logistic regression would be safe. A generated company of 300 customers has 1, one of 3,000 has 12, and there they
    cost most of the scores' time and never beat the closed form; real logs of 2,000 customers have 40.
    """
    seed: int = 0


@dataclass(frozen=True)
class Learned:
    """Fitted members and one calibration per candidate; predicting reads it and changes nothing."""

    columns: tuple[str, ...]
    horizon_days: int
    purchases: BetaGeo
    members: dict[str, object]
    calibrations: dict[str, Platt]

    def log_odds(self, rows: pl.DataFrame, candidate: str) -> np.ndarray:
        """Calibrated log odds of the outcome, one a row."""
        matrix = design_matrix(rows, self.columns, self.purchases, self.horizon_days)
        wanted = [name for name in BLENDS[candidate] if name in self.members or name == CLOSED_FORM]
        closed = closed_form_log_odds(rows, self.purchases, self.horizon_days)
        parts = [closed if name == CLOSED_FORM else _member_log_odds(self.members[name], matrix) for name in wanted]
        return self.calibrations[candidate].apply(np.mean(parts, axis=0))

    def only(self, candidate: str) -> Learned:
        """The same model without the members and calibrations that `candidate` does not need."""
        members = {name: member for name, member in self.members.items() if name in BLENDS[candidate]}
        return Learned(
            self.columns, self.horizon_days, self.purchases, members, {candidate: self.calibrations[candidate]}
        )

    def parameters(self) -> dict:
        return {
            "columns": list(self.columns),
            "horizon_days": self.horizon_days,
            "purchases": self.purchases.as_json(),
            "members": list(self.members),
            "calibrations": {name: [p.slope, p.intercept] for name, p in self.calibrations.items()},
        }

    def estimators(self) -> bytes:
        return estimator_to_bytes(self.members)


def load_learned(parameters: dict, estimators: bytes) -> Learned:
    """Rebuild what `parameters()` and `estimators()` wrote. Raises ArtifactError on types that are not trusted."""
    return Learned(
        tuple(parameters["columns"]),
        parameters["horizon_days"],
        purchase_model_from_json(parameters["purchases"]),
        estimator_from_bytes(estimators, "estimators"),
        {name: Platt(*numbers) for name, numbers in parameters["calibrations"].items()},
    )


def members_of(candidate: str, available: tuple[str, ...]) -> tuple[str, ...]:
    """Which of the available members have to be fitted for a candidate."""
    return tuple(name for name in BLENDS[candidate] if name in available)


def closed_form_log_odds(rows: pl.DataFrame, purchases: PurchaseModel, horizon_days: float) -> np.ndarray:
    """Log odds of no purchase in the horizon."""
    return logit(probability_no_purchase(purchases, *history_of(rows), horizon_days))


def fit_learned(
    rows: pl.DataFrame, outcome: np.ndarray, purchases: BetaGeo, horizon_days: int, knobs: LearnerKnobs
) -> Learned | None:
    """Fit all members on labelled rows; `outcome` is 1 for no purchase in the horizon.

    Calibration uses predictions for customers the member has not seen (groups are customers: snapshots of one customer
    never sit on both sides). None when an outcome is too rare to learn from.
    """
    from sklearn.model_selection import GroupKFold

    customers = rows["customer_id"].rank("dense").to_numpy()
    rarest = min(np.sum(outcome == 1), np.sum(outcome == 0))
    if rarest < knobs.fewest_of_a_class or len(np.unique(customers)) < 2 * knobs.folds:
        return None
    columns = usable_columns(rows)
    matrix = design_matrix(rows, columns, purchases, horizon_days)
    held_out = {CLOSED_FORM: closed_form_log_odds(rows, purchases, horizon_days)}
    held_out |= {name: np.empty(len(outcome)) for name in knobs.members}
    for inside, outside in GroupKFold(knobs.folds).split(matrix, outcome, customers):
        for name in knobs.members:
            member = _fit_member(name, matrix[inside], outcome[inside], knobs)
            held_out[name][outside] = _member_log_odds(member, matrix[outside])
    members = {name: _fit_member(name, matrix, outcome, knobs) for name in knobs.members}
    calibrations = {}
    for candidate, parts in BLENDS.items():
        wanted = [held_out[name] for name in parts if name in held_out]
        if candidate == STACK or candidate in knobs.members:
            calibrations[candidate] = fit_platt(np.mean(wanted, axis=0), outcome)
    return Learned(columns, horizon_days, purchases, members, calibrations)


def _fit_member(name: str, matrix: np.ndarray, outcome: np.ndarray, knobs: LearnerKnobs):
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if name == TREES:
        return HistGradientBoostingClassifier(
            max_iter=knobs.tree_rounds,
            learning_rate=knobs.tree_rate,
            max_leaf_nodes=knobs.tree_leaves,
            min_samples_leaf=min(knobs.tree_leaf_rows, max(20, len(outcome) // 50)),
            l2_regularization=knobs.tree_l2,
            early_stopping=False,
            random_state=knobs.seed,
        ).fit(matrix, outcome)
    pipeline = make_pipeline(
        SimpleImputer(strategy="mean", keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(C=knobs.logistic_c, max_iter=500),
    )
    return pipeline.fit(matrix, outcome)


def _member_log_odds(member, matrix: np.ndarray) -> np.ndarray:
    return logit(member.predict_proba(matrix)[:, 1])

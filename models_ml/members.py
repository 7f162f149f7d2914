"""What a learned classifier is made of: logistic regression and boosted trees on a matrix, calibrated by Platt scaling.

Belongs here: fitting scikit-learn members with grouped out-of-fold calibration, blending what they say, artifacts.
Stays out: how rows become a matrix (design.py, outcome_design.py), whether the model is any good (champion.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from models_ml.calibration import Platt, fit_platt
from models_ml.design import logit
from models_ml.registry import estimator_from_bytes, estimator_to_bytes

LOGISTIC, TREES, CLOSED_FORM = "logistic regression", "boosted trees", "closed form"
BOTH, STACK = "blend of both", "stack of logits"
BLENDS = {LOGISTIC: (LOGISTIC,), TREES: (TREES,), BOTH: (LOGISTIC, TREES), STACK: (LOGISTIC, TREES, CLOSED_FORM)}
"""Candidates as means of their members' log odds. The closed form in the stack pulls towards what always holds, which
helps where seasons turn and costs where none does. One that would be the same as another is left out.
"""
NOTHING_GIVEN: Mapping[str, np.ndarray] = {}


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
    trees_events_per_variable: float = 15.0
    """Trees are tried from here on. Van der Ploeg, Austin & Steyerberg (2014), "Modern modelling techniques are data
    hungry", BMC Med Res Methodol 14:137: logistic regression is stable from 20–50 events per variable, plain trees need
    200. These are held back by few leaves and heavy penalties, and a backtest judges them, so they are tried a little
    before logistic regression would be safe: many of the variables are the same sums over other days. A generated
    company of 300 customers has 1, one of 3,000 has 12, and there they cost most of the scores' time and never beat the
    closed form; a grocer of 2,400 customers has 19 to 40, and there they win.
    """
    seed: int = 0


@dataclass(frozen=True)
class Members:
    """Fitted members and one calibration per candidate; predicting reads them and changes nothing."""

    fitted: dict[str, object]
    calibrations: dict[str, Platt]
    seen: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Columns of the matrix by member; who is not named sees all."""

    def said(self, matrix: np.ndarray, given: Mapping[str, np.ndarray] = NOTHING_GIVEN) -> dict[str, np.ndarray]:
        """Calibrated log odds by candidate, one a row; `given` are the log odds of members that need no fitting."""
        each = dict(given) | {
            name: _member_log_odds(member, _view(name, matrix, self.seen)) for name, member in self.fitted.items()
        }
        return {
            candidate: calibration.apply(np.mean([each[name] for name in BLENDS[candidate] if name in each], axis=0))
            for candidate, calibration in self.calibrations.items()
        }

    def only(self, candidate: str) -> Members:
        """The same without the members and calibrations that `candidate` does not need."""
        fitted = {name: member for name, member in self.fitted.items() if name in BLENDS[candidate]}
        return Members(fitted, {candidate: self.calibrations[candidate]}, self.seen)

    def parameters(self) -> dict:
        return {
            "members": list(self.fitted),
            "calibrations": {name: [p.slope, p.intercept] for name, p in self.calibrations.items()},
            "seen": {name: list(columns) for name, columns in self.seen.items()},
        }

    def estimators(self) -> bytes:
        return estimator_to_bytes(self.fitted)


def load_members(parameters: dict, estimators: bytes) -> Members:
    """Rebuild what `parameters()` and `estimators()` wrote. Raises ArtifactError on types that are not trusted."""
    return Members(
        estimator_from_bytes(estimators, "estimators"),
        {name: Platt(*numbers) for name, numbers in parameters["calibrations"].items()},
        {name: tuple(columns) for name, columns in parameters["seen"].items()},
    )


def members_of(candidate: str, available: tuple[str, ...]) -> tuple[str, ...]:
    """Which of the available members have to be fitted for a candidate."""
    return tuple(name for name in BLENDS[candidate] if name in available)


def fit_members(
    matrix: np.ndarray,
    outcome: np.ndarray,
    groups: np.ndarray,
    knobs: LearnerKnobs,
    given: Mapping[str, np.ndarray] = NOTHING_GIVEN,
    directions: np.ndarray | None = None,
    is_age_seen: bool = True,
) -> Members | None:
    """Fit all members on labelled rows; `outcome` is 0 or 1, `given` the log odds of members that need no fitting.

    `directions` holds 1 for a column of the matrix that may only raise the outcome, −1 for one that may only lower it,
    0 for one that is free, NaN for one that could undo the others, as age can. Trees keep to it and do not see those
    last ones; logistic regression keeps to it where `is_age_seen` is false.

    Calibration uses predictions for groups the member has not seen (snapshots of one customer, deal or lead never sit
    on both sides). None when an outcome is too rare to learn from.
    """
    from sklearn.model_selection import GroupKFold

    rarest = min(np.sum(outcome == 1), np.sum(outcome == 0))
    if rarest < knobs.fewest_of_a_class or len(np.unique(groups)) < 2 * knobs.folds:
        return None
    seen, constraints = {}, None
    if directions is not None:
        known = np.flatnonzero(~np.isnan(directions))
        seen, constraints = {TREES: tuple(map(int, known))}, directions[known]
        if not is_age_seen:
            seen[LOGISTIC] = _rightly_signed(matrix, outcome, directions, known, knobs)
    held_out = dict(given) | {name: np.empty(len(outcome)) for name in knobs.members}
    for inside, outside in GroupKFold(knobs.folds).split(matrix, outcome, groups):
        for name in knobs.members:
            view = _view(name, matrix, seen)
            member = _fit_member(name, view[inside], outcome[inside], knobs, constraints)
            held_out[name][outside] = _member_log_odds(member, view[outside])
    fitted = {name: _fit_member(name, _view(name, matrix, seen), outcome, knobs, constraints) for name in knobs.members}
    blended: dict[tuple[str, ...], str] = {}
    for candidate, parts in BLENDS.items():
        present = tuple(name for name in parts if name in held_out)
        if any(name in fitted for name in present):
            blended.setdefault(present, candidate)
    calibrations = {
        candidate: fit_platt(np.mean([held_out[name] for name in present], axis=0), outcome)
        for present, candidate in blended.items()
    }
    return Members(fitted, calibrations, seen)


def _rightly_signed(
    matrix: np.ndarray, outcome: np.ndarray, directions: np.ndarray, columns: np.ndarray, knobs: LearnerKnobs
) -> tuple[int, ...]:
    """The columns that logistic regression weighs the way they point: of those that it does not, the one that is
    farthest off goes first, as scorecards are built (Siddiqi 2006, "Credit Risk Scorecards", chapter 6), because what
    overlaps with it may then turn.
    """
    while True:
        weights = _fit_member(LOGISTIC, matrix[:, columns], outcome, knobs, None)[-1].coef_[0]
        against = weights * directions[columns]
        if against.min() >= 0:
            return tuple(map(int, columns))
        columns = np.delete(columns, against.argmin())


def _view(name: str, matrix: np.ndarray, seen: Mapping[str, tuple[int, ...]]) -> np.ndarray:
    return matrix[:, seen[name]] if name in seen else matrix


def _fit_member(
    name: str, matrix: np.ndarray, outcome: np.ndarray, knobs: LearnerKnobs, constraints: np.ndarray | None
):
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
            monotonic_cst=constraints,
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

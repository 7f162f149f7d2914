"""The learned classifier of customers: the members on what is known of a purchase history, beside its closed form.

Belongs here: handing the design matrix of customers to the members, artifacts.
Stays out: the members (members.py), what the outcome means (churn.py, next_purchase.py), whether the model is any good
(champion.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from models_ml.btyd import BetaGeo, PurchaseModel, purchase_model_from_json
from models_ml.closed_form import probability_no_purchase
from models_ml.design import (
    LARGEST_LOGIT,
    cohort_of,
    columns_read,
    design_matrix,
    history_of,
    logit,
    silence_directions,
    usable_columns,
)
from models_ml.members import CLOSED_FORM, LOGISTIC, LearnerKnobs, Members, fit_members, load_members
from models_ml.silence import check_silence


@dataclass(frozen=True)
class Learned:
    """Fitted members and how customers become their matrix; predicting reads it and changes nothing."""

    columns: tuple[str, ...]
    horizon_days: int
    purchases: BetaGeo
    members: Members

    @property
    def reads(self) -> frozenset[str]:
        """The columns of a snapshot that it looks at."""
        return columns_read(self.columns)

    def said(self, rows: pl.DataFrame) -> dict[str, np.ndarray]:
        """Calibrated log odds of the outcome by candidate, one a row."""
        matrix = design_matrix(rows, self.columns, self.purchases, self.horizon_days)
        closed = {CLOSED_FORM: closed_form_log_odds(rows, self.purchases, self.horizon_days)}
        return self.members.said(matrix, closed)

    def log_odds(self, rows: pl.DataFrame, candidate: str) -> np.ndarray:
        """Those of one candidate, for whom no other's members are asked."""
        return self.only(candidate).said(rows)[candidate]

    def only(self, candidate: str) -> Learned:
        """The same model without the members and calibrations that `candidate` does not need."""
        return replace(self, members=self.members.only(candidate))

    def parameters(self) -> dict:
        return {
            "columns": list(self.columns),
            "horizon_days": self.horizon_days,
            "purchases": self.purchases.as_json(),
            **self.members.parameters(),
        }

    def estimators(self) -> bytes:
        return self.members.estimators()


def load_learned(parameters: dict, estimators: bytes) -> Learned:
    """Rebuild what `parameters()` and `estimators()` wrote. Raises ArtifactError on types that are not trusted."""
    return Learned(
        tuple(parameters["columns"]),
        parameters["horizon_days"],
        purchase_model_from_json(parameters["purchases"]),
        load_members(parameters, estimators),
    )


def closed_form_log_odds(
    rows: pl.DataFrame, purchases: PurchaseModel, horizon_days: float, largest: float = LARGEST_LOGIT
) -> np.ndarray:
    """Log odds of no purchase in the horizon, clipped to ±`largest`."""
    return logit(probability_no_purchase(purchases, *history_of(rows), horizon_days), largest)


def fit_learned(
    rows: pl.DataFrame,
    outcome: np.ndarray,
    purchases: BetaGeo,
    horizon_days: int,
    knobs: LearnerKnobs,
    is_of_silence: bool = False,
) -> Learned | None:
    """Fit all members on labelled rows; `outcome` is 1 for no purchase in the horizon.

    Where it `is_of_silence`, longer silence may only raise it: trees are kept to that, logistic regression is where it
    would not by itself. None when an outcome is too rare to learn from.
    """
    columns = usable_columns(rows)
    matrix = design_matrix(rows, columns, purchases, horizon_days)
    closed = {CLOSED_FORM: closed_form_log_odds(rows, purchases, horizon_days)}
    customers = rows["customer_id"].rank("dense").to_numpy()
    directions = silence_directions(columns) if is_of_silence else None

    def learned(is_age_seen: bool) -> Learned | None:
        members = fit_members(matrix, outcome, customers, knobs, closed, directions, is_age_seen)
        return None if members is None else Learned(columns, horizon_days, purchases, members)

    found = learned(is_age_seen=True)
    if found is None or not is_of_silence or LOGISTIC not in knobs.members:
        return found
    latest = rows.filter(pl.col("as_of_date") == pl.col("as_of_date").max())
    cohort = cohort_of(latest)
    asked = check_silence(latest, lambda changed: found.log_odds(cohort.ranked(changed), LOGISTIC))
    return found if asked.is_sane else learned(is_age_seen=False)

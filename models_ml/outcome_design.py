"""From a row about a deal, lead or subscription to model inputs, and the classifier that reads them.

Belongs here: the matrix of such a row, the fitted members with the columns they were fitted on, artifacts.
Stays out: the members (members.py), what the outcome means, whether the model is any good (champion.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from models_ml.design import usable_columns
from models_ml.members import LearnerKnobs, Members, fit_members, load_members
from models_ml.outcome_rows import Subject


def usable_columns_of(rows: pl.DataFrame, subject: Subject) -> tuple[str, ...]:
    """Columns of numbers that tell rows of one snapshot apart, without key, date and label."""
    return usable_columns(rows, subject.banned)


def matrix_of(rows: pl.DataFrame, columns: tuple[str, ...]) -> np.ndarray:
    """sign(v)·log(1+|v|) of each column, one row a row. Missing values stay NaN; the pipelines know what to do."""
    raw = rows.select(pl.col(columns).cast(pl.Float64)).to_numpy()
    return np.sign(raw) * np.log1p(np.abs(raw))


@dataclass(frozen=True)
class OutcomeModel:
    """Fitted members and the columns they read; predicting changes nothing."""

    columns: tuple[str, ...]
    members: Members

    def said(self, rows: pl.DataFrame) -> dict[str, np.ndarray]:
        """Calibrated log odds that it happens within the horizon, by candidate, one a row."""
        return self.members.said(matrix_of(rows, self.columns))

    def log_odds(self, rows: pl.DataFrame, candidate: str) -> np.ndarray:
        """Those of one candidate, for whom no other's members are asked."""
        return self.only(candidate).said(rows)[candidate]

    def only(self, candidate: str) -> OutcomeModel:
        return replace(self, members=self.members.only(candidate))

    def parameters(self) -> dict:
        return {"columns": list(self.columns), **self.members.parameters()}


def load_model(parameters: dict, estimators: bytes) -> OutcomeModel:
    """Rebuild what `parameters()` and the members wrote. Raises ArtifactError on types that are not trusted."""
    return OutcomeModel(tuple(parameters["columns"]), load_members(parameters, estimators))


def fit_model(rows: pl.DataFrame, subject: Subject, knobs: LearnerKnobs) -> OutcomeModel | None:
    """Fit all members on labelled rows. None when an outcome is too rare to learn from or nothing tells rows apart."""
    columns = usable_columns_of(rows, subject)
    if not columns:
        return None
    groups = rows[subject.key].rank("dense").to_numpy()
    members = fit_members(matrix_of(rows, columns), subject.happened(rows), groups, knobs)
    return None if members is None else OutcomeModel(columns, members)

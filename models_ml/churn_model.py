"""The fitted model of churn: closed form, what was learned on top, the season, and how they become artifacts and back.

Belongs here: everything that predicting needs. Stays out: fitting, judging and choosing (churn.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from models_ml.btyd import PurchaseModel, purchase_model_from_json
from models_ml.calibration import Band
from models_ml.classifier import Learned, closed_form_log_odds, load_learned
from models_ml.design import HISTORY, Cohort, cohort_from_json
from models_ml.registry import parameters_from_bytes, parameters_to_bytes
from models_ml.season import NO_SEASON, Season, season_from_json


@dataclass(frozen=True)
class ChurnModel:
    """Everything fitted: a closed form, the learned members where they won, and the band. Predicting never learns."""

    champion: str
    horizon_days: int
    purchases: PurchaseModel
    cohort: Cohort
    learned: Learned | None
    band: Band
    season: Season = NO_SEASON

    @property
    def reads(self) -> frozenset[str]:
        """The columns of a snapshot that the probability depends on."""
        return frozenset(HISTORY) if self.learned is None else self.learned.reads

    def log_odds(self, rows: pl.DataFrame) -> np.ndarray:
        if self.learned is None:
            return closed_form_log_odds(rows, self.purchases, self.horizon_days) + self.season.of(
                rows, self.horizon_days
            )
        return self.learned.log_odds(self.cohort.ranked(rows), self.champion) + self.season.of(rows, self.horizon_days)

    def artifacts(self) -> dict[str, bytes]:
        parameters = {
            "champion": self.champion,
            "horizon_days": self.horizon_days,
            "purchases": self.purchases.as_json(),
            "cohort": self.cohort.as_json(),
            "band": self.band.as_json(),
            "season": self.season.as_json(),
            "learned": None if self.learned is None else self.learned.parameters(),
        }
        files = {"churn.json": parameters_to_bytes(parameters)}
        return files if self.learned is None else files | {"churn.skops": self.learned.estimators()}


def load(artifacts: dict[str, bytes]) -> ChurnModel:
    """Rebuild the model from its artifacts. Raises ArtifactError on damaged or untrusted content."""
    parameters = parameters_from_bytes(artifacts["churn.json"], "churn.json")
    learned = parameters["learned"]
    return ChurnModel(
        parameters["champion"],
        parameters["horizon_days"],
        purchase_model_from_json(parameters["purchases"]),
        cohort_from_json(parameters["cohort"]),
        None if learned is None else load_learned(learned, artifacts["churn.skops"]),
        Band(**{name: tuple(values) for name, values in parameters["band"].items()}),
        season_from_json(parameters["season"]),
    )

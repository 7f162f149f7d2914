"""The fitted model of lifetime value: closed form, what was learned on top, and how both become artifacts and back.

Belongs here: everything that predicting needs. Stays out: fitting, judging and choosing (lifetime_value.py).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import polars as pl

from models_ml.btyd import GammaGamma, purchase_model_from_json
from models_ml.design import Cohort, cohort_from_json
from models_ml.futures import Shares
from models_ml.registry import parameters_from_bytes, parameters_to_bytes
from models_ml.regressor import Regressor, SpendModel, load_regressor


@dataclass(frozen=True)
class LifetimeValueModel:
    """Everything fitted: BG/NBD and Gamma-Gamma parameters, what intervals span, and the learned members where they
    won.
    """

    champion: str
    horizon_days: int
    closed_form: SpendModel
    shares: Shares
    cohort: Cohort
    learned: Regressor | None

    @property
    def reads(self) -> frozenset[str]:
        """The columns of a snapshot that its values depend on."""
        return self.closed_form.reads if self.learned is None else self.closed_form.reads | self.learned.reads

    def factor(self, rows: pl.DataFrame) -> np.ndarray:
        """What the champion says relative to the closed form within the horizon; 1 where the closed form is champion.

        Beyond the horizon nothing has been learned, so the year's closed form is multiplied by the same factor.
        """
        if self.learned is None:
            return np.ones(len(rows))
        return self.learned.factor(self.cohort.ranked(rows), self.champion)

    def spend_within(self, rows: pl.DataFrame, days: int) -> np.ndarray:
        return self.closed_form.spend_within(rows, days) * self.factor(rows)

    def log_spend_within(self, rows: pl.DataFrame, days: int) -> np.ndarray:
        return np.log(np.maximum(self.spend_within(rows, days), 1e-9))

    def artifacts(self) -> dict[str, bytes]:
        parameters = {
            "champion": self.champion,
            "horizon_days": self.horizon_days,
            "purchases": self.closed_form.purchases.as_json(),
            "spend": self.closed_form.spend.as_json(),
            "shares": asdict(self.shares),
            "cohort": self.cohort.as_json(),
            "learned": None if self.learned is None else self.learned.parameters(),
        }
        files = {"lifetime_value.json": parameters_to_bytes(parameters)}
        return files if self.learned is None else files | {"lifetime_value.skops": self.learned.estimators()}


def load(artifacts: dict[str, bytes]) -> LifetimeValueModel:
    """Rebuild the model from its artifacts. Raises ArtifactError on damaged or untrusted content."""
    parameters = parameters_from_bytes(artifacts["lifetime_value.json"], "lifetime_value.json")
    learned = parameters["learned"]
    return LifetimeValueModel(
        parameters["champion"],
        parameters["horizon_days"],
        SpendModel(purchase_model_from_json(parameters["purchases"]), GammaGamma(**parameters["spend"])),
        Shares(**parameters["shares"]),
        cohort_from_json(parameters["cohort"]),
        None if learned is None else load_regressor(learned, artifacts["lifetime_value.skops"]),
    )

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
from models_ml.season import NO_SEASON, YEAR, Season, season_from_json


@dataclass(frozen=True)
class LifetimeValueModel:
    """Everything fitted: BG/NBD and Gamma-Gamma parameters, what intervals span, the learned members where they
    won, the season.
    """

    champion: str
    horizon_days: int
    closed_form: SpendModel
    shares: Shares
    cohort: Cohort
    learned: Regressor | None
    season: Season = NO_SEASON

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

    def times_of_season(self, rows: pl.DataFrame, days: int) -> np.ndarray | float:
        """What the time of year multiplies orders and spend of each row with; past the horizon it evens out.

        Never more comes within the horizon than without a season in the year that it is part of.
        """
        if not self.season.days or days > self.horizon_days:
            return 1.0
        whole, part = (self.closed_form.orders(rows, each) for each in (YEAR.days, days))
        most = np.divide(whole, part, out=np.full_like(whole, np.inf), where=part > 0)
        return np.minimum(np.exp(self.season.of(rows, days)), most)

    def spend_within(self, rows: pl.DataFrame, days: int) -> np.ndarray:
        return self.closed_form.spend_within(rows, days) * self.factor(rows) * self.times_of_season(rows, days)

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
            "season": self.season.as_json(),
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
        season_from_json(parameters["season"]),
    )

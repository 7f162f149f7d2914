"""The fitted model of the next purchase: closed form, what was learned on top, and how both become artifacts and back.

Belongs here: everything that predicting needs. Stays out: fitting, judging and choosing (next_purchase.py).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import polars as pl

from models_ml.btyd import PurchaseModel, purchase_model_from_json
from models_ml.calibration import Band
from models_ml.classifier import Learned, load_learned
from models_ml.design import HISTORY, Cohort, cohort_from_json
from models_ml.order_dates import Levels
from models_ml.purchase_windows import WINDOWS, log_odds_of_none, probabilities
from models_ml.registry import parameters_from_bytes, parameters_to_bytes
from models_ml.season import NO_SEASON, Season, season_from_json


@dataclass(frozen=True)
class NextPurchaseModel:
    """Everything fitted: a closed form, one learned classifier a window where they won, band, levels of the dates,
    season.

    `learned` may end before 90 days, where the labels did: from there on the closed form leads.
    """

    champion: str
    purchases: PurchaseModel
    learned: dict[int, Learned]
    cohort: Cohort
    band: Band
    levels: Levels
    season: Season = NO_SEASON

    @property
    def reads(self) -> frozenset[str]:
        """The columns of a snapshot that its probabilities depend on."""
        return frozenset(HISTORY).union(*(model.reads for model in self.learned.values()))

    def log_odds_of_none(self, rows: pl.DataFrame, window: int) -> np.ndarray:
        return log_odds_of_none(
            self.champion, self.purchases, self.learned, self.season, self.cohort.ranked(rows), window
        )

    def log_odds(self, rows: pl.DataFrame) -> np.ndarray:
        """Of an order within the longest window."""
        return -self.log_odds_of_none(rows, WINDOWS[-1])

    def probabilities(self, rows: pl.DataFrame) -> np.ndarray:
        """Shape (customers, 3): an order within 30, 60 and 90 days."""
        return probabilities(
            self.champion, self.purchases, self.learned, self.season, self.cohort.ranked(rows), WINDOWS
        )

    def artifacts(self) -> dict[str, bytes]:
        parameters = {
            "champion": self.champion,
            "purchases": self.purchases.as_json(),
            "cohort": self.cohort.as_json(),
            "band": self.band.as_json(),
            "levels": asdict(self.levels),
            "season": self.season.as_json(),
            "learned": {str(window): model.parameters() for window, model in self.learned.items()},
        }
        files = {"next_purchase.json": parameters_to_bytes(parameters)}
        return files | {f"next_purchase_{window}d.skops": model.estimators() for window, model in self.learned.items()}


def load(artifacts: dict[str, bytes]) -> NextPurchaseModel:
    """Rebuild the model from its artifacts. Raises ArtifactError on damaged or untrusted content."""
    parameters = parameters_from_bytes(artifacts["next_purchase.json"], "next_purchase.json")
    return NextPurchaseModel(
        parameters["champion"],
        purchase_model_from_json(parameters["purchases"]),
        {
            int(window): load_learned(learned, artifacts[f"next_purchase_{window}d.skops"])
            for window, learned in parameters["learned"].items()
        },
        cohort_from_json(parameters["cohort"]),
        Band(**{name: tuple(values) for name, values in parameters["band"].items()}),
        Levels(**parameters["levels"]),
        season_from_json(parameters["season"]),
    )

"""A Tweedie regression of spend, held back as strongly as it had to be at past snapshots.

Belongs here: the pipeline and the choice of its penalty. Stays out: what spend is divided by, the other members
(regressor.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models_ml.splits import days_apart


@dataclass(frozen=True)
class TweedieKnobs:
    """Penalties are for targets with a mean of 1, so they do not depend on the currency."""

    power: float = 1.5
    penalties: tuple[float, ...] = (1.0, 0.1, 0.01, 0.001)
    untold: float = 1.0
    """The penalty where no snapshot has another a horizon before it."""
    most_dates: int = 3
    fewest_buyers: int = 100
    """To be learned from before one of these dates."""


@dataclass(frozen=True)
class PastSpend:
    """Design matrix, spend and the dates of the snapshots, row by row; and what a prediction is never beyond.

    Arrays of shape (rows, columns), (rows,), (rows,), (rows,), (rows,). Spend has a mean of 1, its bounds are above 0.
    """

    matrix: np.ndarray
    spend: np.ndarray
    dates: np.ndarray
    least: np.ndarray
    most: np.ndarray

    def __getitem__(self, rows: np.ndarray) -> PastSpend:
        return PastSpend(self.matrix[rows], self.spend[rows], self.dates[rows], self.least[rows], self.most[rows])


def fit_tweedie(past: PastSpend, horizon_days: int, knobs: TweedieKnobs):
    """A fitted pipeline: imputation, scaling and the regression with the penalty that `best_penalty` finds."""
    from sklearn.pipeline import make_pipeline

    regression = _regression(best_penalty(past, horizon_days, knobs), knobs)
    return make_pipeline(*_preparation(), regression).fit(past.matrix, past.spend)


def best_penalty(past: PastSpend, horizon_days: int, knobs: TweedieKnobs) -> float:
    """That of the least mean Tweedie deviance, by date, at past dates of which no outcome had been learned.

    Where rows are few or seasons turn it is a thousand times as large as where many say the same. Each date is judged
    at the total that came: how much all spend is not the regression's to say.
    """
    lost = [_deviances(*date, knobs) for date in _past_dates(past, np.timedelta64(horizon_days, "D"), knobs)]
    return knobs.penalties[int(np.argmin(np.mean(lost, axis=0)))] if lost else knobs.untold


def _past_dates(past: PastSpend, horizon: np.timedelta64, knobs: TweedieKnobs) -> Iterator[tuple[PastSpend, PastSpend]]:
    """What could be learned from, and what is asked about: the latest snapshot, then those a horizon apart before."""
    for day in days_apart(np.unique(past.dates)[::-1], horizon)[: knobs.most_dates]:
        learned, asked = past[past.dates <= day - horizon], past[past.dates == day]
        if np.count_nonzero(learned.spend) < knobs.fewest_buyers or not asked.spend.any():
            return
        yield learned, asked


def _deviances(learned: PastSpend, asked: PastSpend, knobs: TweedieKnobs) -> list[float]:
    """Of each penalty."""
    from sklearn.metrics import mean_tweedie_deviance
    from sklearn.pipeline import make_pipeline

    prepared = make_pipeline(*_preparation())
    before, now = prepared.fit_transform(learned.matrix), prepared.transform(asked.matrix)

    def lost(penalty: float) -> float:
        said = _regression(penalty, knobs).fit(before, learned.spend).predict(now)
        said = np.clip(said, asked.least, asked.most)
        return mean_tweedie_deviance(asked.spend, said * asked.spend.sum() / said.sum(), power=knobs.power)

    return [lost(penalty) for penalty in knobs.penalties]


def _preparation() -> tuple:
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import StandardScaler

    return SimpleImputer(strategy="mean", keep_empty_features=True), StandardScaler()


def _regression(penalty: float, knobs: TweedieKnobs):
    from sklearn.linear_model import TweedieRegressor

    return TweedieRegressor(power=knobs.power, link="log", alpha=penalty, solver="newton-cholesky", max_iter=1000)

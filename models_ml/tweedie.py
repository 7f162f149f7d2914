"""A Tweedie regression of spend, held back as strongly as it had to be at past snapshots.

Belongs here: the pipeline and the choice of its penalty. Stays out: what spend is divided by, the other members
(regressor.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


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
    return _pipeline(best_penalty(past, horizon_days, knobs), knobs.power).fit(past.matrix, past.spend)


def best_penalty(past: PastSpend, horizon_days: int, knobs: TweedieKnobs) -> float:
    """That of the least mean Tweedie deviance, by date, at past dates of which no outcome had been learned.

    Where rows are few or seasons turn it is a thousand times as large as where many say the same. Each date is judged
    at the total that came: how much all spend is not the regression's to say.
    """
    dates = list(_past_dates(past, np.timedelta64(horizon_days, "D"), knobs))
    if not dates:
        return knobs.untold
    lost = [np.mean([_deviance(each, *date, knobs.power) for date in dates]) for each in knobs.penalties]
    return knobs.penalties[int(np.argmin(lost))]


def _past_dates(past: PastSpend, horizon: np.timedelta64, knobs: TweedieKnobs) -> Iterator[tuple[PastSpend, PastSpend]]:
    """What could be learned from, and what is asked about: the latest snapshot, then those a horizon apart before."""
    asked = past.dates.max()
    for _ in range(knobs.most_dates):
        learned, test = past[past.dates <= asked - horizon], past[past.dates == asked]
        if np.count_nonzero(learned.spend) < knobs.fewest_buyers or not test.spend.any():
            return
        yield learned, test
        asked = learned.dates.max()


def _deviance(penalty: float, learned: PastSpend, asked: PastSpend, power: float) -> float:
    from sklearn.metrics import mean_tweedie_deviance

    said = _pipeline(penalty, power).fit(learned.matrix, learned.spend).predict(asked.matrix)
    said = np.clip(said, asked.least, asked.most)
    return mean_tweedie_deviance(asked.spend, said * asked.spend.sum() / said.sum(), power=power)


def _pipeline(penalty: float, power: float):
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import TweedieRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        SimpleImputer(strategy="mean", keep_empty_features=True),
        StandardScaler(),
        TweedieRegressor(power=power, link="log", alpha=penalty, solver="newton-cholesky", max_iter=1000),
    )

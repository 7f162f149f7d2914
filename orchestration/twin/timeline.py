"""The calendar of the generated world: weeks around the as-of date, and the season of each.

Belongs here: turning days-since-start into instants, and the seasonal intensity.
Stays out: anything about people; the clock (the as-of date is passed in).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import numpy as np

from orchestration.twin.parameters import Parameters

DAY_SECONDS = 86_400
WEEK_DAYS = 7
YEAR_DAYS = 365.0
PEAK_DAY_OF_YEAR = 339  # 5 December
DIP_DAY_OF_YEAR = 206  # 25 July
_HOUR_WEIGHTS = (6, 6, 4.5, 2.5, 1.2, 0.6, 0.4, 0.3, 0.3, 0.5, 1, 2, 3.5, 5, 6, 6.5, 7, 6.5, 6, 6, 6, 6, 6, 6.5)
"""How busy each UTC hour is: people sleep at night on the American east coast."""
_HOUR_BORDERS = np.cumsum((0.0, *_HOUR_WEIGHTS)) / sum(_HOUR_WEIGHTS)


@dataclass(frozen=True)
class Timeline:
    """Time is a float number of days since `start`; the as-of date falls on a week's border and is not seen."""

    as_of: date
    parameters: Parameters

    @property
    def as_of_day(self) -> float:
        return float(self.parameters.history_weeks * WEEK_DAYS)

    @property
    def weeks(self) -> int:
        return self.parameters.history_weeks + self.parameters.future_weeks

    @property
    def start(self) -> date:
        return self.as_of - timedelta(weeks=self.parameters.history_weeks)

    @property
    def start_epoch(self) -> int:
        return int(datetime(self.start.year, self.start.month, self.start.day, tzinfo=UTC).timestamp())

    @property
    def as_of_epoch(self) -> int:
        return self.start_epoch + int(self.as_of_day) * DAY_SECONDS

    def epoch(self, day: np.ndarray) -> np.ndarray:
        """UTC seconds since 1970. Within its day an instant moves, in unchanged order, to hours when people are awake.

        Rounded down, so that nothing before the as-of date slips onto it.
        """
        whole, part = np.divmod(np.asarray(day, dtype=float), 1.0)
        awake = np.interp(part, _HOUR_BORDERS, np.arange(25) / 24)
        return self.start_epoch + np.floor((whole + np.minimum(awake, 1 - 1 / DAY_SECONDS)) * DAY_SECONDS).astype(
            np.int64
        )

    @cached_property
    def season(self) -> np.ndarray:
        """Purchase intensity of each week relative to the mean week of a year (shape: weeks)."""
        middles = [self.start + timedelta(days=WEEK_DAYS * week + 3) for week in range(self.weeks)]
        return season_of([day.timetuple().tm_yday for day in middles], self.parameters)


def season_of(days_of_year: list[int], parameters: Parameters) -> np.ndarray:
    """Seasonal multiplier for days of the year (1..366): a peak around Christmas, a summer dip, mean 1 over a year."""

    def shape(day: np.ndarray) -> np.ndarray:
        peak = parameters.peak_height * _bump(day, PEAK_DAY_OF_YEAR, parameters.peak_width_days)
        dip = parameters.dip_depth * _bump(day, DIP_DAY_OF_YEAR, parameters.dip_width_days)
        return 1.0 + peak - dip

    return shape(np.asarray(days_of_year, dtype=float)) / shape(np.arange(1.0, 366.0)).mean()


def _bump(day: np.ndarray, centre: float, width: float) -> np.ndarray:
    away = np.abs(day - centre)
    away = np.minimum(away, YEAR_DAYS - away)
    return np.exp(-0.5 * (away / width) ** 2)

"""Is a score meant as it is said? How far a champion's probabilities, or its total, were off at the backtest's origins.

Belongs here: the error, what chance would make of one that is at the bar, and what follows. Stays out: calibrating
(calibration.py), the picture of what was said and seen (reliability.py), who is champion (champion.py).

Even a perfect probability has a calibration error: of twenty customers in a bin, chance alone is ten points off. So a
score misses the bar where its error is larger than a truth that lies the bar away from what was said, to the same side
in every bin, would show 19 times of 20 (after the consistency resampling of Bröcker & Smith 2007).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models_ml.evaluation import ECE_BINS, equal_frequency_bins, expected_calibration_error

MOST_ERROR = 0.03
"""The bar: on average, three customers of a hundred more or fewer than was said."""
MOST_TOTAL_ERROR = 0.15
"""The bar of amounts, whose totals are made by few: a forecast of a quarter's revenue is used to plan with."""
USELESS = 0.1
"""Ten of a hundred: bands of risk and expected numbers made of it mislead, however well it ranks."""
_DRAWS, _SEED, _CONFIDENCE = 2_000, 20_070_601, 0.95


@dataclass(frozen=True)
class CalibrationCheck:
    """`error` is the mean of the backtest's origins; one that is at the `bar` (or useless) shows at most `at_bar`
    (`at_useless`) by chance, 19 times of 20.
    """

    error: float
    at_bar: float
    at_useless: float
    bar: float = MOST_ERROR
    measure: str = "Calibration error"

    @property
    def is_kept(self) -> bool:
        return self.error <= self.at_bar

    @property
    def is_useless(self) -> bool:
        return self.error > self.at_useless

    @property
    def sentence(self) -> str:
        missed = "" if self.is_kept else ", so it misses the bar by more than chance"
        return (
            f"{self.measure} {self.error:.3f}, mean of the backtest's origins; one at the bar of {self.bar} would show "
            f"up to {self.at_bar:.3f} by chance{missed}."
        )

    def as_json(self) -> dict:
        found = {"error": self.error, "bar": self.bar, "by_chance": self.at_bar, "is_kept": self.is_kept}
        return found | {"sentence": self.sentence}


def check_calibration(said: list[np.ndarray], seen: list[np.ndarray]) -> CalibrationCheck:
    """The expected calibration error in 15 bins; `said` holds probabilities, `seen` what came (0 or 1), an array an
    origin.
    """
    error = np.mean([expected_calibration_error(y, p) for p, y in zip(said, seen, strict=True)])
    limits = (_shown_by_chance(said, seen, off_by) for off_by in (MOST_ERROR, USELESS))
    return CalibrationCheck(float(error), *limits)


def check_totals(said: list[np.ndarray], seen: list[np.ndarray]) -> CalibrationCheck | None:
    """How far the total of the amounts `said` lay from that `seen`, as a share of it; None where nothing was seen.

    It is never useless: who is worth more than others can be told where nobody knows how much will come.
    """
    both = [(p, y) for p, y in zip(said, seen, strict=True) if y.sum() > 0]
    if not both:
        return None
    error = np.mean([abs(p.sum() / y.sum() - 1) for p, y in both])
    drawn = np.random.default_rng(_SEED).standard_normal(_DRAWS)
    spread = [np.sqrt(len(p)) * np.std(p - y) / y.sum() for p, y in both]
    shown = np.mean([np.abs(MOST_TOTAL_ERROR + each * drawn) for each in spread], axis=0)
    at_bar = float(np.quantile(shown, _CONFIDENCE))
    return CalibrationCheck(float(error), at_bar, np.inf, MOST_TOTAL_ERROR, "Error of the total")


def _shown_by_chance(said: list[np.ndarray], seen: list[np.ndarray], off_by: float) -> float:
    """The error that a truth `off_by` away from what was said stays below with 95 % confidence."""
    # The same customers are asked about at every origin: one draw a bin, for all origins, is the most chance can do.
    drawn = np.random.default_rng(_SEED).standard_normal((_DRAWS, ECE_BINS))
    errors = np.zeros(_DRAWS)
    for probability, outcome in zip(said, seen, strict=True):
        for number, part in enumerate(equal_frequency_bins(probability)):
            told = float(np.mean(probability[part]))
            side = 1 if np.mean(outcome[part]) >= told else -1
            truth = float(np.clip(told + side * off_by, 0, 1))
            spread = np.sqrt(truth * (1 - truth) / len(part))
            errors += np.abs(truth - told + spread * drawn[:, number]) * len(part) / len(probability)
    return float(np.quantile(errors / len(said), _CONFIDENCE))

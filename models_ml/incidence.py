"""How many have bought by which day, when some could be watched for a few days only: 1 − Kaplan-Meier, many at once.

Belongs here: arrays of counts per day (rows × days, day 0 first) → shares, their intervals, days of a quantile.
Stays out: who is counted, and what is compared with what (product_sequences).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Incidence:
    """Cumulative shares (rows × days) and, in the same shape, Greenwood's sum Σ d / (n (n − d))."""

    share: np.ndarray
    greenwood: np.ndarray

    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """95 %, on the log-log scale, which never leaves [0, 1] (Kalbfleisch & Prentice 2002)."""
        kept = 1 - self.share
        with np.errstate(divide="ignore", invalid="ignore"):
            width = np.exp(Z95 * np.sqrt(self.greenwood) / np.abs(np.log(kept)))
            low, high = 1 - kept ** (1 / width), 1 - kept**width
        is_open = (self.share > 0) & (self.share < 1)
        return np.where(is_open, low, self.share), np.where(is_open, high, self.share)

    def log_variance(self, day: int) -> np.ndarray:
        """Variance of the logarithm of the share by `day` (delta method); infinite where nobody has bought."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found = (1 - self.share[:, day]) ** 2 * self.greenwood[:, day] / self.share[:, day] ** 2
        return np.where(self.share[:, day] > 0, found, np.inf)


def incidence(at_risk: np.ndarray, events: np.ndarray) -> Incidence:
    """Shares who have had the event by each day, from those at risk on the day and those who had it then."""
    hazard = hazards(at_risk, events)
    left = at_risk - events
    terms = np.divide(hazard, left, out=np.zeros_like(hazard), where=left > 0)
    return Incidence(1 - np.cumprod(1 - hazard, axis=1), np.cumsum(terms, axis=1))


def hazards(at_risk: np.ndarray, events: np.ndarray) -> np.ndarray:
    """Share of those at risk who have the event on the day; 0 where nobody is at risk."""
    return np.divide(events, at_risk, out=np.zeros(at_risk.shape), where=at_risk > 1e-9)


def day_of_share(share: np.ndarray, part: float) -> np.ndarray:
    """First day by which `part` of each row's last share has been reached."""
    return np.argmax(share >= part * share[:, -1:] - 1e-12, axis=1)

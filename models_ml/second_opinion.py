"""What the library lifetimes says of our fit: its own likelihood at our parameters, beside ours.

Belongs here: the product's one door to lifetimes, and how far apart the two numbers may be.
Stays out: fitting (btyd.py), what happens to a score when they are too far apart (examination.py), lifetimes' fits and
predictions, which only tests and benchmarks ask for.

One evaluation a fit, on counted patterns. BG/NBD only: it is fitted for every score, and lifetimes' formula of it is
exact. Its Pareto/NBD takes differences of nearly equal numbers, which would accuse a good fit.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np

from models_ml.btyd import BetaGeo, log_likelihood
from models_ml.patterns import count_patterns

SAME = 1e-8
"""Relative: two ways to add up the same logarithms."""
TOLERATED = 1e-6
"""Relative: beyond this one of the two is wrong."""


@dataclass(frozen=True)
class SecondOpinion:
    """Log-likelihoods of all customers together, in the data's own time unit; `theirs` is None where it overflows."""

    ours: float
    theirs: float | None

    @property
    def difference(self) -> float:
        """Relative to ours; 0 where lifetimes cannot say."""
        return 0.0 if self.theirs is None else abs(self.theirs - self.ours) / max(abs(self.ours), 1e-300)

    @property
    def is_tolerable(self) -> bool:
        return self.difference <= TOLERATED

    @property
    def sentence(self) -> str:
        if self.theirs is None:
            return f"lifetimes cannot say: its log-likelihood of these histories is not a number; ours is {self.ours!r}"
        if self.difference <= SAME:
            return f"lifetimes agrees: its log-likelihood of the same parameters is {self.theirs!r}, ours {self.ours!r}"
        return (
            f"lifetimes disagrees by {self.difference:.1g} (relative): its log-likelihood of the same parameters is "
            f"{self.theirs!r}, ours {self.ours!r}"
        )

    def as_json(self) -> dict[str, float | str | None]:
        return {
            "log_likelihood": self.ours,
            "log_likelihood_by_lifetimes": self.theirs,
            "in_words": self.sentence,
        }


def ask_lifetimes(model: BetaGeo, frequency: np.ndarray, recency: np.ndarray, age: np.ndarray) -> SecondOpinion:
    """Both log-likelihoods of `model` on one row a customer, in the unit of its parameters."""
    (x, tx, T), customers = count_patterns(frequency, recency, age)
    # Importing lifetimes, and asking it, mutes warnings of the whole process; that ends with this block.
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        from lifetimes import BetaGeoFitter

        logs = np.log([model.r, model.alpha, model.a, model.b])
        mean_loss = BetaGeoFitter._negative_log_likelihood(logs, x, tx, T, customers, 0.0)
    theirs = -float(mean_loss) * int(customers.sum())
    ours = log_likelihood(model, frequency, recency, age)
    return SecondOpinion(ours, theirs if math.isfinite(theirs) else None)

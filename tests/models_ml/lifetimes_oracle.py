"""The whole of the library `lifetimes` for tests and benchmarks; the product asks one formula (second_opinion.py).

Importing it mutes warnings of the whole process and a failed fit prints; neither leaves this module.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import lifetimes
    from lifetimes.utils import ConvergenceError

__all__ = ["FITTERS", "ConvergenceError", "fitted", "fitted_spending", "with_parameters"]
FITTERS = {
    "BG/NBD": lifetimes.BetaGeoFitter,
    "MBG/NBD": lifetimes.ModifiedBetaGeoFitter,
    "Pareto/NBD": lifetimes.ParetoNBDFitter,
}


def fitted(title: str, *history: np.ndarray, penalizer: float = 0.0):
    """lifetimes' own fit of the model of that name."""
    with warnings.catch_warnings():
        return FITTERS[title](penalizer).fit(*history)


def fitted_spending(frequency: np.ndarray, value: np.ndarray, penalizer: float = 0.0):
    with warnings.catch_warnings():
        return lifetimes.GammaGammaFitter(penalizer).fit(frequency, value)


def with_parameters(fitter, **parameters: float):
    """A fitter as if it had found these parameters, ready for lifetimes' formulas."""
    fitter.params_ = pd.Series(parameters)
    if hasattr(fitter, "conditional_expected_number_of_purchases_up_to_time"):
        fitter.predict = fitter.conditional_expected_number_of_purchases_up_to_time
    return fitter

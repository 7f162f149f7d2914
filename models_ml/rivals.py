"""The closed forms a score may choose from: BG/NBD, which is always there, and its rivals MBG/NBD and Pareto/NBD.

Belongs here: fitting the rivals wherever a backtest needs them.
Stays out: the models' formulas (closed_form.py), which of them wins (champion.py).

On sparse logs many buy once and never come back, and BG/NBD takes them all for customers still; on generated and real
logs a rival's probabilities were up to 2 % better (Brier) and none much worse. The expected spend was better nowhere,
so lifetime value keeps to BG/NBD.

Rejected: covariates of the rate (Fader & Hardie 2007, "Incorporating time-invariant covariates into the Pareto/NBD and
BG/NBD models"). With the first order's amount the Brier score was 0.2113 instead of 0.2126 on one of four logs, where
the stack that reads this column has 0.2106, and the same on the others; with the cohort it was 0.2198 there, as a model
takes the season for the cohort, and 0.4 % better on one. What is learned knows both columns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from models_ml.btyd import RIVALS, PurchaseModel, fit_purchases
from models_ml.datasets import History, PurchaseFold
from models_ml.design import history_of
from models_ml.maximum_likelihood import FitError
from models_ml.members import CLOSED_FORM
from models_ml.once import once


@dataclass(frozen=True)
class ClosedForm:
    """One model as fitted on today's customers, and the backtest's folds as it sees them."""

    current: PurchaseModel
    folds: tuple[PurchaseFold, ...]


@once
def closed_forms(history: History) -> dict[str, ClosedForm]:
    """All by candidate name; a rival that cannot be fitted at every origin is left out."""
    forms = {CLOSED_FORM: ClosedForm(history.purchases, history.folds)}
    for title, kind in RIVALS.items():
        try:
            current = fit_purchases(kind, *history_of(history.current))
            folds = tuple(replace(f, purchases=fit_purchases(kind, *history_of(f.test))) for f in history.folds)
        except FitError:
            continue
        forms[title] = ClosedForm(current, folds)
    return forms

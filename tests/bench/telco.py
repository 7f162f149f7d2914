"""Contractual churn where nothing is dated: the candidates of models_ml.outcome on a telephone company's customers.

The set tells who left within one month and how things stood in it, once: there is no later date to be judged on, so
customers are held out instead (five folds). That flatters every candidate a little, and says nothing of drift.
Stays out: data sets with a past (backtests.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from models_ml.backtest import Backtest
from models_ml.members import LearnerKnobs
from models_ml.outcome import OutcomeKnobs, judge
from models_ml.outcome_rows import Subject
from models_ml.splits import Fold, Split

FOLDS, LAST_DAY = 5, date(2020, 1, 1)
SUBJECT = Subject("customer_id", "has_ended", "subscriber", "subscribers", "leave")
RULES = {
    "usual share at that age": "days_since_started",
    "usual share of the contract": "contract_months",
    "usual share at that price": "mrr_amount",
}
CONTRACT_MONTHS = {"Month-to-month": 1, "One year": 12, "Two year": 24}
YES = ("Partner", "Dependents", "PhoneService", "MultipleLines", "PaperlessBilling", "OnlineSecurity", "OnlineBackup")
YES_TOO = ("DeviceProtection", "TechSupport", "StreamingTV", "StreamingMovies")


def rows_of(file: Path) -> pl.DataFrame:
    """One row a customer. TotalCharges is left out: it is counted to the end of the month that is to be predicted."""
    told = pl.read_csv(file)
    return told.select(
        pl.col("customerID").alias("customer_id"),
        pl.lit(LAST_DAY).alias("as_of_date"),
        (30 * pl.col("tenure")).alias("days_since_started"),
        pl.col("MonthlyCharges").alias("mrr_amount"),
        pl.col("Contract").replace_strict(CONTRACT_MONTHS, return_dtype=pl.Int64).alias("contract_months"),
        pl.col("SeniorCitizen").alias("is_senior"),
        *((pl.col(name) == "Yes").cast(pl.Int64).alias(name.lower()) for name in (*YES, *YES_TOO)),
        *((pl.col("InternetService") == name).cast(pl.Int64).alias(name.lower()) for name in ("DSL", "Fiber optic")),
        (pl.col("PaymentMethod") == "Electronic check").cast(pl.Int64).alias("pays_by_electronic_check"),
        (pl.col("Churn") == "Yes").alias("has_ended"),
    )


def mean_metrics(rows: pl.DataFrame, knobs: LearnerKnobs | None = None) -> dict[str, dict[str, float]]:
    """Every candidate's metrics, means over the folds; a customer is judged by a model that has not seen him."""
    turn = np.random.default_rng(0).permutation(len(rows)) % FOLDS
    backtest = Backtest(baselines=())
    for held_out in range(FOLDS):
        is_out = pl.Series(turn == held_out)
        fold = Fold(Split(LAST_DAY, (), 30), rows.filter(~is_out), rows.filter(is_out))
        backtest.ask(*judge(fold, SUBJECT, RULES, OutcomeKnobs(learner=knobs or LearnerKnobs())))
    return {name: backtest.mean_metrics(name) for name in backtest.candidates}


def table(file: Path, metrics: tuple[str, ...]) -> Iterator[str]:
    """The lines of a Markdown table."""
    rows = rows_of(file)
    yield f"telco ({len(rows):,} customers of a telephone company), subscription churn, a month, {FOLDS} folds held out"
    yield ""
    yield f"| | {' | '.join(metric.replace('_', ' ') for metric in metrics)} |"
    yield "|---" * (len(metrics) + 1) + "|"
    for name, found in sorted(mean_metrics(rows).items(), key=lambda item: item[1]["auc"]):
        yield f"| {name} | {' | '.join(f'{found[metric]:.4f}' for metric in metrics)} |"
    yield ""

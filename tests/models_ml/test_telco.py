"""Contractual churn on a telephone company's customers: as good as is known to be possible, and no better."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.bench import telco

FILE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "telco_churn" / "Telco-Customer-Churn.csv"


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    if not FILE.exists():
        pytest.skip("the shared data set telco_churn is not on this machine")
    return telco.rows_of(FILE)


def test_who_leaves_is_known_as_well_as_can_be_and_not_better_than_honest(rows: pl.DataFrame) -> None:
    found = telco.mean_metrics(rows)
    best = found["blend of both"]
    assert 0.845 < best["auc"] < 0.86, "above 0.86 a published result on these data is a leak"
    assert best["ece"] < 0.035
    assert best["log_loss"] < found["usual share of the contract"]["log_loss"] - 0.05


def test_outcomes_handed_to_other_customers_are_not_known(rows: pl.DataFrame) -> None:
    found = telco.mean_metrics(rows.with_columns(pl.col("has_ended").shuffle(seed=1)))
    assert abs(found["blend of both"]["auc"] - 0.5) < 0.03

"""Beside every candidate of a backtest stands what lifetimes itself says; our closed form is the same model."""

from __future__ import annotations

import polars as pl
import pytest

from models_ml import churn, lifetime_value
from models_ml.datasets import load_history
from models_ml.members import CLOSED_FORM
from models_ml.splits import DataKnobs
from tests.bench import lifetimes_rows
from tests.bench.backtests import DATA_SETS, tables
from tests.bench.lifetimes_rows import rows_of_lifetimes
from tests.models_ml.lifetimes_oracle import ConvergenceError, fitted


@pytest.fixture(scope="module")
def history(simulated):
    return load_history(simulated.features, simulated.labels, simulated.as_of, 90, DataKnobs())


@pytest.fixture(scope="module")
def theirs(history) -> pl.DataFrame:
    return rows_of_lifetimes(history)


def means(found: pl.DataFrame, candidate: str) -> dict[str, float]:
    of = found.filter(candidate=candidate).group_by("metric").agg(pl.col("value").mean())
    return dict(of.drop_nulls().iter_rows())


def test_our_closed_form_and_lifetimes_are_the_same_model(theirs, results) -> None:
    said = means(theirs, "lifetimes: BG/NBD with Gamma-Gamma")
    ours = means(results["lifetime_value"].backtests, CLOSED_FORM)
    assert {"rmse", "normalised_gini", "aggregate_error"} <= said.keys()
    assert {name: ours[name] for name in said} == pytest.approx(said, rel=1e-3)
    dead, of_ours = (
        means(found, name)
        for found, name in ((theirs, "lifetimes: 1 - p_alive"), (results["churn"].backtests, churn.NOT_ALIVE))
    )
    assert {name: of_ours[name] for name in dead} == pytest.approx(dead, rel=1e-3)


def test_its_rows_stand_in_the_printed_tables(theirs, results) -> None:
    ours = pl.concat([results[name].backtests for name in ("churn", "lifetime_value", "next_purchase")])
    [twin] = [data for data in DATA_SETS if data.name == "twin"]
    printed = list(tables(twin, pl.concat([ours, theirs], how="diagonal_relaxed")))
    for table, line in zip(printed, ("1 - p_alive", "BG/NBD with Gamma-Gamma", "expected purchases"), strict=True):
        assert f"| lifetimes: {line} | " in table
    value = means(theirs, "lifetimes: BG/NBD with Gamma-Gamma")
    assert f"| {value['rmse']:,.1f} |" in printed[1]


def test_where_it_does_not_converge_it_is_asked_with_a_penalty_and_then_left_out(history, monkeypatch) -> None:
    tried = []

    def stubborn(title: str, *known, penalizer: float):
        tried.append(penalizer)
        if penalizer < 0.01:
            raise ConvergenceError
        return fitted(title, *known, penalizer=penalizer)

    monkeypatch.setattr(lifetimes_rows, "fitted", stubborn)
    assert set(rows_of_lifetimes(history)["score_name"]) == {"churn", "next_purchase", lifetime_value.SCORE}
    assert tried == [0.0, 0.001, 0.01] * len(history.folds)
    monkeypatch.setattr(lifetimes_rows, "PENALIZERS", (0.0,))
    assert rows_of_lifetimes(history).is_empty()

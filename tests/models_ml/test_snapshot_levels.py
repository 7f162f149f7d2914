"""What a past snapshot's season did to everybody is not learned; what every snapshot says is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from models_ml import regressor
from models_ml.btyd import fit_gamma_gamma
from models_ml.datasets import load_history
from models_ml.regressor import (
    BLEND,
    BLENDS,
    TWEEDIE,
    RegressorKnobs,
    SpendModel,
    fit_regressor,
    money_of,
    spend_matrix,
)
from models_ml.snapshot_levels import snapshot_levels
from models_ml.splits import DataKnobs
from models_ml.tweedie import TweedieKnobs

HORIZON, CUSTOMERS = 30, 400


def left_of(levels: list[float], *, step: int = HORIZON) -> np.ndarray:
    """What spend ÷ expected is of each snapshot, once divided by its level."""
    day = np.repeat([date(2026, 1, 1) + timedelta(days=step * number) for number in range(len(levels))], CUSTOMERS)
    expected = np.random.default_rng(0).gamma(2, 10, len(day))
    spend = expected * np.repeat(levels, CUSTOMERS)
    found = spend / snapshot_levels(pl.Series(day), spend, expected, HORIZON)
    return (found.reshape(len(levels), -1).sum(axis=1) / expected.reshape(len(levels), -1).sum(axis=1)).round(3)


def test_seasons_are_evened_out_to_what_the_closed_form_expects() -> None:
    assert left_of([0.7, 1.0, 1.5, 0.95]) == pytest.approx(np.ones(4), abs=0.01)
    assert left_of([1.6]) == pytest.approx([1.0])


def test_what_all_snapshots_share_stays() -> None:
    """A fifth is always sent back: the closed form, which does not see refunds, is always too high."""
    assert left_of([0.8, 0.81, 0.79, 0.8]) == pytest.approx(np.full(4, 0.8), abs=0.01)
    assert left_of([0.8, 0.8]) == pytest.approx(np.full(2, 0.8))


def test_snapshots_whose_windows_overlap_say_less() -> None:
    levels = [0.7, 0.75, 0.9, 1.0, 0.95, 0.8]
    side_by_side, overlapping = left_of(levels), left_of(levels, step=5)
    assert np.ptp(side_by_side) == np.ptp(overlapping) == pytest.approx(0, abs=0.002)
    assert 0.8 < side_by_side[0] < overlapping[0] < 1


def test_a_snapshot_in_which_nobody_came_is_no_infinity() -> None:
    assert np.isfinite(left_of([0.0, 1.0, 1.0])).all()


def test_a_model_taught_in_seasons_does_not_expect_one_of_them_again(simulated) -> None:
    """The later half of the snapshots sells one and a half times as much as usual, the earlier as much less."""
    history = load_history(simulated.features, simulated.labels, simulated.as_of, 90, DataKnobs())
    model = SpendModel(history.purchases, fit_gamma_gamma(*money_of(history.current)))
    spend, days = history.train["future_net_amount"].to_numpy(), history.train["as_of_date"]
    season = np.where((days > days.median()).to_numpy(), 1.5, 1 / 1.5)
    knobs = replace(RegressorKnobs(), members=(TWEEDIE,), cut_quantile=1.0)
    plain, seasonal = (
        fit_regressor(history.train, each, history.current, model, 90, knobs) for each in (spend, spend * season)
    )
    said = [each.predictions(history.current)[TWEEDIE] for each in (plain, seasonal)]
    assert said[1].sum() == pytest.approx(said[0].sum(), rel=0.05)
    assert np.corrcoef(*said)[0, 1] > 0.99


def test_what_all_spend_is_the_closed_forms_however_much_customers_have_grown(simulated) -> None:
    """A third less comes than the closed form says, in every snapshot; then all have bought thrice as often."""
    history = load_history(simulated.features, simulated.labels, simulated.as_of, 90, DataKnobs())
    model = SpendModel(history.purchases, fit_gamma_gamma(*money_of(history.current)))
    expected = model.spend_within(history.train, 90)
    spend = history.train["future_net_amount"].to_numpy()
    spend = spend * expected.sum() / spend.sum() / 1.5
    grown = history.current.with_columns(
        frequency=3 * pl.col("frequency"), total_net_amount=10 * pl.col("total_net_amount")
    )
    knobs = replace(RegressorKnobs(), cut_quantile=1.0, tweedie=TweedieKnobs(penalties=(0.1,)))
    learned = fit_regressor(history.train, spend, grown, model, 90, knobs)
    closed = model.spend_within(grown, 90).sum()
    shares = {**dict.fromkeys(BLENDS, 2 / 3), BLEND: (1 + 2 * 2 / 3) / 3}
    for candidate, of_closed in shares.items():
        assert learned.predictions(grown)[candidate].sum() / closed == pytest.approx(of_closed, rel=0.03)
    as_it_came = replace(learned, levels={})
    assert not 0.6 < as_it_came.predictions(grown)[TWEEDIE].sum() / closed < 0.75


def test_predictions_are_judged_within_the_bounds_that_they_are_used_in(simulated, monkeypatch) -> None:
    history = load_history(simulated.features, simulated.labels, simulated.as_of, 90, DataKnobs())
    model = SpendModel(history.purchases, fit_gamma_gamma(*money_of(history.current)))
    spend, seen = history.train["future_net_amount"].to_numpy(), []
    fit = regressor.fit_tweedie
    monkeypatch.setattr(regressor, "fit_tweedie", lambda past, *asked: seen.append(past) or fit(past, *asked))
    knobs = replace(RegressorKnobs(), members=(TWEEDIE,), furthest_factor=1.5)
    learned = fit_regressor(history.train, spend, history.current, model, 90, knobs)
    [past] = seen
    now, then = (spend_matrix(rows, learned.columns, model, 90)[1] for rows in (history.current, history.train))
    times = learned.predictions(history.current)[TWEEDIE] / now
    assert (times.min(), times.max()) == pytest.approx((1 / 1.5, 1.5))
    assert past.most / past.least == pytest.approx(np.full(len(spend), 1.5**2))
    assert past.most * learned.mean_spend == pytest.approx(1.5 * then)

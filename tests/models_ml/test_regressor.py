"""The members of learned value: what each was taught, what one huge order may do to it, and who goes into a release."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models_ml import lifetime_value
from models_ml.btyd import fit_gamma_gamma
from models_ml.datasets import History, load_history
from models_ml.members import TREES
from models_ml.regressor import (
    BLENDS,
    CORRECTION,
    TWEEDIE,
    WITH_TREES,
    RegressorKnobs,
    SpendModel,
    fit_regressor,
    load_regressor,
    money_of,
)
from models_ml.splits import DataKnobs
from models_ml.tweedie import TweedieKnobs

ONE_PENALTY = replace(RegressorKnobs(), tweedie=TweedieKnobs(penalties=(0.1,)))


@pytest.fixture(scope="module")
def history(simulated) -> History:
    return load_history(simulated.features, simulated.labels, simulated.as_of, 90, DataKnobs())


@pytest.fixture(scope="module")
def model(history) -> SpendModel:
    return SpendModel(history.purchases, fit_gamma_gamma(*money_of(history.current)))


def spend_of(history: History) -> np.ndarray:
    return history.train["future_net_amount"].to_numpy()


def test_each_member_says_as_much_as_it_was_taught_and_more_of_who_spent_more(history, model) -> None:
    """Before its total is brought to what the closed form's is today."""
    spend = spend_of(history)
    learned = replace(fit_regressor(history.train, spend, history.train, model, 90, ONE_PENALTY), levels={})
    said = learned.predictions(history.train)
    assert set(said) == set(BLENDS)
    for name in (TWEEDIE, CORRECTION, TREES):
        assert said[name].sum() == pytest.approx(spend.sum(), rel=0.1), name
        # The best fifth of what is said brings more than twice its share.
        best = said[name] >= np.quantile(said[name], 0.8)
        assert spend[best].sum() > 0.4 * spend.sum(), name
    assert said[WITH_TREES] == pytest.approx((said[TWEEDIE] + said[TREES]) / 2)


def test_a_huge_order_counts_as_twice_what_one_buyer_of_a_thousand_exceeds(history, model) -> None:
    spend = spend_of(history)
    buyers = np.quantile(spend[spend > 0], 0.999)
    most, huge = np.argmax(spend), spend.copy()
    huge[most] = 1e9

    def said(of: np.ndarray) -> float:
        knobs = replace(ONE_PENALTY, members=(TWEEDIE,), cut_quantile=0.999)
        return fit_regressor(history.train, of, history.current, model, 90, knobs).mean_spend

    cut = huge.copy()
    cut[most] = 2 * np.quantile(huge[huge > 0], 0.999)
    assert said(huge) == pytest.approx(said(cut))
    assert said(huge) == pytest.approx(said(spend), rel=0.05)
    assert buyers < cut[most] < 10 * buyers


def test_a_release_holds_the_members_of_its_champion_alone(simulated, monkeypatch) -> None:
    choose = lifetime_value.choose
    monkeypatch.setattr(
        lifetime_value, "choose", lambda *asked, **rule: replace(choose(*asked, **rule), champion=WITH_TREES)
    )
    result = lifetime_value.train_and_score(simulated.features, simulated.labels, simulated.as_of)
    held = lifetime_value.load(result.artifacts).learned
    assert list(held.members) == [TWEEDIE, TREES]
    assert {TWEEDIE, CORRECTION, TREES} <= set(result.backtests["candidate"])
    again = load_regressor(held.parameters(), held.estimators())
    rows = lifetime_value.load(result.artifacts).cohort.ranked(simulated.features.head(50))
    assert (again.predictions(rows)[WITH_TREES] == held.predictions(rows)[WITH_TREES]).all()
    with pytest.raises(KeyError):
        held.predictions(rows)[CORRECTION]

"""A rival closed form becomes champion where a backtest says so, and nowhere else."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from models_ml import churn, next_purchase, rivals
from models_ml.btyd import RIVALS, fit_purchases
from models_ml.datasets import load_history
from models_ml.maximum_likelihood import FitError
from models_ml.members import CLOSED_FORM, LearnerKnobs

NOBODY_LEARNS = LearnerKnobs(fewest_of_a_class=10**9)


def scored(module, estate, knobs):
    return module.train_and_score(estate.features, estate.labels, estate.as_of, knobs=knobs)


@pytest.mark.parametrize(
    ("module", "knobs"),
    [
        (churn, churn.ChurnKnobs(learner=NOBODY_LEARNS)),
        (next_purchase, next_purchase.NextPurchaseKnobs(learner=NOBODY_LEARNS)),
    ],
    ids=["churn", "next purchase"],
)
def test_where_many_leave_after_the_first_purchase_a_rival_wins_and_its_artifacts_say_which(
    module, knobs, simulated
) -> None:
    """Three in ten give a bad rating and stop, some before a second purchase: BG/NBD cannot think of that."""
    result = scored(module, simulated, knobs)
    champion, losses = result.card["champion"], result.card["mean_metrics"]
    assert champion in RIVALS
    brier = "brier" if module is churn else "brier_90d"
    assert losses[champion][brier] < 0.99 * losses[CLOSED_FORM][brier]
    assert result.card["purchases"]["model"] == champion
    model = module.load(result.artifacts)
    assert model.purchases.title == champion
    today = simulated.features.filter(pl.col("as_of_date") == simulated.as_of)
    if module is churn:
        assert (1 / (1 + np.exp(-model.log_odds(today)))) == pytest.approx(result.scores["score"].to_numpy())
    else:
        assert model.probabilities(today)[:, -1] == pytest.approx(result.scores["score"].to_numpy())
        named = result.scores.drop_nulls("expected_date_of_next_order")
        assert (named["expected_date_low"] <= named["expected_date_high"]).all()


def test_a_rival_that_cannot_be_fitted_at_one_origin_is_not_judged_at_the_others(
    simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = load_history(simulated.features, simulated.labels, simulated.as_of, None, churn.ChurnKnobs().data)
    oldest = len(history.folds[-1].test)

    def refuse(kind, frequency, *more):
        if kind.title == "Pareto/NBD" and len(frequency) == oldest:
            raise FitError("refused")
        return fit_purchases(kind, frequency, *more)

    assert set(rivals.closed_forms(history)) == {CLOSED_FORM, *RIVALS}
    monkeypatch.setattr(rivals, "fit_purchases", refuse)
    forms = rivals.closed_forms(history)
    assert set(forms) == {CLOSED_FORM, "MBG/NBD"}
    assert all(fold.purchases.title == "MBG/NBD" for fold in forms["MBG/NBD"].folds)
    assert all(fold.purchases.title == "BG/NBD" for fold in forms[CLOSED_FORM].folds)


def test_on_a_log_where_rivals_say_the_same_the_closed_form_stays(online_retail, make_snapshots) -> None:
    estate = make_snapshots(online_retail, date(2011, 12, 10), horizon=90, step=30, count=11)
    result = scored(churn, estate, churn.ChurnKnobs(learner=NOBODY_LEARNS))
    assert set(RIVALS) < set(result.backtests["candidate"])
    assert result.card["champion"] == CLOSED_FORM

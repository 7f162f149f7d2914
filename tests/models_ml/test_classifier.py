"""The learned classifier: calibrated on customers it has not seen, and quiet about what it cannot learn."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import expit

from models_ml.classifier import fit_learned
from models_ml.datasets import load_history
from models_ml.evaluation import expected_calibration_error
from models_ml.members import LOGISTIC, STACK, TREES, LearnerKnobs
from models_ml.splits import DataKnobs
from models_ml.threads import single_threaded


@pytest.fixture(scope="module")
def fold(simulated):
    knobs = DataKnobs(most_training_rows=3000)
    return load_history(simulated.features, simulated.labels, simulated.as_of, 90, knobs).folds[0]


def test_a_customer_never_sits_on_both_sides_of_the_calibration(fold, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    from sklearn.model_selection import GroupKFold

    honest = GroupKFold.split

    def watched(self, matrix, outcome, groups):
        for inside, outside in honest(self, matrix, outcome, groups):
            seen.append(set(groups[inside]) & set(groups[outside]))
            yield inside, outside

    monkeypatch.setattr(GroupKFold, "split", watched)
    outcome = fold.train["is_churned"].cast(pl.Int8).to_numpy()
    fit_learned(fold.train, outcome, fold.purchases, 90, LearnerKnobs(members=(LOGISTIC,)))
    assert seen == [set(), set(), set()]
    assert fold.train["customer_id"].n_unique() < len(fold.train)


@single_threaded
def test_memorising_trees_are_calibrated_down(fold) -> None:
    """Trees that learn noise by heart look sure of themselves; out-of-fold calibration sees that they are not."""
    outcome = (np.random.default_rng(0).random(len(fold.train)) < 0.4).astype(int)
    knobs = LearnerKnobs(members=(TREES,), tree_leaves=64, tree_leaf_rows=5, tree_l2=0.0)
    learned = fit_learned(fold.train, outcome, fold.purchases, 90, knobs)
    p = expit(learned.log_odds(fold.train, TREES))
    assert learned.members.calibrations[TREES].slope < 0.3
    assert np.abs(p - 0.4).mean() < 0.1
    assert set(learned.members.calibrations) == {TREES, STACK}


def test_probabilities_are_calibrated_on_the_next_origin(fold) -> None:
    outcome = fold.train["is_churned"].cast(pl.Int8).to_numpy()
    learned = fit_learned(fold.train, outcome, fold.purchases, 90, LearnerKnobs(members=(LOGISTIC,)))
    truth = fold.test["is_churned"].cast(pl.Int8).to_numpy()
    assert expected_calibration_error(truth, expit(learned.log_odds(fold.test, LOGISTIC))) < 0.05
    assert learned.only(LOGISTIC).log_odds(fold.test, LOGISTIC) == pytest.approx(learned.log_odds(fold.test, LOGISTIC))


def test_an_outcome_too_rare_to_learn_from_gives_no_model(fold) -> None:
    outcome = np.zeros(len(fold.train), int)
    outcome[:29] = 1
    assert fit_learned(fold.train, outcome, fold.purchases, 90, LearnerKnobs()) is None

"""lifetimes looks at every fit: agreement stands on the card, disagreement withholds, silence does neither."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from models_ml import churn, lifetime_value, next_purchase, second_opinion
from models_ml.btyd import BetaGeo, log_likelihood
from models_ml.members import LearnerKnobs
from models_ml.second_opinion import SecondOpinion, ask_lifetimes

MODEL = BetaGeo(1.2, 35.0, 0.5, 6.0)
HISTORIES = np.array([0.0, 0, 1, 12, 700]), np.array([0.0, 0, 3, 350, 999]), np.array([0.0, 90, 90, 365, 1000])


@pytest.mark.parametrize("score", ["churn", "next_purchase", "lifetime_value"])
def test_the_card_of_every_score_shows_both_numbers_and_that_they_agree(score: str, results) -> None:
    card = results[score].card["data"]["second_opinion"]
    assert card["log_likelihood_by_lifetimes"] == pytest.approx(card["log_likelihood"], rel=1e-8)
    assert card["in_words"].startswith("lifetimes agrees: ")


@pytest.mark.parametrize("module", [churn, next_purchase, lifetime_value], ids=lambda module: module.SCORE)
def test_a_fit_that_lifetimes_contradicts_withholds_the_score_and_names_both_numbers(
    module, simulated, results, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our likelihood is broken by one part in a hundred thousand."""
    monkeypatch.setattr(second_opinion, "log_likelihood", lambda *asked: log_likelihood(*asked) * (1 + 1e-5))
    card = module.train_and_score(simulated.features, simulated.labels, simulated.as_of).card
    right = results[module.SCORE].card["data"]["second_opinion"]["log_likelihood_by_lifetimes"]
    assert not card["is_published"]
    assert "The fit of repeat buying is not believed: lifetimes disagrees by 1e-05 (relative)" in card["verdict"]
    assert repr(right) in card["verdict"]
    assert f"{right * (1 + 1e-5):.3f}"[:-1] in card["verdict"]


def test_where_lifetimes_overflows_it_cannot_say_and_the_score_is_published(
    simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lifetimes import BetaGeoFitter

    monkeypatch.setattr(BetaGeoFitter, "_negative_log_likelihood", staticmethod(lambda *_: np.float64("nan")))
    knobs = churn.ChurnKnobs(learner=LearnerKnobs(fewest_of_a_class=10**9))
    card = churn.train_and_score(simulated.features, simulated.labels, simulated.as_of, knobs=knobs).card
    assert card["is_published"]
    assert card["data"]["second_opinion"]["log_likelihood_by_lifetimes"] is None
    assert card["data"]["second_opinion"]["in_words"].startswith("lifetimes cannot say: ")


def test_parameters_at_which_lifetimes_really_overflows_are_not_held_against_us() -> None:
    opinion = ask_lifetimes(BetaGeo(1e6, 1e-12, 1e-12, 1e6), *HISTORIES)
    assert np.isfinite(opinion.ours)
    assert opinion.theirs is None
    assert opinion.is_tolerable


def test_asking_is_silent_and_leaves_the_warnings_of_the_process_alone(capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        before = list(warnings.filters)
        opinion = ask_lifetimes(MODEL, *HISTORIES)
        assert warnings.filters == before
    assert opinion.difference < 1e-12
    assert not heard
    assert capfd.readouterr() == ("", "")


def test_equal_histories_are_counted_not_forgotten() -> None:
    twice = [np.concatenate([column, column]) for column in HISTORIES]
    assert ask_lifetimes(MODEL, *twice).theirs == pytest.approx(2 * ask_lifetimes(MODEL, *HISTORIES).theirs)


@pytest.mark.parametrize(
    ("theirs", "is_tolerable", "words"),
    [
        (-100.0, True, "agrees"),
        (-100.00001, True, "disagrees by 1e-07"),
        (-100.001, False, "disagrees by 1e-05"),
        (None, True, "cannot say"),
    ],
)
def test_the_words_follow_the_size_of_the_difference(theirs: float | None, is_tolerable: bool, words: str) -> None:
    opinion = SecondOpinion(-100.0, theirs)
    assert opinion.is_tolerable == is_tolerable
    assert words in opinion.sentence
    assert "-100.0" in opinion.sentence


def test_a_number_of_ours_that_is_none_is_never_tolerated() -> None:
    assert not SecondOpinion(float("nan"), -100.0).is_tolerable

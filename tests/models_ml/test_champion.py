"""Who wins, and when nobody may be shown."""

from __future__ import annotations

import numpy as np
import pytest

from models_ml.calibration_check import CalibrationCheck
from models_ml.champion import ChampionKnobs, Choice, Losses, choose, hold_to_calibration, hold_to_ranking


def losses(customers: int = 2000, origins: int = 3, latest_shift: float = 0.0, **means: float) -> Losses:
    """Noisy losses with these means; `latest_shift` is added to the learned model at the latest origin."""
    rng = np.random.default_rng(0)
    origin = np.repeat(np.arange(origins), customers)
    noise = rng.gamma(2, 0.05, len(origin))
    by_candidate = {
        name.replace("_", " "): noise + mean + rng.normal(0, 0.02, len(origin)) for name, mean in means.items()
    }
    if "learned" in by_candidate:
        by_candidate["learned"] = by_candidate["learned"] + np.where(origin == 0, latest_shift, 0)
    return Losses(by_candidate, origin, np.tile(np.arange(customers), origins))


def decide(table: Losses):
    return choose(
        table,
        closed_form="closed form",
        challengers=("learned",),
        baselines=("rule", "other rule"),
        loss_name="Brier",
        score_name="churn",
        knobs=ChampionKnobs(),
    )


def test_the_learned_model_wins_when_it_is_better_by_the_margin() -> None:
    choice = decide(losses(rule=0.12, other_rule=0.5, closed_form=0.11, learned=0.10))
    assert choice.champion == "learned"
    assert choice.is_published
    assert choice.best_baseline == "rule"
    assert choice.verdict.startswith("The churn score is published. Champion: learned, Brier 0.2")
    assert "rule of thumb (rule), mean of 3 backtest origins" in choice.verdict


def test_losses_in_money_are_told_in_whole_numbers() -> None:
    verdict = decide(losses(rule=33_390, other_rule=50_000, closed_form=27_380)).verdict
    assert "Brier 27,380 against 33,390 for the rule of thumb" in verdict


def test_a_tie_goes_to_the_closed_form() -> None:
    assert decide(losses(rule=0.12, other_rule=0.5, closed_form=0.10, learned=0.0999)).champion == "closed form"


def test_a_learned_model_that_lost_the_latest_origin_is_not_believed() -> None:
    table = losses(rule=0.2, other_rule=0.5, closed_form=0.11, learned=0.08, latest_shift=0.05)
    assert table.mean("learned") < table.mean("closed form")
    assert decide(table).champion == "closed form"


def test_nothing_beats_the_rule_of_thumb() -> None:
    choice = decide(losses(rule=0.10, other_rule=0.5, closed_form=0.10, learned=0.101))
    assert not choice.is_published
    assert "is withheld: it does not beat its rule of thumb clearly enough" in choice.verdict
    assert "closed form, Brier" in choice.verdict


def test_a_gain_that_chance_explains_is_no_gain() -> None:
    few = np.array([0.30, -0.20, 0.25, -0.15, 0.20, -0.10])
    table = {"rule": 0.5 + few, "other rule": np.full(6, 0.9), "closed form": np.full(6, 0.5)}
    origin, customer = np.zeros(6, int), np.arange(6)
    assert Losses(table, origin, customer).gain("closed form", "rule")[0] > 0.04
    assert not decide(Losses(table, origin, customer)).is_published
    many = {name: np.tile(values, 500) for name, values in table.items()}
    assert decide(Losses(many, np.zeros(3000, int), np.arange(3000))).is_published


def test_origins_count_equally_and_a_customer_counts_as_one_cluster() -> None:
    table = Losses(
        {"a": np.array([1.0, 1.0, 1.0, 4.0]), "b": np.array([0.0, 0.0, 0.0, 4.0])},
        np.array([0, 0, 0, 1]),
        np.array([1, 2, 3, 1]),
    )
    assert table.mean("a") == 2.5
    gain, error, latest = table.gain("b", "a")
    assert (gain, error, latest) == (0.5, 0.0, 1.0)


def test_how_far_the_others_are_behind_is_told_with_what_chance_would_give() -> None:
    table = losses(rule=0.12, other_rule=0.5, closed_form=0.10, learned=0.0999)
    behind = {row["candidate"]: row for row in decide(table).behind}
    assert set(behind) == {"rule", "other rule", "learned"}
    assert behind["rule"]["low"] < 0.02 < behind["rule"]["high"]
    assert behind["rule"]["low"] > 0, "the rule is worse beyond chance"
    assert behind["learned"]["low"] < 0 < behind["learned"]["high"], "a tie is a tie"
    # The bootstrap agrees with the error that the champion rule goes by.
    gain, error, _ = table.gain("closed form", "rule")
    assert behind["rule"]["gap"] == gain
    assert behind["rule"]["high"] - behind["rule"]["low"] == pytest.approx(2 * 1.96 * error, rel=0.15)


def test_a_candidate_without_losses_is_passed_over() -> None:
    assert decide(losses(rule=0.12, other_rule=0.5, closed_form=0.10)).champion == "closed form"


def hold(ours: float | None, theirs: float | None) -> Choice:
    choice = Choice("learned", True, "fine", "rule", "Brier", ())
    ranking = {"learned": ours, "rule": theirs}
    return hold_to_ranking(choice, ranking, measure="AUC", least=0.55, score_name="churn", knobs=ChampionKnobs())


def test_a_better_level_without_a_ranking_is_not_shown() -> None:
    assert hold(0.70, 0.71).is_published
    assert hold(None, None).is_published
    assert hold(0.51, 0.50).verdict == (
        "The churn score is withheld: learned hardly tells customers apart (AUC 0.510, at least 0.55 is required)."
    )
    assert hold(0.60, 0.70).verdict == (
        "The churn score is withheld: learned ranks customers worse than the rule of thumb (rule): "
        "AUC 0.600 against 0.700."
    )
    assert not hold(0.60, 0.70).is_published


def test_probabilities_that_mean_something_else_are_not_shown() -> None:
    choice = Choice("learned", True, "fine", "rule", "Brier", ())
    off = CalibrationCheck(error=0.08, at_bar=0.04, at_useless=0.11)
    assert hold_to_calibration(choice, off, "churn") == choice, "the gate warns of it"
    useless = hold_to_calibration(choice, CalibrationCheck(0.12, 0.04, 0.11), "churn")
    assert not useless.is_published
    assert useless.verdict == (
        "The churn score is withheld: what learned says is more than 0.1 off on average, beyond chance. Calibration "
        "error 0.120, mean of the backtest's origins; one at the bar of 0.03 would show up to 0.040 by chance, so it "
        "misses the bar by more than chance."
    )

"""One night looks at its past once for all scores, and forgets it with the night."""

from __future__ import annotations

from types import ModuleType

import polars as pl
import pytest

from models_ml import churn, examination, lifetime_value, next_purchase, rivals
from models_ml.once import once, remembering

MODULES = (churn, next_purchase, lifetime_value)


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was read and fitted, in the order in which it was."""
    done: list[str] = []

    def count(module: ModuleType, name: str) -> None:
        work = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *arguments: done.append(name) or work(*arguments))

    count(examination, "load_history")
    count(rivals, "fit_purchases")
    return done


def test_three_scores_of_a_night_examine_their_past_once_and_say_what_each_says_alone(simulated, results, fits) -> None:
    with remembering():
        together = [m.train_and_score(simulated.features, simulated.labels, simulated.as_of) for m in MODULES]
    origins = len(rivals.RIVALS) * (1 + 4)
    assert fits == ["load_history", *["fit_purchases"] * origins]
    for result in together:
        alone = results[result.card["score_name"]]
        assert result.card == alone.card
        assert result.scores.equals(alone.scores)
        assert result.backtests.equals(alone.backtests)


def test_other_frames_or_another_question_are_answered_anew_and_so_is_all_afterwards() -> None:
    asked = []

    @once
    def rows(frame: pl.DataFrame, horizon_days: int) -> int:
        asked.append(horizon_days)
        return frame.height * horizon_days

    frame = pl.DataFrame({"customer_id": ["A"]})
    with remembering():
        assert [rows(frame, 30), rows(frame, 30), rows(frame, 60)] == [30, 30, 60]
        assert asked == [30, 60]
        assert rows(frame.vstack(frame), 30) == 60
        assert rows(pl.DataFrame({"customer_id": ["B"]}), 30) == 30
    assert asked == [30, 60, 30, 30]
    assert [rows(frame, 30), rows(frame, 30)] == [30, 30]
    assert asked == [30, 60, 30, 30, 30, 30]

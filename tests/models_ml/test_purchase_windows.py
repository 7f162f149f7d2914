"""What was learned of the windows that labels reach is carried to those that are published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
import pytest

from models_ml.btyd import BetaGeo
from models_ml.classifier import closed_form_log_odds
from models_ml.members import LOGISTIC, LearnerKnobs
from models_ml.purchase_windows import WINDOWS, bought, learn, log_odds_of_none, needed, probabilities, windows_within
from models_ml.season import NO_SEASON

PURCHASES = BetaGeo(1.2, 25.0, 0.6, 6.0)
ROWS = pl.DataFrame({"frequency": [0, 3, 40], "recency_days": [0, 60, 300], "t_days": [40, 90, 305]})


@dataclass(frozen=True)
class Shifted:
    """A learned model that says of everybody what the closed form says, and `by` more log odds of silence."""

    days: int
    by: float

    def log_odds(self, rows: pl.DataFrame, _: str) -> np.ndarray:
        return closed_form_log_odds(rows, PURCHASES, self.days, largest=np.inf) + self.by


@pytest.mark.parametrize(
    ("horizon", "judged", "fitted"),
    [
        (90, (30, 60, 90), (30, 60, 90)),
        (91, (30, 60, 90), (30, 60, 90)),
        (70, (30, 60), (30, 60)),
        (28, (4, 14, 28), (28,)),
        (7, (1, 3, 7), (7,)),
        (1, (1,), (1,)),
    ],
)
def test_a_horizon_judges_what_fits_into_it_and_publishing_asks_for_no_more(horizon: int, judged, fitted) -> None:
    assert windows_within(horizon) == judged
    assert needed(judged) == fitted


def test_an_order_on_the_day_itself_counts_and_one_on_the_last_day_does_not() -> None:
    rows = pl.DataFrame({"days_to_next_order": [0, 29, 30, None]})
    assert bought(rows, (30, 60)).tolist() == [[1, 1], [1, 1], [0, 1], [0, 0]]


def test_past_what_was_learned_the_closed_form_leads_and_the_difference_stays() -> None:
    learned = {14: Shifted(14, -3.0), 28: Shifted(28, 0.5)}
    for window in WINDOWS:
        closed = closed_form_log_odds(ROWS, PURCHASES, window, largest=np.inf)
        assert log_odds_of_none(LOGISTIC, PURCHASES, learned, NO_SEASON, ROWS, window) == pytest.approx(closed + 0.5)
        # Where a closed form is champion it speaks alone.
        alone = log_odds_of_none(LOGISTIC, PURCHASES, {}, NO_SEASON, ROWS, window)
        assert alone == pytest.approx(closed_form_log_odds(ROWS, PURCHASES, window))
    assert log_odds_of_none(LOGISTIC, PURCHASES, learned, NO_SEASON, ROWS, 28) == pytest.approx(
        learned[28].log_odds(ROWS, "")
    )


def test_who_is_all_but_sure_to_buy_keeps_the_place_that_learning_gave() -> None:
    """Clipped log odds of 90 days are all −7: less those of 28 days, the surer buyer would come last."""
    rows = pl.DataFrame({"frequency": [60, 90], "recency_days": [300, 300], "t_days": [300, 300]})
    surest = BetaGeo(1.2, 5.0, 0.001, 60.0)
    assert closed_form_log_odds(rows, surest, 90).tolist() == [-7.0, -7.0]

    class Same:
        def log_odds(self, asked: pl.DataFrame, _: str) -> np.ndarray:
            return closed_form_log_odds(asked, surest, 28, largest=np.inf)

    said = log_odds_of_none(LOGISTIC, surest, {28: Same()}, NO_SEASON, rows, 90)
    assert said[1] < said[0] < -7


def test_probabilities_never_fall_with_the_window() -> None:
    crossing = {30: Shifted(30, -2.0), 60: Shifted(60, 4.0)}
    each = probabilities(LOGISTIC, PURCHASES, crossing, NO_SEASON, ROWS, WINDOWS)
    assert (np.diff(each, axis=1) >= 0).all()
    assert each[:, 0] == pytest.approx(each[:, 1])


def test_a_window_too_rare_to_learn_leaves_all_windows_to_the_closed_form() -> None:
    rng = np.random.default_rng(3)
    count = 300
    rows = pl.DataFrame(
        {
            "customer_id": [f"c{i:03d}" for i in range(count)],
            "as_of_date": [date(2025, 1, 1)] * count,
            "frequency": rng.integers(0, 9, count),
            "recency_days": rng.integers(0, 90, count),
            "t_days": rng.integers(90, 200, count),
            "days_to_next_order": pl.Series([*range(14, 24), *[None] * 5] * 20).shuffle(3),
            **{f"{name}_rank": rng.random(count) for name in ("days_since_last_order", "t_days", "total_net_amount")},
            "frequency_rank": rng.random(count),
        }
    )
    knobs = LearnerKnobs(members=(LOGISTIC,))
    assert set(learn(rows, PURCHASES, (18, 28), knobs)) == {18, 28}
    assert learn(rows, PURCHASES, (4, 18, 28), knobs) == {}

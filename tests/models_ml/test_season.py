"""What the time of year added last year is half expected again, where a year is known and expecting it has helped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.special import expit

from models_ml import churn, next_purchase
from models_ml.btyd import RIVALS
from models_ml.classifier import closed_form_log_odds
from models_ml.datasets import History
from models_ml.members import CLOSED_FORM, LOGISTIC, LearnerKnobs
from models_ml.season import NO_SEASON, JudgedSeasons, Season, season_from_json
from models_ml.silence_season import SILENCE, judged_seasons, season_of
from tests.models_ml.monthly import MODEL, TODAY, monthly, two_origins

WINDOWS = (30, 90)
CHRISTMAS = -0.8
"""What the weeks before Christmas add to the log odds of silence."""


def december(day: date) -> float:
    return CHRISTMAS if day.month in (10, 11) else 0.0


def snapshots(months: int, count: int, season=december, level: float = 0.0, seed: int = 0) -> pl.DataFrame:
    """Whether each was silent for 30 and 90 days from then."""

    def came(rng: np.random.Generator, day: date, rows: pl.DataFrame) -> pl.DataFrame:
        shift = season(day) + level
        silent = [rng.random(count) < expit(closed_form_log_odds(rows, MODEL, w) + shift) for w in WINDOWS]
        return rows.with_columns(pl.Series(f"silent_{w}", s) for w, s in zip(WINDOWS, silent, strict=True))

    return monthly(months, count, came, seed)


def silent(rows: pl.DataFrame) -> np.ndarray:
    return rows.select(f"silent_{window}" for window in WINDOWS).to_numpy().astype(float)


def seen_from(rows: pl.DataFrame, origin: date = TODAY):
    known = rows.filter(pl.col("as_of_date") <= origin - timedelta(90))
    return season_of(known, silent(known), MODEL, WINDOWS, origin)


@pytest.mark.parametrize("level", [0.0, 0.6], ids=["as the model says", "all year round more silent"])
def test_half_of_what_last_years_season_added_is_expected_again(level: float) -> None:
    season = seen_from(snapshots(14, 4_000, level=level))
    assert [day.month for day in season.days] == [11, 12, 1, 2, 3, 4, 5, 6, 7, 8]
    beyond_the_year = CHRISTMAS * (1 - 1 / 10)
    for window in WINDOWS:
        assert season.at(TODAY, window) == pytest.approx(beyond_the_year / 2, abs=0.1)
        assert season.at(date(2027, 2, 1), window) == pytest.approx(-CHRISTMAS / 10 / 2, abs=0.06)
    assert season.at(TODAY, 60) == season.at(TODAY, 30), "of a window that was not asked about, the next shorter one's"
    assert season.at(TODAY, 7) == season.at(TODAY, 30)


def test_each_row_is_moved_by_its_own_day_and_a_day_without_a_last_year_by_nothing() -> None:
    season = seen_from(snapshots(14, 2_000))
    rows = pl.DataFrame({"as_of_date": [TODAY, date(2026, 12, 31), TODAY]})
    assert season.of(rows, 90).tolist() == [season.at(day, 90) for day in rows["as_of_date"]]
    assert season.at(date(2028, 1, 1), 90) == 0
    assert season_from_json(season.as_json()) == season


def test_less_than_a_year_and_a_quarter_knows_no_season() -> None:
    assert seen_from(snapshots(9, 500)) == NO_SEASON
    assert seen_from(snapshots(10, 500)) != NO_SEASON
    assert JudgedSeasons(SILENCE, (), NO_SEASON, ()).as_card(TODAY)["sentence"].startswith("No season is known")
    assert NO_SEASON.at(TODAY, 90) == 0
    assert NO_SEASON.of(pl.DataFrame({"as_of_date": [TODAY]}), 90) == 0


def test_what_chance_does_to_few_customers_is_no_season() -> None:
    found = [seen_from(snapshots(14, 40, lambda day: 0.0, seed=seed)).at(TODAY, 90) for seed in range(20)]
    assert np.abs(found).mean() < 0.04
    untamed = snapshots(14, 40, lambda day: 0.0)
    came = untamed.group_by("as_of_date").agg(pl.col("silent_90").mean())["silent_90"].to_numpy()
    assert np.std(np.log(came / (1 - came))) / 2 > 0.12, "otherwise there was no chance to tame"


def history(season) -> History:
    return two_origins(snapshots(18, 3_000, season))


def test_a_season_that_comes_again_is_used_and_told() -> None:
    found = judged_seasons(
        history(lambda day: 0.8 * np.cos(2 * np.pi * day.timetuple().tm_yday / 365)), WINDOWS, silent
    )
    card = found.as_card(TODAY)
    assert card["is_used"]
    assert card["origins"] == 2
    assert card["with_season"] < card["without"] - 0.002
    odds = np.exp(-found.today.at(TODAY, 90))
    assert card["sentence"].endswith(f"the odds of an order within 90 days times {odds:.2f}.")
    assert found.today.at(TODAY, 90) == pytest.approx(0.4 * np.cos(2 * np.pi * 305 / 365), abs=0.12)


def test_what_happened_once_is_not_expected_again() -> None:
    """A year ago summer was a feast, this year it was a famine."""
    turned = date(2026, 3, 1)
    found = judged_seasons(
        history(lambda day: (1 if day > turned else -1) * (0.8 if 4 <= day.month <= 8 else 0)), WINDOWS, silent
    )
    card = found.as_card(TODAY)
    assert card["with_season"] > card["without"]
    assert not card["is_used"]
    assert "is not expected again" in card["sentence"]
    assert found.today == NO_SEASON
    assert set(found.folds) == {NO_SEASON}


@pytest.mark.parametrize("module", [churn, next_purchase], ids=lambda module: module.SCORE)
def test_the_published_score_and_its_backtest_are_moved_by_the_season(module, simulated, monkeypatch) -> None:
    knobs = {churn: churn.ChurnKnobs, next_purchase: next_purchase.NextPurchaseKnobs}[module]
    known = simulated.features, simulated.labels, simulated.as_of
    rows = simulated.features.filter(pl.col("as_of_date") == simulated.as_of).sort("customer_id")
    briers = []
    for shift in (0.0, 0.4):

        def of_all_days(history: History, shift: float = shift) -> JudgedSeasons:
            days = (simulated.as_of - timedelta(800), simulated.as_of)
            season = Season(days, (history.horizon_days,), ((shift, shift),))
            return JudgedSeasons(SILENCE, (season,) * len(history.folds), season, ())

        monkeypatch.setattr(module, "silence_seasons", of_all_days)
        found = module.train_and_score(*known, knobs=knobs(learner=LearnerKnobs(members=(LOGISTIC,))))
        model = module.load(found.artifacts)
        said = expit(model.log_odds(rows)) if module is churn else model.probabilities(rows)[:, -1]
        assert said == pytest.approx(found.scores.sort("customer_id")["score"].to_numpy())
        moved = model.log_odds(rows) - replace(model, season=NO_SEASON).log_odds(rows)
        assert moved == pytest.approx(np.full(len(rows), shift if module is churn else -shift))
        judged = found.backtests.filter(metric="brier" if module is churn else "brier_90d").to_dicts()
        briers.append({(row["candidate"], row["origin_date"]): row["value"] for row in judged})
    unmoved = {key[0] for key in briers[0] if briers[0][key] == briers[1][key]}
    moved = {key[0] for key in briers[0] if briers[0][key] != briers[1][key]}
    told_by_none = {
        churn: {churn.RULE, churn.NOT_ALIVE},
        next_purchase: {next_purchase.BASE_RATE, next_purchase.MEAN_GAP},
    }
    assert unmoved == told_by_none[module]
    assert moved >= {CLOSED_FORM, *RIVALS, LOGISTIC}

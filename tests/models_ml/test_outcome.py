"""Scores of one row and one yes or no, on deals: learned, judged, explained, withheld, and rebuilt."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models_ml import deal_win, outcome
from models_ml.deal_win import DEAL_WIN
from models_ml.inputs import FrameError, OverlapError
from models_ml.members import BOTH, LOGISTIC, TREES
from models_ml.outcome_rows import load_rows
from models_ml.result import BACKTEST_SCHEMA, SCORE_SCHEMAS, ScoreResult
from models_ml.splits import DataKnobs

from .deals import AS_OF, HORIZON, simulated_deals, true_probability


@pytest.fixture(scope="module")
def deals() -> tuple[pl.DataFrame, pl.DataFrame]:
    return simulated_deals(4000)


@pytest.fixture(scope="module")
def result(deals) -> ScoreResult:
    return deal_win.train_and_score(*deals, AS_OF)


def test_every_open_deal_has_a_probability_an_interval_and_a_reason(deals, result: ScoreResult) -> None:
    features, _ = deals
    assert result.card["is_published"], result.card["verdict"]
    assert result.scores.schema == SCORE_SCHEMAS["deal_win"]
    now = features.filter(pl.col("as_of_date") == AS_OF)["opportunity_id"]
    assert sorted(result.scores["opportunity_id"]) == sorted(now)
    assert (result.scores["low"] <= result.scores["score"]).all()
    assert (result.scores["score"] <= result.scores["high"]).all()
    assert result.scores["score"].is_between(0, 1).all()
    assert all(1 <= len(json.loads(text)) <= 5 for text in result.scores["reasons"])


def test_the_deals_of_the_better_owner_are_more_likely_and_the_reason_says_so(deals, result: ScoreResult) -> None:
    joined = result.scores.join(deals[0].filter(pl.col("as_of_date") == AS_OF), on="opportunity_id")
    best, worst = (joined.filter(pl.col("owner_win_share") == side) for side in _ends(joined["owner_win_share"]))
    assert best["score"].mean() > worst["score"].mean() + 0.2
    assert any("its owner wins 77% of deals, usually" in text for text in best["reasons"])
    owner_words = [text for text in best["reasons"] if "its owner wins" in text]
    assert all("its owner wins" in text and "(raises the chance)" in text for text in owner_words)


def _ends(column: pl.Series) -> tuple[float, float]:
    return column.max(), column.min()


def test_the_backtest_holds_rules_and_candidates_at_four_origins_a_horizon_apart(result: ScoreResult) -> None:
    table = result.backtests
    assert table.schema == BACKTEST_SCHEMA
    assert table["origin_date"].n_unique() == 4
    assert table["origin_date"].max() + timedelta(days=HORIZON) == AS_OF
    assert set(table.filter("is_baseline")["candidate"]) == {
        outcome.BASE_RATE,
        "usual share at that age",
        "usual share of the owner",
    }, "rules of what the CRM does not tell are left out"
    assert table.filter("is_champion")["candidate"].unique().to_list() == [result.card["champion"]]
    means = table.filter(metric="auc").group_by("candidate").agg(pl.col("value").mean())
    auc = dict(means.iter_rows())
    assert auc[result.card["champion"]] > auc["usual share of the owner"] + 0.02


def test_the_true_probability_of_every_deal_is_recovered_to_a_few_points(deals, result: ScoreResult) -> None:
    """Measured expected calibration says little of some 300 deals an origin; how they were drawn says it exactly."""
    now = deals[0].filter(pl.col("as_of_date") == AS_OF)
    joined = now.join(result.scores, on="opportunity_id")
    off = joined["score"].to_numpy() - true_probability(joined)
    assert abs(off.mean()) < 0.03
    assert np.abs(off).mean() < 0.06
    assert np.abs(joined["score"].mean() - true_probability(joined)).mean() > 0.12, "the base rate is farther off"


def test_outcomes_that_nobody_can_know_withhold_the_score(deals) -> None:
    features, labels = deals
    shuffled = labels.with_columns(
        pl.col("is_won").shuffle(seed=1).over("as_of_date"),
    )
    result = deal_win.train_and_score(features, shuffled, AS_OF)
    assert not result.card["is_published"]
    assert result.card["verdict"].startswith("The deal win score is withheld: ")
    assert result.scores.is_empty()
    assert result.backtests.height > 0


def test_a_model_that_knows_no_more_than_the_rule_of_thumb_is_withheld(deals) -> None:
    """The owner alone decides: then the owner's usual share says all, and nobody needs a model."""
    features, labels = deals
    only = features.select("opportunity_id", "as_of_date", "days_since_created", "owner_win_share")
    result = deal_win.train_and_score(only, labels, AS_OF)
    best = result.backtests.filter(pl.col("metric") == "brier").group_by("candidate").agg(pl.col("value").mean())
    assert not result.card["is_published"], best
    assert "usual share of the owner" in result.card["verdict"]


def test_a_column_that_is_filled_in_as_deals_are_won_is_left_out_and_named(deals) -> None:
    features, labels = deals
    won = labels.filter("is_won")["opportunity_id"].unique()
    rng = np.random.default_rng(0)
    told = pl.col("opportunity_id").is_in(won.to_list()) | (pl.Series(rng.random(len(features))) < 0.3)
    leaking = features.with_columns(pl.when(told).then(1).otherwise(0).alias("has_account"))
    result = deal_win.train_and_score(leaking, labels, AS_OF)
    assert "Left out: column has_account lifts the AUC of which open deals are won" in result.card["verdict"]
    assert "has_account" not in json.loads(result.artifacts["deal_win.json"])["learned"]["columns"]
    honest = deal_win.train_and_score(features, labels, AS_OF)
    assert "Left out" not in honest.card["verdict"]


def test_the_model_that_is_there_scores_a_later_night_to_the_same_chances(deals, result: ScoreResult) -> None:
    again = deal_win.score_again(result.artifacts, result.card["model_version"], deals[0], AS_OF)
    assert_frame_equal(again, result.scores)


def test_a_plain_fact_that_tells_nearly_all_withholds_the_score(deals) -> None:
    features, labels = deals
    told = features.join(labels, on=["opportunity_id", "as_of_date"], how="left", maintain_order="left")["is_won"]
    knowing = features.with_columns(pl.when(told).then(0.9).otherwise(0.1).alias("owner_win_share"))
    result = deal_win.train_and_score(knowing, labels, AS_OF)
    assert not result.card["is_published"]
    assert "knows more than a past can tell: column owner_win_share" in result.card["verdict"]


def test_a_column_that_has_seen_its_own_day_withholds_the_score(deals) -> None:
    features, labels = deals
    late = features.with_columns(pl.col("days_since_last_activity") - 1)
    verdict = deal_win.train_and_score(late, labels, AS_OF).card["verdict"]
    assert "A feature has seen its future: column days_since_last_activity" in verdict


@pytest.mark.parametrize("deals_of_a_company", [0, 40, 150])
def test_too_little_to_learn_from_gives_words_and_no_number(deals_of_a_company: int) -> None:
    features, labels = simulated_deals(4000)
    some = [f"crm:{number}" for number in range(deals_of_a_company)]
    few = [frame.filter(pl.col("opportunity_id").is_in(some)) for frame in (features, labels)]
    result = deal_win.train_and_score(*few, AS_OF)
    assert result.scores.is_empty()
    assert result.scores.schema == SCORE_SCHEMAS["deal_win"]
    assert result.card["champion"] is None
    said = "no open deal" if not deals_of_a_company else "The history is too short for a backtest"
    assert said in result.card["verdict"]


def test_trees_are_tried_only_where_there_is_enough_to_learn_from(deals, result: ScoreResult) -> None:
    assert {LOGISTIC, TREES, BOTH} <= set(result.backtests["candidate"])
    some = [f"crm:{number}" for number in range(1500)]
    few = [frame.filter(pl.col("opportunity_id").is_in(some)) for frame in deals]
    smaller = deal_win.train_and_score(*few, AS_OF)
    assert not {TREES, BOTH} & set(smaller.backtests["candidate"])
    assert "boosted trees not tried" in smaller.card["left_out"]
    assert "open deals per variable" in smaller.card["left_out"]


def test_a_window_that_is_not_over_is_refused(deals) -> None:
    features, labels = deals
    young = labels.with_columns(pl.col("as_of_date") + pl.duration(days=30))
    with pytest.raises(OverlapError, match="it is not complete"):
        deal_win.train_and_score(features, young, AS_OF)


def test_wrong_frames_are_refused_by_name(deals) -> None:
    features, labels = deals
    with pytest.raises(FrameError, match="labels: column is_won is missing"):
        load_rows(DEAL_WIN.subject, features, labels.drop("is_won"), AS_OF, DataKnobs())
    with pytest.raises(FrameError, match="features: opportunity_id and as_of_date are not unique"):
        load_rows(DEAL_WIN.subject, pl.concat([features, features[:1]]), labels, AS_OF, DataKnobs())


def test_same_rows_in_any_order_same_bytes_and_the_saved_model_predicts_the_same(deals, result: ScoreResult) -> None:
    features, labels = (frame.sample(fraction=1, shuffle=True, seed=5) for frame in deals)
    again = deal_win.train_and_score(features, labels, AS_OF)
    assert again.artifacts == result.artifacts
    assert again.scores.equals(result.scores)
    model = outcome.load("deal_win", result.artifacts)
    rows = deals[0].filter(pl.col("as_of_date") == AS_OF).sort("opportunity_id")
    said = 1 / (1 + np.exp(-model.log_odds(rows)))
    assert said == pytest.approx(result.scores["score"].to_numpy(), rel=1e-12)
    # What is asked beside it must not change a deal's chance.
    assert 1 / (1 + np.exp(-model.log_odds(rows[[4]]))) == pytest.approx(said[[4]], rel=1e-12)
    assert model.artifacts("deal_win") == result.artifacts

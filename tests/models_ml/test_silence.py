"""Whoever has been silent for longer is never said to be safer: trees cannot, and a model that does gives way."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from models_ml import churn
from models_ml.btyd import RIVALS, BetaGeo, fit_purchases
from models_ml.classifier import Learned, closed_form_log_odds, fit_learned
from models_ml.datasets import load_history
from models_ml.design import cohort_of, history_of
from models_ml.members import BOTH, CLOSED_FORM, LOGISTIC, STACK, TREES, LearnerKnobs
from models_ml.silence import MOST_FALLING, check_silence, longer_silent
from models_ml.splits import DataKnobs

DATA = DataKnobs(most_origins=3, most_training_rows=12_000)


@pytest.fixture(scope="module")
def estate(online_retail, make_snapshots):
    """A wholesaler before Christmas: the log on which free trees call one customer in seven safer."""
    return make_snapshots(online_retail, date(2011, 12, 10), horizon=90, step=30, count=11)


@pytest.fixture(scope="module")
def retail(estate):
    return load_history(estate.features, estate.labels, estate.as_of, 90, DATA)


@pytest.fixture(scope="module")
def learned(retail) -> Learned:
    outcome = retail.train["is_churned"].cast(pl.Int8).to_numpy()
    return fit_learned(retail.train, outcome, retail.purchases, 90, LearnerKnobs(), is_of_silence=True)


def falling(retail, log_odds) -> float:
    return check_silence(retail.current, log_odds).share_falling


@pytest.mark.parametrize(
    ("candidate", "most"), [(TREES, 0.0), (BOTH, MOST_FALLING), (STACK, 0.0), (LOGISTIC, MOST_FALLING)]
)
def test_nobody_becomes_safer_by_buying_nothing(candidate: str, most: float, retail, learned) -> None:
    cohort = cohort_of(retail.current)
    assert falling(retail, lambda rows: learned.log_odds(cohort.ranked(rows), candidate)) <= most


@pytest.mark.parametrize("kind", [BetaGeo, *RIVALS.values()], ids=lambda kind: kind.__name__)
def test_the_closed_forms_cannot_do_it(kind, retail) -> None:
    model = fit_purchases(kind, *history_of(retail.current))
    assert falling(retail, lambda rows: closed_form_log_odds(rows, model, 90)) == 0


def test_trees_that_are_not_told_do_it(retail) -> None:
    """What is prevented: the same trees on the same rows, free to learn that silence is a good sign."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    names = ["days_since_last_order", "gap_multiple", "t_days", "frequency", "total_net_amount", "orders_90d"]
    outcome = retail.train["is_churned"].cast(pl.Int8).to_numpy()

    def matrix(rows: pl.DataFrame) -> np.ndarray:
        return rows.select(pl.col(names).cast(pl.Float64)).to_numpy()

    free = HistGradientBoostingClassifier(max_iter=50, max_leaf_nodes=8, random_state=0)
    free.fit(matrix(retail.train), outcome)

    def log_odds(rows: pl.DataFrame) -> np.ndarray:
        return free.decision_function(matrix(rows))

    check = check_silence(retail.current, log_odds)
    assert check.share_falling > 0.05
    assert not check.is_sane
    assert check.sentence.endswith("all else equal; at most 1% may be.")


def test_longer_silence_changes_what_time_alone_changes() -> None:
    rows = pl.DataFrame(
        {
            "days_since_last_order": [20, 5],
            "t_days": [119, 4],
            "recency_days": [100, 0],
            "mean_gap_days": [10.0, None],
            "gap_multiple": [2.0, None],
            "longest_gap_days": [40.0, None],
            "longest_gap_multiple": [0.5, None],
            "gap_multiple_quantile": [0.4, None],
            "orders_90d": [3, 1],
            "fading_orders_14d": [1.6, 0.8],
            "fading_amount_60d": [90.0, 8.0],
        }
    )
    later = longer_silent(rows, 30).to_dicts()
    assert later[0] | {"gap_multiple_quantile": None} == {
        "days_since_last_order": 50,
        "t_days": 149,
        "recency_days": 100,
        "mean_gap_days": 10,
        "gap_multiple": 5,
        "longest_gap_days": 40,
        "longest_gap_multiple": 1.25,
        "gap_multiple_quantile": None,
        "orders_90d": 3,
        "fading_orders_14d": pytest.approx(1.6 * 0.5 ** (30 / 14)),
        "fading_amount_60d": pytest.approx(90 * 0.5**0.5),
    }
    assert (later[1]["days_since_last_order"], later[1]["t_days"], later[1]["gap_multiple"]) == (35, 34, None)


class CallsSilentOnesSafe(churn.ChurnModel):
    """A broken model: the longer the silence, the safer."""

    def log_odds(self, rows: pl.DataFrame) -> np.ndarray:
        return -super().log_odds(rows)


@pytest.fixture
def broken_scores(estate, monkeypatch):
    """`broken_scores(candidates)`: the churn score of the wholesaler where these candidates come out broken."""
    fit = churn._fit_champion

    def train(candidates: tuple[str, ...]):
        def fit_broken(*arguments) -> churn.ChurnModel:
            model = fit(*arguments)
            return CallsSilentOnesSafe(**vars(model)) if model.champion in candidates else model

        monkeypatch.setattr(churn, "_fit_champion", fit_broken)
        knobs = churn.ChurnKnobs(DATA, LearnerKnobs(members=(LOGISTIC,)))
        return churn.train_and_score(estate.features, estate.labels, estate.as_of, 90, knobs=knobs)

    return train


def test_a_learned_champion_that_does_it_gives_way_to_a_closed_form(broken_scores) -> None:
    result = broken_scores((LOGISTIC, BOTH, STACK))
    assert result.card["is_published"]
    assert result.card["champion"] in (CLOSED_FORM, *RIVALS)
    first, then = result.card["longer_silence"]
    assert first["candidate"] in (LOGISTIC, BOTH, STACK)
    assert first["sentence"] in result.card["verdict"]
    assert first["share_falling"] > 0.5 > then["share_falling"] == 0


def test_where_no_candidate_is_sane_the_score_is_withheld_in_words(broken_scores) -> None:
    result = broken_scores((LOGISTIC, BOTH, STACK, CLOSED_FORM, *RIVALS))
    assert not result.card["is_published"]
    assert result.scores.is_empty()
    assert "is withheld" in result.card["verdict"]
    assert "more days of silence" in result.card["verdict"]

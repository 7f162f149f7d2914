"""Reasons are true: take the theme away, and the score moves the other way."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import polars as pl
import pytest

from models_ml import (
    churn,
    deal_win,
    lead_conversion,
    lifetime_value,
    next_purchase,
    subscription_churn,
    themes,
    ticket_escalation,
)
from models_ml.btyd import BetaGeo
from models_ml.classifier import closed_form_log_odds
from models_ml.members import CLOSED_FORM
from models_ml.reasons import ORDINARY, Direction, effects_of, explain, present_themes, typical_of, without
from models_ml.themes import THEMES

CHURN = Direction("raises the risk", "lowers the risk", is_higher_good=False)
BY_NAME = {theme.name: theme for theme in THEMES}


def cohort() -> pl.DataFrame:
    """Nine regulars who buy every 21 days, and one of them silent for 74."""
    silence = [20, 21, 22, 20, 21, 22, 20, 21, 22, 74]
    return pl.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(10)],
            "as_of_date": [date(2025, 1, 1)] * 10,
            "frequency": [10] * 10,
            "recency_days": [210] * 10,
            "t_days": [210 + days - 1 for days in silence],
            "days_since_last_order": silence,
            "mean_gap_days": [21.0] * 10,
            "gap_multiple": [days / 21 for days in silence],
            "total_net_amount": [500.0] * 10,
        }
    )


def log_score(rows: pl.DataFrame) -> np.ndarray:
    return closed_form_log_odds(rows, BetaGeo(1.2, 25.0, 0.6, 6.0), 90)


def test_the_silent_regular_is_explained_in_a_salespersons_words() -> None:
    reasons = [json.loads(text) for text in explain(cohort(), log_score, CHURN)]
    assert reasons[9] == ["has not bought for 74 days, usually buys every 21 (raises the risk)"]
    assert reasons[1] == [ORDINARY.format(subject="customer")]


def test_taking_the_silence_away_lowers_the_score_and_keeps_a_possible_history() -> None:
    rows = cohort()
    typical = without(BY_NAME["silence"], rows, rows)
    assert typical["days_since_last_order"].unique().to_list() == [21.0]
    assert (typical["t_days"] >= typical["recency_days"]).all()
    assert log_score(typical)[9] < log_score(rows)[9]


def test_without_a_habit_a_customer_has_bought_once_if_most_have() -> None:
    rows = cohort().with_columns(
        frequency=pl.Series([0] * 9 + [10]),
        recency_days=pl.Series([0] * 9 + [210]),
        t_days=pl.Series([30] * 9 + [220]),
        mean_gap_days=pl.Series([None] * 9 + [21.0]),
    )
    assert typical_of(rows, ["mean_gap_days", "frequency"]) == {"mean_gap_days": None, "frequency": 0.0}
    changed = without(BY_NAME["habit"], rows, rows)
    assert changed.select("frequency", "recency_days", "t_days", "mean_gap_days").row(9) == (0.0, 0.0, 10.0, None)


def test_what_the_model_does_not_use_is_no_reason() -> None:
    rows = cohort().with_columns(count_open_tickets=pl.Series([0] * 9 + [5]))
    assert not any("ticket" in text for text in explain(rows, log_score, CHURN))
    heard = explain(rows, lambda r: log_score(r) + r["count_open_tickets"].to_numpy(), CHURN)
    assert json.loads(heard[9])[0] == "waits for 5 open tickets, customers usually 0 (raises the risk)"


def test_a_sentence_that_would_suggest_the_opposite_is_left_unsaid() -> None:
    rows = cohort().with_columns(orders_90d=pl.Series([1] * 9 + [8]))
    backwards = explain(rows, lambda r: 0.5 * r["orders_90d"].cast(pl.Float64).to_numpy(), CHURN)
    assert json.loads(backwards[9]) == [ORDINARY.format(subject="customer")]
    sensible = explain(rows, lambda r: -0.5 * r["orders_90d"].cast(pl.Float64).to_numpy(), CHURN)
    assert json.loads(sensible[9]) == ["placed 8 orders in the last 90 days, customers usually 1 (lowers the risk)"]


def test_at_most_five_and_the_strongest_first() -> None:
    columns = ["orders_90d", "orders_365d", "count_open_tickets", "count_bad_ratings_365d", "count_tickets_90d"]
    columns += ["count_refunds", "count_sales_contacts_90d"]
    rows = cohort().with_columns(pl.Series(name, [0] * 9 + [1]) for name in columns)
    weights = dict(zip(columns, [-1, -2, 3, 4, 5, 6, 7], strict=True))

    def score(r: pl.DataFrame) -> np.ndarray:
        return sum(weight * r[name].cast(pl.Float64).to_numpy() for name, weight in weights.items())

    said = json.loads(explain(rows, score, CHURN)[9])
    assert len(said) == 5
    assert said[0].startswith("had 1 sales contact ")
    assert said[1].startswith("had 1 refund")


@pytest.mark.parametrize(("module", "higher"), [(churn, "raises the risk"), (next_purchase, "makes an order likelier")])
def test_every_reason_of_the_champion_moves_the_score_as_said(module, higher: str, simulated, results) -> None:
    result = results[module.SCORE]
    model = module.load(result.artifacts)
    rows = simulated.features.filter(pl.col("as_of_date") == simulated.as_of).sort("customer_id")

    def score(changed: pl.DataFrame) -> np.ndarray:
        return model.log_odds(changed) if module is churn else -model.log_odds_of_none(changed, 90)

    actual = score(rows)
    moved = {name: actual - score(without(BY_NAME[name], rows, rows)) for name in ("silence", "habit", "ratings")}
    starts = {"silence": ("has not bought for", "bought "), "habit": ("has bought on",), "ratings": ("gave ",)}
    checked = 0
    for index, text in enumerate(result.scores.sort("customer_id")["reasons"]):
        for sentence in json.loads(text):
            for name, beginnings in starts.items():
                if sentence.startswith(beginnings):
                    assert (moved[name][index] > 0) == sentence.endswith(f"({higher})"), sentence
                    checked += 1
    assert checked > 500


@pytest.mark.parametrize("is_learned", [True, False], ids=["learned", "closed form"])
@pytest.mark.parametrize("module", [churn, next_purchase, lifetime_value], ids=lambda module: module.SCORE)
def test_whom_a_theme_leaves_as_they_are_need_not_be_asked_about(module, is_learned: bool, simulated, results) -> None:
    model = module.load(results[module.SCORE].artifacts)
    if not is_learned:
        model = replace(model, champion=CLOSED_FORM, learned={} if module is next_purchase else None)
    rows = simulated.features.filter(pl.col("as_of_date") == simulated.as_of)
    score = partial(model.log_spend_within, days=365) if module is lifetime_value else model.log_odds
    themes, asked = present_themes(rows, THEMES), []

    def counted(changed: pl.DataFrame) -> np.ndarray:
        asked.append(len(changed))
        return score(changed)

    everybody = np.column_stack([score(rows) - score(without(theme, rows, rows)) for theme in themes])
    assert effects_of(rows, counted, themes, model.reads) == pytest.approx(everybody, abs=1e-12)
    assert effects_of(rows, score, themes) == pytest.approx(everybody, abs=1e-12)
    if is_learned:
        assert sum(asked) < 0.8 * len(rows) * (1 + len(themes))
    else:
        assert len(asked) == 1 + (3 if module is lifetime_value else 2)
    # Told that nothing is read, it would find nothing: what a model reads is what makes its reasons.
    assert not effects_of(rows, score, themes, frozenset()).any()


@pytest.mark.parametrize("module", [themes, deal_win, lead_conversion, subscription_churn, ticket_escalation])
def test_a_sentence_is_made_of_the_columns_that_its_theme_says_it_is_made_of(module) -> None:
    """Customers who have these in common are told the same sentence, made for the first of them."""
    columns = sorted({name for theme in module.THEMES for name in (*theme.columns, *theme.says_of)})
    rng, heard = np.random.default_rng(2), 0
    for _ in range(200):
        row, typical = (
            {name: float(value) for name, value in zip(columns, rng.integers(1, 5, len(columns)), strict=True)}
            for _ in range(2)
        )
        for theme in module.THEMES:
            assert theme.told[0] == theme.columns[0]
            for is_good in (True, False):
                least = ({name: some[name] for name in theme.told} for some in (row, typical))
                said = theme.say(row, typical, is_good)
                assert said == theme.say(*least, is_good), theme.name
                heard += said is not None
    assert heard > 300 * len(module.THEMES)


def test_who_has_the_same_in_common_is_told_the_same_and_others_are_not() -> None:
    rows = cohort().with_columns(count_open_tickets=pl.Series([0, 1, None, 3, 0, 1, None, 3, 1, 5]))
    score = lambda r: r["count_open_tickets"].fill_null(9).cast(pl.Float64).to_numpy()  # noqa: E731
    said = [json.loads(text)[0] for text in explain(rows, score, CHURN)]
    waits = "waits for {}, customers usually 1 ({} the risk)".format
    assert said[3] == said[7] == waits("3 open tickets", "raises")
    assert said[0] == said[4] == "has no open ticket, customers usually 1 (lowers the risk)"
    assert said[9] == waits("5 open tickets", "raises")


def test_the_planted_cause_is_named(results) -> None:
    said = " ".join(results["churn"].scores["reasons"])
    assert "gave 1 bad rating in the last year" in said

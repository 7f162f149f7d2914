"""Under every score: what it said at past dates beside what came, as the model card has it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from dashboards.evidence import SCORE_WORDS

from .conftest import facts_of, words


@pytest.mark.parametrize(
    ("page", "score"),
    [("churn", "churn"), ("value", "lifetime_value"), ("value", "next_purchase"), ("sales", "deal_win")],
)
def test_the_page_shows_what_the_card_says(open_page, full_home, page: str, score: str) -> None:
    app = open_page(full_home, page)
    assert not app.exception, app.exception
    [(card,)] = facts_of(full_home, f"select card from release.model_cards where score_name = '{score}'")
    card = json.loads(card)
    assert f"What {SCORE_WORDS[score]} said, and what came" in words(app)
    assert ("Calibration error 0.021" in words(app)) is ("calibration" in card)
    assert ("added a year ago is expected again" in words(app)) is ("season" in card)
    groups = [frame.value for frame in app.dataframe if "group" in frame.value]
    unit = 1 if score == "lifetime_value" else 100
    expected = [(row["group"], pytest.approx(unit * row["said"]), row["subjects"]) for row in card["by_group"]]
    assert expected in [list(zip(frame["group"], frame["said"], frame["subjects"], strict=True)) for frame in groups]
    behind = [frame.value for frame in app.dataframe if "gap" in frame.value]
    assert any(list(frame["candidate"]) == ["recency_rule"] for frame in behind)


def test_repeat_purchases_are_told_as_foreseen_and_as_they_came(open_page, full_home) -> None:
    said = words(open_page(full_home, "value"))
    assert "Repeat purchases, foreseen and real" in said
    assert "it foresaw 308; 300 came (+2.7%)" in said


def test_the_metric_that_chose_the_champion_is_shown_first(open_page, tmp_path, sample_release) -> None:
    def judged_by_log_loss(con) -> None:
        con.execute("insert into scores.backtests by name select * replace ('brier' as metric) from scores.backtests")

    sample_release(tmp_path, "both-1", change=judged_by_log_loss)
    chosen = open_page(tmp_path, "sales").selectbox(key="metric_lead_conversion")
    assert chosen.value == "log_loss"
    assert set(chosen.options) == {"Log loss (lower is better)", "Brier score (lower is better)"}


def test_whether_a_score_is_right_for_everyone_is_told_group_by_group(open_page, full_home) -> None:
    app = open_page(full_home, "churn")
    assert "Churn scores: are they right for everyone?" in words(app)
    assert "In 1 of 5 groups what was said lies outside the 95% interval of what came" in words(app)
    ages = next(frame.value for frame in app.dataframe if "is_off" in frame.value)
    assert ages[["group", "said", "seen", "is_off"]].to_dict("list") == {
        "group": ["25-34", "65+"],
        "said": [50, 50],
        "seen": [70, 50],
        "is_off": [True, False],
    }
    app.selectbox(key="slices_churn").select("country").run()
    countries = next(frame.value for frame in app.dataframe if "is_off" in frame.value)
    assert list(countries["group"]) == ["Germany", "France", "Spain"]


def test_the_day_on_which_a_model_learned_is_told(open_page, tmp_path, sample_release) -> None:
    sample_release(tmp_path, "learned-1", as_of_date=date(2026, 10, 4))
    assert "learned on 1 Oct 2026; everybody is scored every night" in words(open_page(tmp_path, "churn"))


def test_a_card_of_an_earlier_version_shows_the_backtest_alone(open_page, tmp_path, sample_release) -> None:
    sample_release(tmp_path, "old-1", change=lambda con: con.execute("update scores.model_cards set card = '{}'"))
    app = open_page(tmp_path, "churn")
    assert not app.exception, app.exception
    said = words(app)
    assert "Can churn scores be trusted?" in said
    assert "and what came" not in said
    assert "learned on" not in said

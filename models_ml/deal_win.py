"""Deal win: the probability that an open deal is won within the horizon.

Belongs here: what this score is about, its rules of thumb, the words of its reasons.
Stays out: how it is learned and judged (outcome.py), the deals themselves (the warehouse).

"Within the horizon" and not "in the end": of a deal that is still open nobody knows the end, and counting only those
that are closed would take the quick ones for all.
"""

from __future__ import annotations

from functools import partial

from models_ml import outcome
from models_ml.outcome import Outcome
from models_ml.outcome_rows import Subject
from models_ml.reasons import Direction
from models_ml.themes import Row, Theme, count_of, number, share

SCORE = "deal_win"


def _stage(row: Row, typical: Row, is_good: bool) -> str | None:
    won, days = row.get("stage_win_share"), row.get("days_in_stage")
    if won is None:
        return None
    return f"{won:.0%} of the deals that came to this stage were won" + (
        "" if days is None else f", in it for {count_of(days, 'day')}"
    )


def _age(row: Row, typical: Row, is_good: bool) -> str:
    usual = typical.get("days_since_created")
    said = f"open for {count_of(row['days_since_created'], 'day')}"
    return said if usual is None else f"{said}, open deals usually {usual:,.0f}"


def _expected(row: Row, typical: Row, is_good: bool) -> str | None:
    days, moved = row.get("days_to_expected_close"), row.get("count_times_put_off")
    if days is None:
        return None
    said = f"should have closed {count_of(-days, 'day')} ago" if days < 0 else f"to close in {count_of(days, 'day')}"
    return said if not moved else f"{said}, put off {count_of(moved, 'time')}"


def _contact(row: Row, typical: Row, is_good: bool) -> str | None:
    silent, lately = row.get("days_since_last_activity"), row.get("count_activities_30d")
    if lately is None:
        return None
    if silent is None:
        return "nobody has called, met or written about it yet"
    return (
        f"{count_of(lately, 'activity', 'activities')} in the last 30 days, the last one {count_of(silent, 'day')} ago"
    )


def _load(row: Row, typical: Row, is_good: bool) -> str | None:
    return None if row.get("owner_open_deals") is None else f"its owner has {row['owner_open_deals']:,.0f} open deals"


THEMES = (
    Theme("stage", ("stage_win_share", "days_in_stage", "crm_probability"), _stage),
    Theme("age", ("days_since_created",), _age),
    Theme("expected close", ("days_to_expected_close", "count_times_put_off"), _expected),
    Theme("owner", ("owner_win_share",), share("owner_win_share", "its owner wins {} of deals"), more_is_good=True),
    Theme("load", ("owner_open_deals",), _load),
    Theme("product", ("product_win_share",), share("product_win_share", "{} of deals of its product are won"), True),
    Theme(
        "channel",
        ("lead_source_win_share",),
        share("lead_source_win_share", "{} of deals from its channel are won"),
        more_is_good=True,
    ),
    Theme("contact", ("count_activities_30d", "count_activities", "days_since_last_activity"), _contact),
    Theme("amount", ("amount",), number("amount", "worth")),
)

DEAL_WIN = Outcome(
    score=SCORE,
    subject=Subject("opportunity_id", "is_won", "open deal", "open deals", "are won"),
    probability="win_probability",
    rules={
        "usual share of the stage": "stage_win_share",
        "the CRM's own probability": "crm_probability",
        "usual share at that age": "days_since_created",
        "usual share of the owner": "owner_win_share",
        "usual share by expected close": "days_to_expected_close",
    },
    themes=THEMES,
    direction=Direction("raises the chance", "lowers the chance", is_higher_good=True),
    own_columns=("days_in_stage", "count_activities"),
    own_words="own: the deal's stages or activities are recorded; pooled: only others like it speak for it",
)

train_and_score = partial(outcome.train_and_score, DEAL_WIN)
score_again = partial(outcome.score_again, DEAL_WIN)
"""See outcome; `features` and `labels` are those of opportunities."""

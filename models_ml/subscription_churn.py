"""Subscription churn: the probability that a subscriber is left without any running subscription within the horizon.

Belongs here: what this score is about, its rules of thumb, the words of its reasons.
Stays out: how it is learned and judged (outcome.py), buyers without a contract (churn.py), the subscriptions themselves
(the warehouse).
"""

from __future__ import annotations

from functools import partial

from models_ml import outcome
from models_ml.outcome import Outcome
from models_ml.outcome_rows import Subject
from models_ml.reasons import Direction
from models_ml.themes import Row, Theme, count_of, number

SCORE = "subscription_churn"


def _notice(row: Row, typical: Row, is_good: bool) -> str:
    return "has given notice" if row.get("has_given_notice") else "has not given notice"


def _age(row: Row, typical: Row, is_good: bool) -> str:
    usual = typical.get("days_since_started")
    said = f"has subscribed for {count_of(row['days_since_started'], 'day')}"
    return said if usual is None else f"{said}, subscribers usually {usual:,.0f}"


def _changes(row: Row, typical: Row, is_good: bool) -> str | None:
    changes, days = row.get("count_changes"), row.get("days_since_last_change")
    if not changes or days is None:
        return None if changes is None else "has never changed the plan"
    return f"has changed the plan {count_of(changes, 'time')}, last {count_of(days, 'day')} ago"


def _orders(row: Row, typical: Row, is_good: bool) -> str:
    days = row.get("days_since_last_order")
    return "has never ordered anything" if days is None else f"ordered last {count_of(days, 'day')} ago"


def _tickets(row: Row, typical: Row, is_good: bool) -> str | None:
    tickets, bad = row.get("count_tickets_90d"), row.get("count_bad_ratings_90d")
    if tickets is None:
        return None
    said = f"raised {count_of(tickets, 'ticket')} in the last 90 days"
    return f"{said}, gave {count_of(bad, 'bad rating')}" if bad else said


def _clicks(row: Row, typical: Row, is_good: bool) -> str | None:
    clicks = row.get("count_campaign_clicked_90d")
    return None if clicks is None else f"clicked {count_of(clicks, 'mailing')} in the last 90 days"


def _earlier(row: Row, typical: Row, is_good: bool) -> str | None:
    spans = row.get("count_earlier_spans")
    return None if not spans else f"had left {count_of(spans, 'time')} before"


THEMES = (
    Theme("notice", ("has_given_notice",), _notice, more_is_good=False),
    Theme("age", ("days_since_started",), _age),
    Theme("amount", ("mrr_amount", "mrr_ratio"), number("mrr_amount", "pays a month")),
    Theme("changes", ("count_changes", "days_since_last_change"), _changes),
    Theme("orders", ("days_since_last_order",), _orders, more_is_good=False),
    Theme("tickets", ("count_tickets_90d", "count_bad_ratings_90d"), _tickets),
    Theme("clicks", ("count_campaign_clicked_90d",), _clicks, more_is_good=True),
    Theme("earlier", ("count_earlier_spans",), _earlier),
)

SUBSCRIPTION_CHURN = Outcome(
    score=SCORE,
    subject=Subject("customer_id", "has_ended", "subscriber", "subscribers", "leave"),
    probability="end_probability",
    rules={
        "usual share of who has given notice": "has_given_notice",
        "usual share at that age": "days_since_started",
        "usual share since the last order": "days_since_last_order",
    },
    themes=THEMES,
    direction=Direction("raises the risk", "lowers the risk", is_higher_good=False),
    own_columns=("days_since_started",),
    own_words="own: the subscriber's own contract, orders and contacts",
    tier="risk_tier",
)

train_and_score = partial(outcome.train_and_score, SUBSCRIPTION_CHURN)
score_again = partial(outcome.score_again, SUBSCRIPTION_CHURN)
"""See outcome; `features` and `labels` are those of subscribers."""

"""Lead conversion: the probability that an open lead becomes a contact, account or deal within the horizon.

Belongs here: what this score is about, its rules of thumb, the words of its reasons.
Stays out: how it is learned and judged (outcome.py), the leads themselves (the warehouse).
"""

from __future__ import annotations

from functools import partial

from models_ml import outcome
from models_ml.outcome import Outcome
from models_ml.outcome_rows import Subject
from models_ml.reasons import Direction
from models_ml.themes import Row, Say, Theme, count_of

SCORE = "lead_conversion"


def _age(row: Row, typical: Row, is_good: bool) -> str:
    usual = typical.get("days_since_created")
    said = f"came {count_of(row['days_since_created'], 'day')} ago"
    return said if usual is None else f"{said}, open leads usually {usual:,.0f}"


def _lift(column: str, what: str) -> Say:
    def say(row: Row, typical: Row, is_good: bool) -> str | None:
        return (
            None if row.get(column) is None else f"{what} convert {row[column]:.1f} times as often as leads usually do"
        )

    return say


def _talks(row: Row, typical: Row, is_good: bool) -> str | None:
    talks = row.get("count_sales_contacts_30d")
    return None if talks is None else f"{count_of(talks, 'contact')} with sales in the last 30 days"


def _clicks(row: Row, typical: Row, is_good: bool) -> str | None:
    clicks, opened = row.get("count_campaign_clicked_30d"), row.get("count_campaign_opened_30d")
    if clicks is None:
        return None
    return f"opened {count_of(opened or 0, 'mailing')} in the last 30 days, clicked {clicks:,.0f}"


THEMES = (
    Theme("age", ("days_since_created",), _age, more_is_good=False),
    Theme("channel", ("lead_source_lift",), _lift("lead_source_lift", "leads of its channel"), more_is_good=True),
    Theme("page", ("landing_page_lift",), _lift("landing_page_lift", "leads of its landing page"), more_is_good=True),
    Theme("talks", ("count_sales_contacts_30d",), _talks, more_is_good=True),
    Theme("clicks", ("count_campaign_clicked_30d", "count_campaign_opened_30d"), _clicks, more_is_good=True),
)

LEAD_CONVERSION = Outcome(
    score=SCORE,
    subject=Subject("lead_id", "is_converted", "open lead", "open leads", "convert"),
    probability="conversion_probability",
    rules={
        "usual share at that age": "days_since_created",
        "usual share of the channel": "lead_source_lift",
        "usual share of the landing page": "landing_page_lift",
    },
    themes=THEMES,
    direction=Direction("raises the chance", "lowers the chance", is_higher_good=True),
    own_columns=("count_sales_contacts_30d", "count_campaign_opened_30d", "count_campaign_clicked_30d"),
    own_words="own: the lead has talked to sales or opened a mailing; pooled: only others like it speak for it",
    tier="lead_tier",
)

train_and_score = partial(outcome.train_and_score, LEAD_CONVERSION)
score_again = partial(outcome.score_again, LEAD_CONVERSION)
"""See outcome; `features` and `labels` are those of leads."""

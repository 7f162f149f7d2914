"""Ticket escalation: the probability that an open ticket is reopened, raised or rated bad within the horizon.

Belongs here: what this score is about, its rules of thumb, the words of its reasons.
Stays out: how it is learned and judged (outcome.py), what an escalation is (the warehouse's fct_ticket_events), how a
customer sounds (ticket_sentiment.py).
"""

from __future__ import annotations

from functools import partial

from models_ml import outcome
from models_ml.outcome import Outcome
from models_ml.outcome_rows import Subject
from models_ml.reasons import Direction
from models_ml.themes import Row, Say, Theme, count_of

SCORE = "ticket_escalation"
_ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}
_PRIORITIES = {1: "low", 2: "normal", 3: "high", 4: "urgent"}


def _waiting(row: Row, typical: Row, is_good: bool) -> str:
    days, usual = row["days_waiting_for_us"], typical.get("days_waiting_for_us")
    if not days:
        return "we wait for the customer's answer"
    said = f"waiting for us for {count_of(days, 'day')}"
    return said if usual is None else f"{said}, usually {usual:,.0f}"


def _age(row: Row, typical: Row, is_good: bool) -> str:
    usual = typical.get("days_since_created")
    said = f"open for {count_of(row['days_since_created'], 'day')}"
    return said if usual is None else f"{said}, open tickets usually {usual:,.0f}"


def _silence(row: Row, typical: Row, is_good: bool) -> str:
    days = row["days_since_last_event"]
    return "worked on yesterday" if days <= 1 else f"untouched for {count_of(days, 'day')}"


def _nth(column: str, noun: str) -> Say:
    def say(row: Row, typical: Row, is_good: bool) -> str | None:
        number = row.get(column)
        if number is None:
            return None
        if number < 2:
            return f"its first {noun} has it" if number else f"no {noun} has it yet"
        return f"{_ORDINALS[number]} {noun} already" if number in _ORDINALS else f"{number:,.0f} {noun}s already"

    return say


def _changes(row: Row, typical: Row, is_good: bool) -> str:
    return f"changed {count_of(row['count_changes'], 'time')}, usually {typical.get('count_changes') or 0:,.0f}"


def _before(row: Row, typical: Row, is_good: bool) -> str:
    times = row["count_escalations"]
    if not times:
        return "not reopened, raised or rated bad before"
    return f"reopened, raised or rated bad {'once' if times == 1 else count_of(times, 'time')} before"


def _state(row: Row, typical: Row, is_good: bool) -> str:
    if row.get("is_new"):
        return "nobody has begun with it"
    return "waits for a third party" if row.get("is_on_hold") else "is being worked on"


def _owner(row: Row, typical: Row, is_good: bool) -> str:
    return "an agent is in charge" if row["is_assigned"] else "no agent is in charge"


def _replies(row: Row, typical: Row, is_good: bool) -> str | None:
    replies, hours = row.get("count_replies"), row.get("hours_to_first_reply")
    if replies is None:
        return None
    if not replies or hours is None:
        return "not answered yet"
    first = count_of(hours / 24, "day") if hours >= 48 else count_of(hours, "hour")
    return f"answered {count_of(replies, 'time')}, first after {first}"


def _customer_comments(row: Row, typical: Row, is_good: bool) -> str | None:
    comments, days = row.get("count_customer_comments"), row.get("days_since_customer_comment")
    if comments is None:
        return None
    said = f"the customer has written {count_of(comments, 'time')}"
    return said if days is None else f"{said}, last {count_of(days, 'day')} ago"


def _priority(row: Row, typical: Row, is_good: bool) -> str | None:
    rank = row.get("priority_level")
    return None if rank is None else f"priority {_PRIORITIES[int(rank)]}"


def _lift(column: str, what: str) -> Say:
    def say(row: Row, typical: Row, is_good: bool) -> str | None:
        if row.get(column) is None:
            return None
        often = "about" if 0.95 <= row[column] < 1.05 else f"{row[column]:.1f} times"
        return f"tickets of its {what} escalate {often} as often as usual"

    return say


def _backlog(row: Row, typical: Row, is_good: bool) -> str | None:
    backlog = row.get("count_team_backlog")
    return None if backlog is None else f"its team has {count_of(backlog, 'open ticket')}"


def _requester(row: Row, typical: Row, is_good: bool) -> str | None:
    earlier, escalated = row.get("count_earlier_tickets"), row.get("count_earlier_escalations")
    if earlier is None or escalated is None:
        return None
    if not earlier:
        return "the customer's first ticket"
    if earlier == 1:
        return f"the customer's other ticket {'escalated' if escalated else 'did not escalate'}"
    some = f"{escalated:,.0f}" if escalated else "none"
    return f"{some} of the customer's {earlier:,.0f} other tickets escalated"


THEMES = (
    Theme("waiting", ("days_waiting_for_us",), _waiting, more_is_good=False),
    Theme("age", ("days_since_created",), _age),
    Theme("silence", ("days_since_last_event",), _silence),
    Theme("teams", ("count_teams",), _nth("count_teams", "team"), more_is_good=False),
    Theme("agents", ("count_agents",), _nth("count_agents", "agent"), more_is_good=False),
    Theme("changes", ("count_changes",), _changes),
    Theme("before", ("count_escalations",), _before, more_is_good=False),
    Theme("state", ("is_new", "is_on_hold"), _state),
    Theme("owner", ("is_assigned",), _owner),
    Theme("replies", ("count_replies", "hours_to_first_reply"), _replies),
    Theme("customer comments", ("count_customer_comments", "days_since_customer_comment"), _customer_comments),
    Theme("priority", ("priority_level",), _priority),
    Theme("team", ("team_lift",), _lift("team_lift", "team"), more_is_good=False),
    Theme("channel", ("channel_lift",), _lift("channel_lift", "channel"), more_is_good=False),
    Theme("backlog", ("count_team_backlog", "count_backlog"), _backlog),
    Theme("requester", ("count_earlier_escalations", "count_earlier_tickets"), _requester),
)

TICKET_ESCALATION = Outcome(
    score=SCORE,
    subject=Subject("ticket_id", "is_escalated", "open ticket", "open tickets", "escalate"),
    probability="escalation_probability",
    rules={
        "usual share at that age": "days_since_created",
        "usual share by time waiting for us": "days_waiting_for_us",
        "usual share by priority": "priority_level",
        "usual share of the team": "team_lift",
        "usual share by what happened to it before": "count_escalations",
        "usual share by the requester's history": "count_earlier_escalations",
    },
    themes=THEMES,
    direction=Direction("raises the risk", "lowers the risk", is_higher_good=False),
    own_columns=("count_changes",),
    own_words="own: what was recorded of the ticket itself; pooled: only others like it speak for it",
)

train_and_score = partial(outcome.train_and_score, TICKET_ESCALATION)
score_again = partial(outcome.score_again, TICKET_ESCALATION)
"""See outcome; `features` and `labels` are those of tickets."""

"""The checks of the two doors as plain data: what must hold of raw exports, and of scores, before they are let in.

Belongs here: which checks exist, their severity, and the thresholds with their reasons.
Stays out: running them (data_quality.gate) and facts inside the warehouse (dbt tests).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from data_quality.contracts import SourceTable

TOLERATED_SHARE = 0.01
"""Odd cells (a value nobody declared, a number below its bound) up to this share of a table are news: warn. More means
that the export has changed: error."""
QUARANTINE_ERROR, QUARANTINE_WARN = 0.05, 0.01
"""Quarantined share of the newest rows read. One row in a hundred is typing; one in twenty is a changed export, and a
picture of the customer with that much missing would be wrong rather than old."""
QUARANTINE_JUDGED_ROWS = 100
"""Below this many rows one bad row says nothing, so earlier loads are counted in until there are as many."""
MIN_COVERAGE = 0.95
"""Share of customers with a purchase who must have a score. A few may be undefined (bought and returned on one day)."""
VOLUME_JUDGED_NIGHTS, VOLUME_JUDGED_ROWS = 5, 100
"""A volume is compared with at least so many nights, of which half brought at least so many rows: few rows vary."""
VOLUME_NIGHTS = 60
"""How far back nights count as usual; a company is another one a quarter later."""
VOLUME_FACTOR, VOLUME_SPREADS, VOLUME_ALIKE = 3.0, 5.0, 1.5
"""Far from usual: more than three times more or fewer rows than the median night, and more than five spreads from it,
and not within a factor of 1.5 of two nights before. A cut export or a doubled history is farther off than that."""
SNAPSHOT_MAY_LOSE, SNAPSHOT_JUDGED_KEYS = 0.2, 20
"""Share of its records that a snapshot may lose at once: people delete some, cut files lose many. Below twenty
records one deletion is a large share."""
REPEATS_TOLERATED, REPEATS_JUDGED_ROWS = 0.2, 20
"""Share of new rows of an append table that earlier files may hold: the same sale can happen twice, a fifth cannot."""
MAY_LIE_AHEAD = (
    *("close", "due", "expected", "next", "renewal", "expir", "schedul"),
    *("_end", "end_", "until", "start", "trial", "period", "plan", "valid", "arriv", "deliver", "cancel_at"),
    *("closing", "reminder", "activity"),
)
"""Days and moments named so are or may be plans; every other one tells what has happened and cannot lie in the future,
unless its contract says may_lie_ahead."""

_QUANTITY = ("quantity", "quantity_low", "quantity_high")
_SCORED = ("as_of_date", "model_version", "score", "low", "high", "reasons", "evidence")
_COMMON = ("customer_id", *_SCORED)
_BUYS = tuple(f"next_purchase_probability_{days}d" for days in (30, 60, 90))
SCORE_COLUMNS = {
    "churn": (*_COMMON, "churn_probability", "churn_band", "closed_form_probability"),
    "next_purchase": (*_COMMON, *_BUYS, "expected_date_of_next_order", "expected_date_low", "expected_date_high"),
    "lifetime_value": (
        *_COMMON,
        *("predicted_clv_amount", "predicted_clv_low", "predicted_clv_high", "predicted_clv_90d_amount"),
        *(f"discounted_lifetime_value_{end}" for end in ("amount", "low", "high")),
        *("predicted_number_of_orders", "predicted_number_of_orders_low", "predicted_number_of_orders_high"),
    ),
    "deal_win": ("opportunity_id", *_SCORED, "win_probability"),
    "lead_conversion": ("lead_id", *_SCORED, "conversion_probability", "lead_tier"),
    "subscription_churn": (*_COMMON, "end_probability", "risk_tier"),
    "ticket_escalation": ("ticket_id", *_SCORED, "escalation_probability"),
}
"""The columns of each score, the first of which says whom a row is about."""
PROBABILITIES = {
    "churn": ("score", "churn_probability", "closed_form_probability"),
    "next_purchase": ("score", *_BUYS),
    "lifetime_value": (),
    "deal_win": ("score", "win_probability"),
    "lead_conversion": ("score", "conversion_probability"),
    "subscription_churn": ("score", "end_probability"),
    "ticket_escalation": ("score", "escalation_probability"),
}
_BUYERS = ("customers with a purchase", "marts.fct_orders WHERE is_purchase AND order_date < {day}")
OWED = {
    "churn": _BUYERS,
    "next_purchase": _BUYERS,
    "lifetime_value": _BUYERS,
    "deal_win": (
        "open deals of systems in which a deal has ended",
        "marts.fct_opportunities WHERE status = 'Pipeline' AND created_date < {day} AND source_name IN "
        "(SELECT source_name FROM build.marts.fct_opportunities WHERE is_closed AND close_date < {day})",
    ),
    "lead_conversion": (
        "open leads of systems in which a lead has converted",
        "marts.fct_leads WHERE is_open AND created_date < {day} AND source_name IN "
        "(SELECT source_name FROM build.marts.fct_leads WHERE converted_date < {day})",
    ),
    "subscription_churn": (
        "customers with a running subscription",
        "marts.fct_subscriptions WHERE is_running AND started_at < {day} "
        "AND EXISTS (FROM build.marts.fct_subscriptions WHERE ended_at < {day})",
    ),
    "ticket_escalation": (
        "open tickets with a status history of systems in which a ticket has escalated",
        "marts.fct_tickets WHERE is_open AND created_date < {day} AND source_name IN "
        "(SELECT source_name FROM build.marts.fct_ticket_events WHERE escalation_type IS NOT NULL "
        "AND occurred_at < {day}) AND ticket_id IN (SELECT ticket_id FROM build.marts.fct_ticket_events "
        "WHERE status IS NOT NULL AND occurred_at < {day} GROUP BY ticket_id "
        "HAVING max_by(status, (occurred_at, event_number)) NOT IN ('solved', 'closed'))",
    ),
}
"""Whom a score must have a row of."""
NUMBERS_THAT_ARE_NO_PROBABILITY = {"lifetime_value": ("score", *SCORE_COLUMNS["lifetime_value"][len(_COMMON) :])}


@dataclass(frozen=True)
class Check:
    """One expectation: the name of a Great Expectations class, its arguments, and what it means in words.

    `tolerated_share` of failing rows turns an error into a warning. A check `of_rows` holds wherever there is no row.
    """

    name: str
    expectation: str
    arguments: Mapping[str, object]
    expected: str
    severity: str = "error"
    tolerated_share: float = field(default=0.0)
    of_rows: bool = True


def export_checks(table: SourceTable) -> Iterator[Check]:
    """Checks on the raw Parquet of one declared table."""
    for column in table.columns:
        if column.is_required or column.name in table.ingest.key:
            yield not_null(column.name)
        if column.accepted_values:
            allowed = list(column.accepted_values)
            words = f"one of {', '.join(allowed)}"
            arguments = {"column": column.name, "value_set": allowed}
            yield Check(
                f"{column.name}_accepted",
                "ExpectColumnValuesToBeInSet",
                arguments,
                words,
                tolerated_share=TOLERATED_SHARE,
            )
        if column.minimum is not None:
            yield between(column.name, column.minimum, None, TOLERATED_SHARE)


def score_checks(score: str, as_of_date: date) -> Iterator[Check]:
    """Checks on one score table of the build file; `build` is the build's catalogue."""
    key = SCORE_COLUMNS[score][0]
    yield from _shape(SCORE_COLUMNS[score], key, as_of_date)
    yield not_null("score")
    for column in PROBABILITIES[score]:
        yield between(column, 0, 1)
    for column in NUMBERS_THAT_ARE_NO_PROBABILITY.get(score, ()):
        yield no_row(f"{column}_is_finite", f"NOT isfinite({column})", "a finite number")
    yield no_row("interval_holds_score", "NOT low <= score OR NOT score <= high", "low ≤ score ≤ high")
    yield in_set("evidence", "own", "pooled", "none")
    if score == "churn":
        yield in_set("churn_band", "Low", "Medium", "High")
    if score == "lead_conversion":
        yield in_set("lead_tier", "A", "B", "C", "D")
    if score == "subscription_churn":
        yield in_set("risk_tier", "A", "B", "C", "D")
    if score == "next_purchase":
        yield no_row(
            "longer_windows_hold_more",
            f"NOT {_BUYS[0]} <= {_BUYS[1]} OR NOT {_BUYS[1]} <= {_BUYS[2]}",
            "30 days ≤ 60 days ≤ 90 days",
        )
        date_out = "expected_date_of_next_order NOT BETWEEN expected_date_low AND expected_date_high"
        yield no_row("interval_holds_date", date_out, "early end ≤ expected date ≤ late end")
    whom, owed = OWED[score]
    query = _UNSCORED.format(score=score, key=key, owed=owed.format(day=f"DATE '{as_of_date}'"))
    yield Check(
        "coverage",
        "UnexpectedRowsExpectation",
        {"unexpected_rows_query": query},
        f"at least {MIN_COVERAGE:.0%} of {whom} have a score, or the model card withholds it",
        of_rows=False,
    )


_TOLD = ("as_of_date", "model_version", "probability", "probability_low", "probability_high", "reason", "evidence")
_HABIT = ("odds_ratio", "count_contacts")
TOLD_COLUMNS = {
    "next_items": ("customer_id", *_TOLD, "item_rank", "item_id", "item_name", "lift", *_QUANTITY),
    "best_channel": ("customer_id", *_TOLD, "channel", *_HABIT),
    "best_hour": ("customer_id", *_TOLD, "hour", *_HABIT),
}
"""What is told of customers beside the scores, each row a chance of its own with its interval."""


def told_checks(table: str, as_of_date: date) -> Iterator[Check]:
    """Checks on one table of TOLD_COLUMNS. Nobody is owed a row: of whom something can be told depends on the card."""
    is_one = table != "next_items"
    yield from _shape(TOLD_COLUMNS[table], "customer_id", as_of_date, is_one)
    yield not_null("probability")
    yield between("probability", 0, 1)
    out = "NOT probability_low <= probability OR NOT probability <= probability_high"
    yield no_row("interval_holds_probability", out, "low ≤ probability ≤ high")
    yield in_set("evidence", "own", "pooled")
    if is_one:
        yield no_row("rests_on_contacts", "NOT count_contacts >= 1", "at least one contact behind each row")
        yield no_row("odds_ratio_is_finite", "NOT odds_ratio > 0 OR NOT isfinite(odds_ratio)", "a number above 0")
    if table == "best_channel":
        yield in_set("channel", "email", "phone", "chat", "web")
    if table == "best_hour":
        yield between("hour", 0, 23)
    if table == "next_items":
        yield from _item_checks()


def _item_checks() -> Iterator[Check]:
    yield not_null("item_id")
    yield between("item_rank", 1, None)
    for column in ("item_rank", "item_id"):
        query = f"SELECT customer_id FROM {{batch}} GROUP BY customer_id, {column} HAVING count(*) > 1"
        arguments = {"unexpected_rows_query": query}
        words = f"no {column} twice of one customer"
        yield Check(f"{column}_once_a_customer", "UnexpectedRowsExpectation", arguments, words)
    yield no_row(
        "quantity_is_possible", "NOT quantity >= 1 OR NOT isfinite(quantity)", "one or more of an item, or null"
    )
    out = "NOT quantity_low <= quantity OR NOT quantity <= quantity_high"
    yield no_row("interval_holds_quantity", out, "low ≤ quantity ≤ high")


TICKET_TOPIC_COLUMNS = (
    *("ticket_id", "as_of_date", "topic", "topic_confidence", "topic_method"),
    *("sentiment", "sentiment_confidence"),
)


def ticket_topic_checks(as_of_date: date) -> Iterator[Check]:
    """Checks on what was read out of the tickets."""
    yield from _shape(TICKET_TOPIC_COLUMNS, "ticket_id", as_of_date)
    yield between("topic_confidence", 0, 1)
    yield between("sentiment_confidence", 0, 1)
    yield in_set("topic_method", "given", "learned", "clustered")
    yield in_set("sentiment", "negative", "positive")
    # Nothing is not among nothing: without the first half, a ticket without a topic would fail where none is listed.
    named = "topic IS NOT NULL AND topic NOT IN (SELECT topic FROM build.scores.topics)"
    yield no_row("topic_is_listed", named, "only topics that are listed")


def _shape(columns: tuple[str, ...], key: str, as_of_date: date, is_one: bool = True) -> Iterator[Check]:
    """What every table of the models owes: its columns, (one) row per customer or ticket, all of this night."""
    yield Check(
        "columns",
        "ExpectTableColumnsToMatchSet",
        {"column_set": list(columns), "exact_match": True},
        f"exactly the {len(columns)} declared columns",
        of_rows=False,
    )
    yield not_null(key)
    if is_one:
        one = f"one row per {key.removesuffix('_id')}"
        yield Check(f"{key}_unique", "ExpectColumnValuesToBeUnique", {"column": key}, one)
    yield no_row("as_of_date", f"as_of_date IS DISTINCT FROM DATE '{as_of_date}'", f"every row of {as_of_date}")


# Counts those without a score when they are too many. A withheld score has an empty table and says so in its card.
_UNSCORED = f"""
    WITH owed AS (SELECT DISTINCT {{key}} FROM build.{{owed}} AND {{key}} IS NOT NULL),
    scored AS (SELECT {{key}} FROM {{{{batch}}}} WHERE score IS NOT NULL),
    unscored AS (SELECT {{key}} FROM owed ANTI JOIN scored USING ({{key}}))
    SELECT {{key}} FROM unscored
    WHERE (SELECT count(*) FROM unscored) > {1 - MIN_COVERAGE:.2f} * (SELECT count(*) FROM owed)
        AND NOT EXISTS (
            FROM build.scores.model_cards WHERE score_name = '{{score}}' AND NOT is_published
        )"""


def not_null(column: str) -> Check:
    return Check(f"{column}_not_null", "ExpectColumnValuesToNotBeNull", {"column": column}, "a value in every row")


def in_set(column: str, *allowed: str) -> Check:
    arguments = {"column": column, "value_set": list(allowed)}
    return Check(f"{column}_accepted", "ExpectColumnValuesToBeInSet", arguments, f"one of {', '.join(allowed)}")


def between(column: str, low: float, high: float | None, tolerated_share: float = 0.0) -> Check:
    words = f"at least {low:g}" if high is None else f"between {low:g} and {high:g}"
    arguments = {"column": column, "min_value": low, "max_value": high}
    return Check(
        f"{column}_in_range", "ExpectColumnValuesToBeBetween", arguments, words, tolerated_share=tolerated_share
    )


def no_row(name: str, condition: str, expected: str, severity: str = "error") -> Check:
    """No row for which the SQL condition is true (a comparison with null is not)."""
    query = f"SELECT * FROM {{batch}} WHERE {condition}"
    return Check(name, "UnexpectedRowsExpectation", {"unexpected_rows_query": query}, expected, severity)

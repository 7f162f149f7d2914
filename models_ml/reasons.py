"""Reasons: up to five sentences in a salesperson's words for why one customer's score is what it is.

Belongs here: themes (groups of features that make one sentence), their effect, their words. Stays out: the models.

A reason is true to the model: its theme's features are set to the cohort's median, the champion scores the customer again,
and the sentence says that the theme raises (lowers) the score only if taking it away lowered (raised) it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from models_ml.design import RANK_SUFFIX, RANKED, with_ranks

MOST_REASONS = 5
SMALLEST_EFFECT = 0.05
"""In log odds (or log amount): less than about one percentage point of probability is not worth a sentence."""
ORDINARY = "is close to the typical customer in all that counts"

Row = dict[str, float | None]


@dataclass(frozen=True)
class Theme:
    """Features that belong together, and the sentence about them: `say(row, medians, is_good)`, None when unsayable."""

    name: str
    columns: tuple[str, ...]
    say: Callable[[Row, Row, bool], str | None]


@dataclass(frozen=True)
class Direction:
    """How a score's movement is said, and whether a higher score is good news for the business."""

    raises: str
    lowers: str
    is_higher_good: bool


def _count(number: float, noun: str) -> str:
    return f"{number:,.0f} {noun}{'' if round(number) == 1 else 's'}"


def _silence(row: Row, medians: Row, is_good: bool) -> str:
    days = _count(row["days_since_last_order"], "day")
    said = f"bought {days} ago" if is_good else f"has not bought for {days}"
    gap = row.get("mean_gap_days")
    return said if gap is None else f"{said}, usually buys every {max(gap, 1):,.0f}"


def _habit(row: Row, medians: Row, is_good: bool) -> str:
    if not row["frequency"]:
        return "has bought on one day only"
    return f"has bought on {row['frequency'] + 1:,.0f} days within {_count(row['t_days'] + 1, 'day')}"


def _amount(column: str, words: str) -> Callable[[Row, Row, bool], str | None]:
    def say(row: Row, medians: Row, is_good: bool) -> str | None:
        if row.get(column) is None or medians.get(column) is None:
            return None
        return f"{words} {row[column]:,.2f}, customers usually {medians[column]:,.2f}"

    return say


def _number(column: str, some: str, noun: str, none: str, tail: str = "") -> Callable[[Row, Row, bool], str | None]:
    def say(row: Row, medians: Row, is_good: bool) -> str | None:
        if row.get(column) is None:
            return None
        return f"{some} {_count(row[column], noun)}{tail}" if row[column] else none

    return say


def _survey(row: Row, medians: Row, is_good: bool) -> str:
    score = row.get("last_nps_score")
    return "has not answered a survey" if score is None else f"answered the last survey with {score:.0f} of 10"


def _mailings(row: Row, medians: Row, is_good: bool) -> str | None:
    sent, clicked = row.get("count_campaign_sent_90d"), row.get("count_campaign_clicked_90d")
    if sent is None:
        return None
    if not sent:
        return "got no mailing in the last 90 days"
    return f"got {_count(sent, 'mailing')} in the last 90 days, clicked {clicked or 0:,.0f}"


THEMES = (
    Theme("silence", ("days_since_last_order", "gap_multiple"), _silence),
    Theme("habit", ("frequency", "recency_days", "mean_gap_days", "count_orders"), _habit),
    Theme(
        "basket",
        ("monetary_value", "average_order_value_amount", "last_order_amount"),
        _amount("average_order_value_amount", "spends per order"),
    ),
    Theme("total", ("total_net_amount",), _amount("total_net_amount", "has spent in all")),
    Theme(
        "lately",
        ("orders_30d", "orders_90d", "amount_30d", "amount_90d"),
        _number("orders_90d", "placed", "order", "placed no order in the last 90 days", " in the last 90 days"),
    ),
    Theme(
        "year",
        ("orders_365d", "amount_365d"),
        _number("orders_365d", "placed", "order", "placed no order in the last year", " in the last year"),
    ),
    Theme("refunds", ("count_refunds", "refund_share"), _number("count_refunds", "had", "refund", "has had no refund")),
    Theme(
        "range", ("count_products",), _number("count_products", "buys", "different product", "has bought no product")
    ),
    Theme(
        "tickets",
        ("count_tickets_90d",),
        _number(
            "count_tickets_90d", "raised", "ticket", "raised no ticket in the last 90 days", " in the last 90 days"
        ),
    ),
    Theme(
        "open", ("count_open_tickets",), _number("count_open_tickets", "waits for", "open ticket", "has no open ticket")
    ),
    Theme(
        "ratings",
        ("count_bad_ratings_365d",),
        _number("count_bad_ratings_365d", "gave", "bad rating", "gave no bad rating in a year", " in the last year"),
    ),
    Theme("survey", ("last_nps_score",), _survey),
    Theme("mailings", ("count_campaign_sent_90d", "count_campaign_clicked_90d"), _mailings),
    Theme(
        "contacts",
        ("count_interactions_30d",),
        _number(
            "count_interactions_30d", "had", "contact", "had no contact in the last 30 days", " in the last 30 days"
        ),
    ),
)


def without(theme: Theme, rows: pl.DataFrame, cohort: pl.DataFrame) -> pl.DataFrame:
    """The same customers as if they were typical in this theme: its columns at the cohort's median.

    Age follows: taking the silence away keeps first → last purchase, taking the habit away keeps the silence, so that
    (x, t_x, T) stays a possible history. Ranks are read off the cohort again.
    """
    names = [name for name in theme.columns if name in rows.columns]
    medians = cohort.select(pl.col(names).median()).row(0, named=True)
    known = {name: value for name, value in medians.items() if value is not None}
    silence = pl.col("t_days") - pl.col("recency_days")
    # A mean purchase exists for repeat buyers only: giving one to a one-time buyer would invent a history.
    changes = [
        pl.when(pl.col(name).is_null()).then(None).otherwise(float(value)).alias(name)
        if name == "monetary_value"
        else pl.lit(float(value)).alias(name)
        for name, value in known.items()
    ]
    if theme.name == "silence":
        typical = cohort.select(silence.median()).item()
        changes.append((pl.col("recency_days") + typical).alias("t_days"))
    elif theme.name == "habit":
        changes.append((known["recency_days"] + silence).alias("t_days"))
        if not known["frequency"]:
            changes = [change for change in changes if change.meta.output_name() not in ("recency_days", "t_days")]
            changes += [pl.lit(0.0).alias("recency_days"), silence.cast(pl.Float64).alias("t_days")]
    changed = with_ranks(rows).with_columns(changes)
    touched = [change.meta.output_name() for change in changes if change.meta.output_name() in RANKED]
    return changed.with_columns(
        pl.Series(name + RANK_SUFFIX, _rank_among(cohort[name], changed[name])) for name in touched
    )


def explain(
    rows: pl.DataFrame,
    log_score: Callable[[pl.DataFrame], np.ndarray],
    direction: Direction,
    themes: tuple[Theme, ...] = THEMES,
) -> list[str]:
    """One JSON list of sentences a row, strongest first. `log_score` gives the champion's log odds (or log amount)."""
    rows = with_ranks(rows)
    present = [theme for theme in themes if theme.columns[0] in rows.columns and rows[theme.columns[0]].count()]
    actual = log_score(rows)
    effects = np.column_stack([actual - log_score(without(theme, rows, rows)) for theme in present])
    order = np.argsort(-np.abs(effects), axis=1, kind="stable")[:, :MOST_REASONS]
    used = sorted({name for theme in present for name in theme.columns if name in rows.columns} | {"t_days"})
    medians = rows.select(pl.col(used).median()).row(0, named=True)
    sentences = []
    for row, ranked, effect in zip(rows.select(used).iter_rows(named=True), order, effects, strict=True):
        said = []
        for index in ranked:
            if abs(effect[index]) < SMALLEST_EFFECT:
                break
            is_raised = effect[index] > 0
            sentence = present[index].say(row, medians, is_raised == direction.is_higher_good)
            if sentence is not None:
                said.append(f"{sentence} ({direction.raises if is_raised else direction.lowers})")
        sentences.append(json.dumps(said or [ORDINARY], ensure_ascii=False))
    return sentences


def _rank_among(cohort: pl.Series, values: pl.Series) -> np.ndarray:
    """Mean rank, as a share of the cohort, that each value would have in it."""
    known = np.sort(cohort.drop_nulls().cast(pl.Float64).to_numpy())
    wanted = values.cast(pl.Float64).to_numpy()
    below, upto = np.searchsorted(known, wanted, "left"), np.searchsorted(known, wanted, "right")
    return np.where(upto > below, (below + upto + 1) / 2, below + 0.5) / len(known)

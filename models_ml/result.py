"""What every score hands back: rows, backtest table, model card, artifacts, in the agreed shapes.

Belongs here: the result dataclass, the exact columns and types of score and backtest tables, versions, and empty
frames.
Stays out: how any of it is computed, where any of it is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

Progress = Callable[[str], None]

_SCORED = {
    "as_of_date": pl.Date,
    "model_version": pl.String,
    "score": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "reasons": pl.String,
    "evidence": pl.String,
}
_EVERY_SCORE = {"customer_id": pl.String} | _SCORED
SCORE_SCHEMAS = {
    "churn": pl.Schema(
        _EVERY_SCORE | {"churn_probability": pl.Float64, "churn_band": pl.String, "closed_form_probability": pl.Float64}
    ),
    "next_purchase": pl.Schema(
        _EVERY_SCORE
        | {
            "next_purchase_probability_30d": pl.Float64,
            "next_purchase_probability_60d": pl.Float64,
            "next_purchase_probability_90d": pl.Float64,
            "expected_date_of_next_order": pl.Date,
            "expected_date_low": pl.Date,
            "expected_date_high": pl.Date,
        }
    ),
    "lifetime_value": pl.Schema(
        _EVERY_SCORE
        | {
            "predicted_clv_amount": pl.Float64,
            "predicted_clv_low": pl.Float64,
            "predicted_clv_high": pl.Float64,
            "predicted_clv_90d_amount": pl.Float64,
            "discounted_lifetime_value_amount": pl.Float64,
            "discounted_lifetime_value_low": pl.Float64,
            "discounted_lifetime_value_high": pl.Float64,
            "predicted_number_of_orders": pl.Float64,
            "predicted_number_of_orders_low": pl.Float64,
            "predicted_number_of_orders_high": pl.Float64,
        }
    ),
    "deal_win": pl.Schema({"opportunity_id": pl.String} | _SCORED | {"win_probability": pl.Float64}),
    "ticket_escalation": pl.Schema({"ticket_id": pl.String} | _SCORED | {"escalation_probability": pl.Float64}),
    "subscription_churn": pl.Schema(_EVERY_SCORE | {"end_probability": pl.Float64, "risk_tier": pl.String}),
    "lead_conversion": pl.Schema(
        {"lead_id": pl.String} | _SCORED | {"conversion_probability": pl.Float64, "lead_tier": pl.String}
    ),
}
BACKTEST_SCHEMA = pl.Schema(
    {
        "score_name": pl.String,
        "candidate": pl.String,
        "is_baseline": pl.Boolean,
        "is_champion": pl.Boolean,
        "origin_date": pl.Date,
        "metric": pl.String,
        "value": pl.Float64,
        "n_customers": pl.Int64,
    }
)

_SHARES = {f"share_{days}d{end}": pl.Float64 for days in (30, 60, 90) for end in ("", "_low", "_high")}
PRODUCT_SEQUENCES = pl.Schema(
    {
        "product_id": pl.String,
        "product_name": pl.String,
        "then_product_id": pl.String,
        "then_product_name": pl.String,
        "is_refill": pl.Boolean,
        "as_of_date": pl.Date,
        "count_customers": pl.Int64,
        "count_bought": pl.Int64,
        "expected_bought": pl.Float64,
        "count_other_order": pl.Int64,
        **_SHARES,
        "base_30d": pl.Float64,
        "base_60d": pl.Float64,
        "base_90d": pl.Float64,
        "lift": pl.Float64,
        "lift_low": pl.Float64,
        "lift_high": pl.Float64,
        "q_value": pl.Float64,
        "median_days": pl.Int64,
        "due_from_days": pl.Int64,
        "due_until_days": pl.Int64,
    }
)
PRODUCT_SEQUENCE_CURVES = pl.Schema(
    {
        "product_id": pl.String,
        "then_product_id": pl.String,
        "day": pl.Int64,
        "count_at_risk": pl.Int64,
        "share": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "base": pl.Float64,
    }
)
SEGMENT_TOTALS = pl.Schema(
    {
        "segment_name": pl.String,
        "as_of_date": pl.Date,
        "model_version": pl.String,
        "horizon_days": pl.Int64,
        "count_customers": pl.Int64,
        "count_scored_customers": pl.Int64,
        "predicted_number_of_orders": pl.Float64,
        "predicted_number_of_orders_low": pl.Float64,
        "predicted_number_of_orders_high": pl.Float64,
        "predicted_revenue_amount": pl.Float64,
        "predicted_revenue_low": pl.Float64,
        "predicted_revenue_high": pl.Float64,
    }
)
NEXT_ITEMS = pl.Schema(
    {
        "customer_id": pl.String,
        "as_of_date": pl.Date,
        "model_version": pl.String,
        "item_rank": pl.Int64,
        "item_id": pl.String,
        "item_name": pl.String,
        "probability": pl.Float64,
        "probability_low": pl.Float64,
        "probability_high": pl.Float64,
        "lift": pl.Float64,
        "reason": pl.String,
        "evidence": pl.String,
        "quantity": pl.Float64,
        "quantity_low": pl.Float64,
        "quantity_high": pl.Float64,
    }
)


def _habit(column: str, kind: type[pl.DataType]) -> pl.Schema:
    return pl.Schema(
        {
            "customer_id": pl.String,
            "as_of_date": pl.Date,
            "model_version": pl.String,
            column: kind,
            "probability": pl.Float64,
            "probability_low": pl.Float64,
            "probability_high": pl.Float64,
            "odds_ratio": pl.Float64,
            "count_contacts": pl.Int64,
            "reason": pl.String,
            "evidence": pl.String,
        }
    )


BEST_CHANNEL, BEST_HOUR = _habit("channel", pl.String), _habit("hour", pl.Int64)
TICKET_TOPICS = pl.Schema(
    {
        "ticket_id": pl.String,
        "as_of_date": pl.Date,
        "topic": pl.String,
        "topic_confidence": pl.Float64,
        "topic_method": pl.String,
        "sentiment": pl.String,
        "sentiment_confidence": pl.Float64,
    }
)
TOPICS = pl.Schema(
    {
        "topic": pl.String,
        "topic_source": pl.String,
        "terms": pl.String,
        "as_of_date": pl.Date,
        "count_tickets": pl.Int64,
    }
)


@dataclass(frozen=True)
class ScoreResult:
    """One score of one run.

    `scores` has a row a customer (deal, lead) when the score is published and none when it is withheld; `card` always
    says in words (`verdict`) which of the two and why, and carries score_name, model_version, champion and is_published
    beside the details; `artifacts` maps file names to bytes that rebuild the model without fitting.
    """

    scores: pl.DataFrame
    backtests: pl.DataFrame
    card: dict
    artifacts: dict[str, bytes]
    told: pl.DataFrame | None = None
    """What the champion said at the backtest's origins and what came: (the subject's key, said, seen); None where
    nothing was judged tonight.
    """


def empty_scores(score_name: str) -> pl.DataFrame:
    return pl.DataFrame(schema=SCORE_SCHEMAS[score_name])


def empty_backtests() -> pl.DataFrame:
    return pl.DataFrame(schema=BACKTEST_SCHEMA)


def model_version(score_name: str, as_of_date: date, artifacts: dict[str, bytes]) -> str:
    """Name of a fitted model: its score, its day, and a fingerprint of its content (equal content, equal name)."""
    digest = hashlib.sha256()
    for name in sorted(artifacts):
        digest.update(name.encode())
        digest.update(artifacts[name])
    return f"{score_name}-{as_of_date:%Y%m%d}-{digest.hexdigest()[:8]}"


def published(
    score_name: str,
    as_of_date: date,
    verdict: str,
    *,
    champion: str,
    make_scores: Callable[[str], pl.DataFrame],
    backtests: pl.DataFrame,
    artifacts: dict[str, bytes],
    details: dict,
    told: pl.DataFrame,
) -> ScoreResult:
    """A score that may be shown; `make_scores` gets the model's version and returns the score table."""
    version = model_version(score_name, as_of_date, artifacts)
    card = _headline(score_name, version, champion, True, _whole(verdict, details)) | details
    return ScoreResult(make_scores(version).cast(SCORE_SCHEMAS[score_name]), backtests, card, artifacts, told)


def _whole(verdict: str, details: dict) -> str:
    """The verdict, and every column that was left out because it knew too much: it is told wherever the score is."""
    return " ".join([verdict, *details.get("data", {}).get("columns_left_out", ())])


def _headline(score_name: str, version: str, champion: str | None, is_published: bool, verdict: str) -> dict:
    return {
        "score_name": score_name,
        "model_version": version,
        "champion": champion,
        "is_published": is_published,
        "verdict": verdict,
    }


def withheld(
    score_name: str,
    as_of_date: date,
    verdict: str,
    *,
    backtests: pl.DataFrame | None = None,
    champion: str | None = None,
    details: dict | None = None,
) -> ScoreResult:
    """A score that is not published: no rows, and the reason in words."""
    details = details or {}
    version = f"{score_name}-{as_of_date:%Y%m%d}-none"
    card = _headline(score_name, version, champion, False, _whole(verdict, details)) | details
    return ScoreResult(empty_scores(score_name), empty_backtests() if backtests is None else backtests, card, {})

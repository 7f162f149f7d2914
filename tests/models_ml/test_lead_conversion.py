"""Lead conversion: the same walk as deals, with tiers, on leads whose channel decides."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from models_ml import lead_conversion
from models_ml.result import SCORE_SCHEMAS, ScoreResult

AS_OF = date(2026, 11, 1)


def simulated_leads(leads: int = 8000) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Leads of two years, seen weekly: of adverts one in fifty converts, of mailings one in six, in about two weeks."""
    rng = np.random.default_rng(11)
    came = rng.integers(0, 730, leads)
    by_mail = rng.random(leads) < 0.5
    converts = rng.random(leads) < np.where(by_mail, 1 / 6, 1 / 50)
    when = np.where(converts, came + 1 + rng.exponential(14, leads).astype(int), 10_000)
    rows = []
    for step in range(78):
        today = 730 - 7 * step
        for number in np.flatnonzero((came < today) & (came >= today - 90) & (when >= today)).tolist():
            lift = 1.8 if by_mail[number] else 0.25
            row = {"lead_id": f"crm:{number}", "as_of_date": AS_OF - timedelta(days=7 * step)}
            row |= {"days_since_created": int(today - came[number]), "lead_source_lift": lift + rng.normal(0, 0.05)}
            rows.append(row | {"is_converted": bool(when[number] < today + 90)})
    frame = pl.DataFrame(rows)
    over = frame.filter(pl.col("as_of_date") <= AS_OF - timedelta(days=90))
    labels = over.select("lead_id", "as_of_date", "is_converted", pl.lit(90, pl.Int64).alias("horizon_days"))
    return frame.drop("is_converted"), labels


@pytest.fixture(scope="module")
def leads() -> tuple[pl.DataFrame, pl.DataFrame]:
    return simulated_leads()


@pytest.fixture(scope="module")
def result(leads) -> ScoreResult:
    return lead_conversion.train_and_score(*leads, AS_OF)


def test_the_best_quarter_of_leads_is_tier_a(result: ScoreResult) -> None:
    assert result.card["is_published"], result.card["verdict"]
    assert result.scores.schema == SCORE_SCHEMAS["lead_conversion"]
    by_tier = result.scores.group_by("lead_tier").agg(
        low=pl.col("score").min(), high=pl.col("score").max(), share=pl.len() / len(result.scores)
    )
    tiers = {row["lead_tier"]: row for row in by_tier.iter_rows(named=True)}
    assert tiers["A"]["share"] == pytest.approx(0.25, abs=0.02)
    assert tiers["A"]["low"] >= tiers["B"]["high"] >= tiers["B"]["low"] >= tiers["C"]["high"] >= tiers["D"]["high"]


def test_the_rate_that_is_seen_later_is_the_one_that_was_said(leads, result: ScoreResult) -> None:
    ours = result.card["mean_metrics"][result.card["champion"]]
    rule = result.card["mean_metrics"]["usual share at that age"]
    assert ours["ece"] < 0.03
    assert ours["average_precision"] > 1.5 * rule["average_precision"]


def test_a_reason_names_the_channel(result: ScoreResult) -> None:
    best = result.scores.sort("score", descending=True)["reasons"][0]
    assert "leads of its channel convert 1." in best
    assert "(raises the chance)" in best


def test_a_company_without_leads_gets_an_empty_table_and_a_word(leads) -> None:
    features, labels = (frame.clear() for frame in leads)
    result = lead_conversion.train_and_score(features, labels, AS_OF)
    assert result.scores.is_empty()
    assert result.scores.schema == SCORE_SCHEMAS["lead_conversion"]
    assert result.card["verdict"] == (
        "The lead conversion score is withheld. There is no open lead, or none has ever come to an end."
    )

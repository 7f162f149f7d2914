"""The past of the sample's deals: two stages each, what that adds up to, and the forecasts of past months.

Belongs here: rows of the marts and scores over fct_opportunities. Stays out: the deals themselves (accounts).
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

OWNERS = {"hubspot:o1": "Rhea Quillfeather", "hubspot:o2": "Ivo Larkspur", "hubspot:o3": "Una Thistlewood"}
STAGES = (("Qualified", 0.2), ("Proposal", 0.4))


def deals(estate) -> None:
    for agent_id, agent_name in OWNERS.items():
        estate.add("pii.pii_agents", agent_id=agent_id, agent_name=agent_name)
    sold = estate.tables["marts.fct_opportunities"]
    for number, deal in enumerate(sold):
        _way(estate, deal)
        if deal["status"] == "Pipeline":
            _chance(estate, deal, round(0.05 + 0.9 * (number * 7 % 20) / 20, 4))
    for stage, chance in STAGES:
        stays = [row for row in estate.tables["marts.fct_opportunity_stages"] if row["stage_name"] == stage]
        _conversion(estate, stage, chance, [row["outcome"] for row in stays])
    _conversion(estate, None, None, [{"Won": "won", "Lost": "lost"}.get(deal["status"], "open") for deal in sold])
    for months_ago in range(12, -1, -1):
        _forecast(estate, sold, months_ago)


def _way(estate, deal: dict) -> None:
    """Ten days in the first stage; the second is left when the deal is closed."""
    start = datetime.combine(deal["created_date"], datetime.min.time())
    turn = start + timedelta(days=10)
    end = datetime.combine(deal["close_date"], datetime.min.time()) if deal["is_closed"] else None
    for number, (begin, left, outcome) in enumerate(
        ((start, turn, "advanced"), (turn, end, deal["status"].lower() if end else "open")), start=1
    ):
        until = left or datetime.combine(estate.as_of, datetime.min.time())
        estate.add(
            "marts.fct_opportunity_stages",
            opportunity_stage_id=f"{deal['opportunity_id']}-{number}",
            **{name: deal[name] for name in ("opportunity_id", "customer_id", "account_id", "owner_id", "source_name")},
            is_owner_recorded=True,
            pipeline_name=deal["pipeline_name"],
            stage_name=STAGES[number - 1][0],
            stage_probability=STAGES[number - 1][1],
            stage_number=number,
            amount=deal["amount"],
            entered_at=begin,
            left_at=left,
            next_stage_name=None if left is None else "Proposal" if number == 1 else deal["stage_name"],
            outcome=outcome,
            is_censored=left is None,
            days_in_stage=float((until - begin).days),
        )


def _chance(estate, deal: dict, chance: float) -> None:
    estate.add(
        "scores.deal_win",
        opportunity_id=deal["opportunity_id"],
        as_of_date=estate.as_of,
        model_version="sample-1",
        score=chance,
        low=max(0, chance - 0.1),
        high=min(1, chance + 0.1),
        reasons=json.dumps(["open for 12 days, open deals usually 40 (raises the chance)"]),
        evidence="own",
        win_probability=chance,
    )


def leads(estate) -> None:
    """Every fourth customer came as a lead, a day later each; the tiers go round."""
    for number, customer in enumerate(estate.tables["marts.dim_customers"][::4]):
        lead_id, chance = f"zoho:l{number}", round(0.4 / (1 + number), 4)
        estate.add(
            "marts.fct_leads",
            lead_id=lead_id,
            customer_id=customer["customer_id"],
            source_name="zoho",
            lead_source="Referral",
            created_date=estate.as_of - timedelta(days=1 + number),
            is_converted=False,
            is_open=True,
        )
        estate.add(
            "scores.lead_conversion",
            lead_id=lead_id,
            as_of_date=estate.as_of,
            model_version="sample-1",
            score=chance,
            low=chance / 2,
            high=min(1, 2 * chance),
            reasons=json.dumps(["leads of its channel convert 1.4 times as often as leads usually do"]),
            evidence="pooled",
            conversion_probability=chance,
            lead_tier="ABCD"[min(3, number // 4)],
        )


def _conversion(estate, stage: str | None, chance: float | None, outcomes: list[str]) -> None:
    converted = sum(outcome in ("advanced", "won") for outcome in outcomes)
    still_there = outcomes.count("open")
    share = converted / (len(outcomes) - still_there)
    estate.add(
        "marts.agg_opportunity_conversions",
        source_name="hubspot",
        pipeline_name="Sales",
        stage_name=stage,
        cohort_date=None,
        stage_probability=chance,
        count_entered=len(outcomes),
        count_converted=converted,
        count_failed=len(outcomes) - converted - still_there,
        count_open=still_there,
        median_days=10.0 if stage == "Qualified" else 20.0,
        conversion_probability=share,
        conversion_probability_low=max(0.0, share - 0.2),
        conversion_probability_high=min(1.0, share + 0.1),
    )


def _forecast(estate, sold: list[dict], months_ago: int) -> None:
    """Every owner's forecast of a month is what was won in it, a quarter too high, or a round sum where nothing was."""
    months = estate.as_of.year * 12 + estate.as_of.month - 1 - months_ago
    origin = date(months // 12, months % 12 + 1, 1)
    for owner_id in OWNERS:
        won = [
            deal["amount"]
            for deal in sold
            if deal["is_won"] and deal["owner_id"] == owner_id and deal["close_date"].replace(day=1) == origin
        ]
        is_over = months_ago > 0
        expected = 1.25 * sum(won) if won and is_over else 400.0
        estate.add(
            "marts.agg_opportunity_forecasts",
            origin_date=origin,
            close_month_date=origin,
            lead_months=0,
            source_name="hubspot",
            pipeline_name="Sales",
            owner_id=owner_id,
            count_opportunities=2,
            open_amount=2 * expected,
            expected_revenue_amount=expected,
            is_over=is_over,
            count_won=len(won) if is_over else None,
            won_amount=sum(won) if is_over else None,
        )

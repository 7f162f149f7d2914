"""What the models would have said of the sample customers: scores, backtests, model cards, segments, and the row of
`dim_customers` that carries them. Stays out: what the customers did (estate).
"""

from __future__ import annotations

import json
from datetime import timedelta

from .contact import reached

SEGMENTS = {
    "high_value_at_risk": (
        "High value at risk",
        "Worth much, likely to leave",
        "Customer success",
        "Call within a week",
        "keep",
    ),
    "champions": ("Champions", "Buy often, lately and much", "Marketing", "Invite to the preview", "thank"),
    "due_to_buy": ("Due to buy", "Likely to order within 30 days", "Marketing", "Send the reminder", "sell"),
    "due_for_next_product": (
        "Due for the next product",
        "Others buy it about now",
        "Sales",
        "Call while it is due",
        "sell",
    ),
    "win_back": ("Win back", "Silent for long after several orders", "Marketing", "Send the win-back offer", "keep"),
    "new_customers": (
        "New customers",
        "First order in the last 60 days",
        "Marketing",
        "Send the welcome series",
        "thank",
    ),
    "likely_deals": (
        "Likely deals",
        "An open deal that will probably be won",
        "Sales",
        "Agree on the signature",
        "sell",
    ),
    "hot_leads": ("Hot leads", "The best quarter of open leads", "Sales", "Call back within a day", "sell"),
    "subscribers_at_risk": ("Subscribers at risk", "Likely to leave", "Sales", "Call before the next billing", "keep"),
    "tickets_at_risk": ("Tickets at risk", "An open ticket that may end badly", "Support", "Call today", "settle"),
    "open_complaint": ("Open complaint", "Unhappy, with an open ticket", "Support", "Answer before selling", "settle"),
}
REASONS = ("Order gap is longer than usual", "Bad rating in the last quarter", "Fewer orders than a year ago")


def judge(estate, who, number, account, days, bought, tickets, nps) -> None:
    total, count = round(sum(bought), 2), len(bought)
    silent = (estate.as_of - days[-1].date()).days if days else None
    gap = (days[-1] - days[0]).days / (count - 1) if count > 1 else None
    open_tickets = sum(row["is_open"] for row in tickets)
    bad = sum(row["csat_score"] == "bad" for row in tickets)
    churn = min(0.98, round(0.15 + silent / 400, 4)) if days else None
    band = None if churn is None else "Low" if churn < 1 / 3 else "High" if churn > 2 / 3 else "Medium"
    buys = [None if churn is None else round((1 - churn) * share, 4) for share in (0.4, 0.7, 1.0)]
    value = None if churn is None else round(total * (1 - churn), 2)
    due = None if churn is None or gap is None else estate.as_of + timedelta(days=max(1, int(gap)))
    low, high = (None, None) if value is None else (round(value * 0.6, 2), round(value * 1.6, 2))
    tiers = (
        (None, None, None)
        if not days
        else (3 if silent < 60 else 2 if silent < 180 else 1, min(3, 1 + count // 4), min(3, 1 + int(total // 400)))
    )
    group = None if not days else "Champions" if sum(tiers) == 9 else "At risk" if tiers[0] == 1 else "Loyal"
    mine = [row for row in estate.tables.get("marts.fct_interactions", []) if row["customer_id"] == who]
    moments = sorted(row["occurred_at"] for row in mine)
    forecast = dict(
        churn_probability=churn,
        churn_band=band,
        next_purchase_probability_30d=buys[0],
        next_purchase_probability_60d=buys[1],
        next_purchase_probability_90d=buys[2],
        expected_date_of_next_order=due,
        predicted_clv_amount=value,
        predicted_clv_low=low,
        predicted_clv_high=high,
        predicted_clv_90d_amount=None if value is None else round(value * 0.3, 2),
        discounted_lifetime_value_amount=None if value is None else round(value * 2.5, 2),
        discounted_lifetime_value_low=None if value is None else round(value * 0.9, 2),
        discounted_lifetime_value_high=None if value is None else round(value * 4, 2),
        predicted_number_of_orders=None if churn is None else round(count * (1 - churn) / 2, 2),
    )
    estate.add(
        "marts.dim_customers",
        customer_id=who,
        source_names="hubspot,mailchimp,shopify",
        count_source_records=3,
        account_id=account,
        owner_id=f"hubspot:o{1 + number % 3}",
        country=("US", "GB", "DE")[number % 3],
        lifecycle_stage="customer" if days else "lead",
        lead_source=("Organic search", "Referral", "Event")[number % 3],
        first_seen_at=moments[0] if moments else None,
        has_marketing_consent=number % 4 != 0,
        first_order_date=days[0].date() if days else None,
        last_order_date=days[-1].date() if days else None,
        historic_number_of_orders=count,
        historic_clv_amount=total,
        average_order_value_amount=total / count if count else None,
        average_days_between_orders=gap,
        count_tickets=len(tickets),
        count_open_tickets=open_tickets,
        count_bad_ratings=bad,
        last_ticket_at=max((row["created_at"] for row in tickets), default=None),
        last_nps_score=nps,
        last_interaction_at=moments[-1] if moments else None,
        rfm_recency_score=tiers[0],
        rfm_frequency_score=tiers[1],
        rfm_monetary_score=tiers[2],
        rfm_group=group,
        total_clv_amount=None if value is None else total + value,
        total_clv_low=None if value is None else total + low,
        total_clv_high=None if value is None else total + high,
        as_of_date=estate.as_of,
        **reached(estate, who),
        **forecast,
    )
    if days:
        _score_rows(estate, who, count, forecast)
    chosen = {
        "high_value_at_risk": (churn or 0) > 0.6 and total > 300,
        "champions": group == "Champions",
        "due_to_buy": (buys[0] or 0) > 0.25,
        "win_back": (silent or 0) > 180 and count >= 2,
        "new_customers": bool(days) and days[0].date() >= estate.as_of - timedelta(days=60),
        "open_complaint": bool(open_tickets),
    }
    # Whoever waits for support gets no offer.
    wanted = ["open_complaint"] if open_tickets else chosen
    for name in (name for name in wanted if chosen[name]):
        estate.add(
            "segments.customer_segments",
            segment_name=name,
            customer_id=who,
            as_of_date=estate.as_of,
            reason=f"{SEGMENTS[name][1]}; last order {days[-1].date() if days else 'never'}",
        )


def _score_rows(estate, who: str, count: int, forecast: dict) -> None:
    churn, buys = forecast["churn_probability"], forecast["next_purchase_probability_90d"]
    common = dict(
        customer_id=who,
        as_of_date=estate.as_of,
        model_version="sample-1",
        reasons=json.dumps(list(REASONS[: 1 + count % 3])),
        evidence="own" if count > 2 else "pooled",
    )
    estate.add(
        "scores.churn",
        score=churn,
        low=max(0, churn - 0.1),
        high=min(1, churn + 0.1),
        **common,
        churn_probability=churn,
        churn_band=forecast["churn_band"],
        closed_form_probability=churn,
    )
    due = forecast["expected_date_of_next_order"]
    estate.add(
        "scores.next_purchase",
        score=buys,
        low=max(0, buys - 0.1),
        high=min(1, buys + 0.1),
        **common,
        **{name: value for name, value in forecast.items() if name.startswith("next_purchase")},
        expected_date_of_next_order=due,
        expected_date_low=due and due - timedelta(days=7),
        expected_date_high=due and due + timedelta(days=14),
    )
    money = {name: value for name, value in forecast.items() if name.startswith(("predicted", "discounted"))}
    orders = money["predicted_number_of_orders"]
    estate.add(
        "scores.lifetime_value",
        score=money["predicted_clv_amount"],
        low=money["predicted_clv_low"],
        high=money["predicted_clv_high"],
        **common,
        **money,
        predicted_number_of_orders_low=orders * 0.5,
        predicted_number_of_orders_high=orders * 1.8,
    )


def models(estate) -> None:
    for name, champion, metric in (
        ("churn", "logistic", "log_loss"),
        ("next_purchase", "bgnbd", "brier"),
        ("lifetime_value", "gamma_gamma", "mae"),
        ("deal_win", "boosted trees", "brier"),
        ("lead_conversion", "logistic regression", "log_loss"),
        ("subscription_churn", "logistic regression", "log_loss"),
        ("ticket_escalation", "logistic regression", "log_loss"),
    ):
        card = {"parameters": {"r": 0.24}, "data": {"customers": len(estate.tables["marts.dim_customers"])}}
        most = 900.0 if name == "lifetime_value" else 1.0
        card["by_tenth"] = [_told(str(tenth), most * (tenth - 0.5) / 10, most) for tenth in range(1, 11)]
        card["by_group"] = [_told("new", most * 0.3, most), _told("lapsed", most * 0.9, most)]
        if name in ("churn", "lifetime_value"):
            card["slices"] = _slices(most)
        card |= {"loss_name": metric, "training": {"as_of_date": (estate.as_of - timedelta(days=3)).isoformat()}}
        if name == "lifetime_value":
            ends = [estate.as_of - timedelta(days=7 * week) for week in range(20, -1, -1)]
            counted = [{"actual": 100 + 10 * week, "expected": 98 + 10.5 * week} for week in range(21)]
            card["lifetime_beyond_past"] = 0.914
            card["totals"] = {"verdict": "Of 104 totals at 4 past dates, 82% came within the interval."}
            card["tracking"] = [
                {"week_end": end.isoformat(), "is_foreseen": week > 8} | counted[week] for week, end in enumerate(ends)
            ]
        if name == "next_purchase":
            card["drivers"] = [_driver("Days since last order", 1.2, 0.19, {1: 0.7, 30: 0.5, 200: 0.2})]
        if name == "lifetime_value":
            curve = [{"value": value, "amount": 4.0 * value} for value in (20, 60, 90)]
            card["drivers"] = [_driver("Average order", 0.4, 130.0, {}) | {"curve": curve}]
        if name == "churn":
            sentence = "Calibration error 0.021, mean of the backtest's origins; at the bar chance shows up to 0.034."
            card["calibration"] = {"error": 0.021, "bar": 0.03, "by_chance": 0.034, "is_kept": True}
            card["calibration"]["sentence"] = sentence
            again = "Half of what this time of year added a year ago is expected again"
            card["season"] = {"sentence": f"{again}: the odds of an order within 90 days times 1.19."}
            card["drivers"] = [
                _driver("Days since last order", 1.5, 0.21, {1: 0.31, 30: 0.42, 90: 0.6, 200: 0.78, 400: 0.91}),
                _driver("Repeat purchase days", 0.6, 0.08, {0: 0.7, 1: 0.62, 3: 0.55, 9: 0.48}),
                _driver("Bad ratings, 365 days", 0.1, 0.006, {0: 0.57, 1: 0.66}),
                _driver("Refunds", 0.0, 0.0, {}),
            ]
        card["behind_champion"] = [{"candidate": "recency_rule", "gap": 0.13, "low": 0.1, "high": 0.16}]
        estate.add(
            "scores.model_cards",
            score_name=name,
            model_version="sample-1",
            champion=champion,
            is_published=True,
            verdict=f"{champion} beats the baseline in every period",
            card=json.dumps(card),
        )
        for months in (9, 6, 3):
            for candidate, is_baseline, value in (("recency_rule", True, 0.61), (champion, False, 0.48)):
                estate.add(
                    "scores.backtests",
                    score_name=name,
                    candidate=candidate,
                    is_baseline=is_baseline,
                    is_champion=not is_baseline,
                    origin_date=estate.as_of - timedelta(days=30 * months),
                    metric=metric,
                    value=value + months / 1000,
                    n_customers=40 + months,
                )


def _told(group: str, said: float, most: float) -> dict:
    seen = 0.1 * most + 0.8 * said
    return {"group": group, "said": said, "seen": seen, "low": seen * 0.9, "high": seen * 1.1, "subjects": 40}


def _slices(most: float) -> list[dict]:
    """Two attributes; the risk of the young is told too low."""
    groups = {"age": ("25-34", "65+"), "country": ("Germany", "France", "Spain")}
    rows = [
        {"attribute": attribute} | _told(group, most * 0.5, most)
        for attribute, each in groups.items()
        for group in each
    ]
    rows[0] |= {"seen": most * 0.7, "low": most * 0.6, "high": most * 0.8}
    return [row | {"is_off": not row["low"] <= row["said"] <= row["high"]} for row in rows]


def _driver(title: str, effect: float, shift: float, curve: dict[float, float]) -> dict:
    points = [{"value": value, "probability": probability} for value, probability in curve.items()]
    return {"title": title, "column": title, "effect": effect, "shift": shift, "curve": points}

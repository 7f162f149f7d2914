"""What the sample's teams owe, ask and overdo: contact marts and states over time, worked out from the sample's rows.

Stays out: what the customers did (estate) and the scores (judgements).
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime, timedelta


def reached(estate, who: str) -> dict:
    """The columns of `dim_customers` that say how, when and how often somebody is in contact."""
    mine = [row for row in estate.tables.get("marts.fct_interactions", []) if row["customer_id"] == who]
    touches = [row["occurred_date"] for row in mine if row["interaction_type"] == "campaign_sent"]
    week, month = (sum(day >= estate.as_of - timedelta(days) for day in touches) for days in (7, 30))
    own = [row["occurred_at"] for row in mine if row["interaction_type"] == "ticket_created"]
    if mine:
        kinds = {f"count_{kind}_touches_30d": 0 for kind in ("sales", "support", "survey")}
        pressure = {"count_touches_7d": week, "count_touches_30d": month, "count_marketing_touches_30d": month}
        estate.add("marts.agg_customer_contacts", customer_id=who, **kinds, **pressure)
    if own or touches:
        counts = {"count_touches": len(touches), "count_own_contacts": len(own)}
        rank = 1 if own else None
        estate.add(
            "marts.agg_customer_channels",
            customer_id=who, channel="email", channel_rank=rank, **counts,
        )  # fmt: skip
    if own:
        _told(estate, who, "best_channel", len(own), channel="email", chance=0.62)
        _told(estate, who, "best_hour", len(own), hour=own[0].hour, chance=0.5 if len(own) > 1 else 0.3)
    return dict(
        has_opted_out=False,
        count_opportunities=0,
        count_won_opportunities=0,
        won_amount=0,
        open_amount=0,
        count_touches_7d=week,
        count_touches_30d=month,
        ranked_channel_affinity="email" if own else None,
        best_channel="email" if own else None,
        count_own_contacts=len(own),
        best_contact_hour=own[0].hour if len(own) > 1 else None,
        contact_timezone="UTC" if own else None,
    )


def _told(estate, who: str, score: str, contacts: int, chance: float, **habit) -> None:
    odds_ratio = 3 * chance / (1 - chance)
    estate.add(
        f"scores.{score}",
        customer_id=who, as_of_date=estate.as_of, model_version="sample-1", **habit, probability=chance,
        probability_low=chance - 0.1, probability_high=chance + 0.1, odds_ratio=odds_ratio, count_contacts=contacts,
        reason=f"{contacts} of {contacts} contacts were so, usual are 25%", evidence="own",
    )  # fmt: skip


def contact(estate) -> None:
    """The rows of every contact mart; call it when customers and tickets are there."""
    _follow_ups(estate)
    _surveys(estate)
    _stories(estate)
    for before, (mailings, answered, left) in enumerate([(400, 48, 2), (120, 10, 2), (40, 2, 3)]):
        shares = {}
        for name, cases in (("responded", answered), ("unsubscribed", left)):
            share = cases / mailings
            ends = {f"{name}_share_low": share * 0.6, f"{name}_share_high": min(1, share * 1.5)}
            shares |= {f"count_{name}": cases, f"{name}_share": share, **ends}
        estate.add(
            "marts.agg_contact_fatigue", touches_before=before, is_open_ended=False, count_mailings=mailings, **shares
        )
    complaining = {row["customer_id"] for row in estate.tables.get("marts.fct_tickets", []) if row["is_open"]}
    for who in sorted(complaining):
        estate.add("segments.quiet_customers", customer_id=who, reason="has a ticket open for 12 days")
    members = {row["customer_id"] for row in estate.tables.get("segments.customer_segments", [])}
    others = [row["customer_id"] for row in estate.tables["marts.dim_customers"] if row["customer_id"] not in members]
    for who in others[-3:]:
        estate.add("segments.quiet_customers", customer_id=who, reason="said no to marketing")
    _states(estate)
    for score in ("best_channel", "best_hour"):
        card = {"score_name": score, "model_version": "sample-1", "champion": "own and usual", "is_published": True}
        verdict = f"The {score.replace('_', ' ')} score is published. Champion: own and usual, Brier 0.69 against 0.73."
        estate.add("scores.model_cards", **card, verdict=verdict, card=json.dumps({"loss_name": "Brier"}))


def _follow_ups(estate) -> None:
    for row in estate.tables.get("marts.fct_tickets", []):
        if row["is_open"]:
            due = row["created_date"] + timedelta(1)
            _owed(estate, "answer", row["ticket_id"], "support", row["customer_id"], row["assignee_id"], due)
    for number, row in enumerate(estate.tables.get("marts.dim_customers", [])[::7]):
        due = estate.as_of + timedelta(number - 3)
        _owed(estate, "task", f"hubspot:t{number}", "sales", row["customer_id"], "hubspot:o1", due)


def _owed(estate, kind: str, record: str, team: str, who: str, owner: str, due: date) -> None:
    late = (estate.as_of - due).days
    estate.add(
        "marts.fct_follow_ups",
        follow_up_id=f"{kind}:{record}", follow_up_kind=kind, record_id=record, team=team, customer_id=who,
        owner_id=owner, source_name=record.split(":")[0], due_date=due, is_overdue=late > 0,
        overdue_days=late if late > 0 else None,
    )  # fmt: skip


def _surveys(estate) -> None:
    answers = [
        row for row in estate.tables.get("marts.fct_interactions", []) if row["interaction_type"] == "survey_response"
    ]
    this_month = estate.as_of.replace(day=1)
    windows = [("last 90 days", estate.as_of - timedelta(90), estate.as_of)]
    for _ in range(6):
        first = (this_month - timedelta(1)).replace(day=1)
        windows.append((f"{first:%Y-%m}", first, this_month))
        this_month = first
    for name, start, end in windows:
        for survey in ("nps", "csat"):
            said = [int(row["detail"].split()[1]) for row in answers if start <= row["occurred_date"] < end]
            n, good, bad = len(said), sum(score >= 9 for score in said), sum(score <= 6 for score in said)
            if not n:
                continue
            score = (good - bad) / n if survey == "nps" else good / n
            low, high = max(-1.0 if survey == "nps" else 0.0, score - 0.2), min(1.0, score + 0.2)
            asked = None if survey == "nps" else n * 3
            estate.add(
                "marts.agg_survey_scores",
                survey_window_id=f"{survey} {name}", survey_type=survey, window_name=name, start_date=start,
                end_date=end, count_answers=n, count_for=good, count_against=bad, score=score, score_low=low,
                score_high=high, count_asked=asked, response_rate=None if asked is None else n / asked,
            )  # fmt: skip


def _stories(estate) -> None:
    """Customers with two tickets on a topic; sample tickets know no second channel, so the story moves desks."""
    tickets = sorted(estate.tables.get("marts.fct_tickets", []), key=lambda row: row["created_at"])
    twice = [who for who, count in Counter(row["customer_id"] for row in tickets).items() if count > 1]
    for who in twice:
        first, again = [row for row in tickets if row["customer_id"] == who][:2]
        at = first["created_at"] + timedelta(days=5)
        if at < datetime.combine(estate.as_of, datetime.min.time()):
            estate.add(
                "marts.fct_repeat_stories",
                story_id=f"other desk:{again['ticket_id']}", story_kind="other desk", customer_id=who,
                account_id=first["account_id"], topic=first["category"], first_ticket_id=first["ticket_id"],
                first_at=first["created_at"], first_desk="zendesk:g1", first_channel="email",
                again_record_id=again["ticket_id"], again_at=at, again_desk="zendesk:g2", again_channel="email",
                days_between=5.0,
            )  # fmt: skip


def _states(estate) -> None:
    month_ago = estate.as_of - timedelta(30)
    for row in estate.tables.get("marts.dim_customers", []):
        for name, before, now in (("owner", "hubspot:o1", "hubspot:o2"), ("churn_band", "Low", row["churn_band"])):
            if now and now != before:
                said = dict(customer_id=row["customer_id"], state_name=name)
                estate.add(
                    "segments.customer_states",
                    **said, state_value=before, valid_from=month_ago, valid_to=estate.as_of - timedelta(1),
                )  # fmt: skip
                estate.add(
                    "segments.customer_states", **said, state_value=now, valid_from=estate.as_of - timedelta(1),
                )  # fmt: skip

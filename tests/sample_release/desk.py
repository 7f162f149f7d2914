"""What a helpdesk promised on the sample's tickets, who did the work, and how many waited on each day.

Belongs here: rows that follow from the tickets, risks of open ones among them. Stays out: the tickets themselves.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta

TEAMS = {"zendesk:g1": "Returns", "zendesk:g2": "Billing"}
AGENTS = {f"zendesk:a{number}": f"{name} Desk" for number, name in enumerate(("Ola", "Per", "Quin", "Rui"), start=1)}
TARGET = 240.0


def desk(estate, tickets: Sequence[dict]) -> None:
    """Promises, credits, figures of the helpdesk's own and the backlog, for tickets that were made before."""
    for team_id, name in TEAMS.items():
        estate.add("marts.dim_teams", team_id=team_id, source_name="zendesk", team_name=name)
    for agent_id, name in AGENTS.items():
        estate.add("pii.pii_agents", agent_id=agent_id, agent_name=name)
    for ticket in tickets:
        _promise(estate, ticket)
        _credits(estate, ticket)
        _parity(estate, ticket)
        _events(estate, ticket)
    for number, ticket in enumerate(ticket for ticket in tickets if ticket["is_open"]):
        _risk(estate, ticket, round(0.01 + 0.3 / (1 + number), 4))
    _backlog(estate, tickets)


def _promise(estate, ticket: dict) -> None:
    reply = ticket["first_reply_time_calendar_minutes"]
    is_broken, replied_at = reply > TARGET, ticket["created_at"] + timedelta(minutes=reply)
    breach_at = ticket["created_at"] + timedelta(minutes=TARGET)
    row = dict(
        sla_event_id=f"{ticket['ticket_id']}-first_reply",
        ticket_id=ticket["ticket_id"],
        source_name="zendesk",
        sla_policy_name="Standard",
        metric="first_reply_time",
        priority_applied=ticket["priority"],
        target_minutes=TARGET,
        in_business_hours=False,
        sla_applied_at=ticket["created_at"],
        clock_started_at=ticket["created_at"],
        clock_stopped_at=replied_at,
        sla_breach_at=breach_at if is_broken else None,
        sla_elapsed_minutes=reply,
        is_active_sla=False,
        is_sla_breach=is_broken,
        is_replaced=False,
        is_sla_met=not is_broken,
        sla_decided_at=breach_at if is_broken else replied_at,
        assignee_id=ticket["assignee_id"],
        group_id=ticket["group_id"],
    )
    estate.add("marts.fct_sla_events", **row)
    if ticket["is_open"]:
        # Somebody waits for the solution, which is due tonight.
        due = datetime.combine(estate.as_of, time(5))
        waiting = {"metric": "requester_wait_time", "clock_stopped_at": None, "sla_breach_at": due}
        open_yet = {"is_active_sla": True, "is_sla_breach": False, "is_sla_met": None, "sla_decided_at": None}
        estate.add("marts.fct_sla_events", **row | waiting | open_yet | {"sla_event_id": f"{ticket['ticket_id']}-wait"})


def _events(estate, ticket: dict) -> None:
    """Opened, solved if it is, and rated."""
    moments = [("change", ticket["created_at"], "open", None, None)]
    if ticket["last_solved_at"]:
        moments.append(("change", ticket["last_solved_at"], "closed", "open", None))
    if ticket["csat_score"]:
        kind = "rated bad" if ticket["csat_score"] == "bad" else None
        moments.append(("rating", ticket["last_solved_at"], None, None, kind))
    for number, (event_type, at, status, before, escalation) in enumerate(moments):
        estate.add(
            "marts.fct_ticket_events",
            ticket_event_id=f"{event_type}:{ticket['ticket_id']}-{number}",
            ticket_id=ticket["ticket_id"],
            source_name="zendesk",
            event_type=event_type,
            occurred_at=at,
            event_number=number if event_type == "change" else None,
            status=status,
            status_before=before,
            priority=ticket["priority"] if status else None,
            assignee_id=ticket["assignee_id"] if status else None,
            group_id=ticket["group_id"] if status else None,
            is_other_agent=number == 0,
            is_other_team=number == 0,
            escalation_type=escalation,
        )


def _risk(estate, ticket: dict, risk: float) -> None:
    said = (
        "waiting for us for 3 days, usually 1 (raises the risk)",
        "third team already (raises the risk)",
        "the customer's first ticket (lowers the risk)",
    )
    estate.add(
        "scores.ticket_escalation",
        ticket_id=ticket["ticket_id"],
        as_of_date=estate.as_of,
        model_version="sample-1",
        score=risk,
        low=risk / 2,
        high=min(1, 2 * risk),
        reasons=json.dumps(said),
        evidence="own",
        escalation_probability=risk,
    )


def _credits(estate, ticket: dict) -> None:
    reply = ticket["first_reply_time_calendar_minutes"]
    solved = ticket["last_solved_at"]
    kinds = {"first_reply": (ticket["created_at"] + timedelta(minutes=reply), reply, None)}
    kinds["promise"] = (kinds["first_reply"][0], None, reply <= TARGET)
    if solved:
        kinds["solution"] = (solved, ticket["full_resolution_calendar_minutes"], True)
    if ticket["csat_score"]:
        kinds["rating"] = (solved, None, ticket["is_good_satisfaction"])
    for kind, (at, minutes, is_good) in kinds.items():
        estate.add(
            "marts.fct_agent_credits",
            credit_id=f"{ticket['ticket_id']}-{kind}",
            credit_type=kind,
            ticket_id=ticket["ticket_id"],
            source_name="zendesk",
            credited_at=at,
            agent_id=ticket["assignee_id"],
            team_id=ticket["group_id"],
            role_in_force="agent",
            calendar_minutes=minutes,
            business_minutes=None,
            is_good=is_good,
        )


def _parity(estate, ticket: dict) -> None:
    ours = ticket["full_resolution_calendar_minutes"]
    figures = {
        "count_reopens": (0.0, 0.0, "match"),
        "agent_wait_time_calendar_minutes": (0.0, 9.0, "running_status") if ticket["is_open"] else (0.0, 0.0, "match"),
        "full_resolution_calendar_minutes": (ours, ours, "match") if ours else (60.0, None, "not_exported"),
    }
    for metric, (reported, found, status) in figures.items():
        estate.add(
            "marts.fct_ticket_parity",
            parity_id=f"{ticket['ticket_id']}-{metric}",
            ticket_id=ticket["ticket_id"],
            source_name="zendesk",
            metric_name=metric,
            reported_value=reported,
            our_value=found,
            parity_status=status,
        )


def _backlog(estate, tickets: Sequence[dict]) -> None:
    if not tickets:
        return
    day, waiting = min(ticket["created_date"] for ticket in tickets), 0
    while day < estate.as_of:
        created = sum(ticket["created_date"] == day for ticket in tickets)
        solved = sum(bool(ticket["last_solved_at"]) and ticket["last_solved_at"].date() == day for ticket in tickets)
        waiting += created - solved
        estate.add(
            "marts.agg_backlog_days",
            backlog_day_id=f"zendesk-{day}",
            source_name="zendesk",
            backlog_date=day,
            count_created=created,
            count_solved=solved,
            count_reopened=0,
            count_open_tickets=waiting,
        )
        day += timedelta(days=1)

"""The objects of Zendesk's export: users, tickets with their comments, audits, satisfaction ratings.

Belongs here: the shape of each object; times are ISO-8601 UTC. Stays out: files and dirt (zendesk).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from orchestration.twin import desk_rules, names, phrases
from orchestration.twin.parameters import Parameters
from orchestration.twin.service import BAD, GOOD, UNRATED
from orchestration.twin.ticket_history import SYSTEM, History, Outcome, Step
from orchestration.twin.ticket_voice import Voice

RECORD_STRIDE = 100
"""Comments and audits that a ticket may have; their ids are ticket id x this + position."""
OFFER_AFTER_SECONDS = 86_400
"""A day after the first solution the customer is asked for a rating."""
_TICKET_TYPES = {
    "delivery": "question",
    "billing": "question",
    "product_defect": "problem",
    "account": "task",
    "returns": "task",
}
_SUBJECT_DRAW, _COMMENT_DRAW, _RATING_DRAW = 19, 20, 23
_STAFF = frozenset(agent.user_id for agent in names.AGENTS)
_DONE = ("solved", "closed")
_SCORES = {GOOD: "good", BAD: "bad"}


def iso(epoch: int) -> str:
    """UTC seconds as ISO-8601 text."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def user(
    user_id: int,
    name: str,
    email: str,
    phone: str | None,
    organization_id: int | None,
    created_at: int,
    updated_at: int,
    role: str = "end-user",
    tags: tuple[str, ...] = (),
) -> dict:
    return {
        "id": user_id,
        "name": name,
        "email": email,
        "role": role,
        "phone": phone,
        "organization_id": organization_id,
        "created_at": iso(created_at),
        "updated_at": iso(updated_at),
        "external_id": None,
        "active": True,
        "suspended": False,
        "tags": list(tags),
    }


def staff(agent: names.Agent, hired_at: int) -> dict:
    """An agent; the tag names the team."""
    email = f"{agent.name.replace(' ', '.').lower()}@fernhollow.example"
    team = names.GROUPS[agent.group][1]
    return user(agent.user_id, agent.name, email, None, None, hired_at, hired_at, agent.role, (team,))


def ticket(
    ticket_id: int,
    outcome: Outcome,
    history: History,
    asked: dict | None,
    organization: int | None,
    draw: list[float],
    voice: Voice,
    parameters: Parameters,
) -> dict:
    """The ticket as it stands; `asked` is its rating, if one was offered; the tag, if any, names the topic."""
    steps = [step for step in history.steps if step.comment]
    draws = [draw[_COMMENT_DRAW + number % 3] for number in range(len(steps))]
    comments = [
        {
            "id": ticket_id * RECORD_STRIDE + number,
            "author_id": step.author_id,
            "public": step.is_public,
            "body": body,
            "created_at": iso(step.at),
        }
        for number, (step, body) in enumerate(zip(steps, voice.bodies(steps, draws, parameters), strict=True))
    ]
    return {
        "id": ticket_id,
        "created_at": iso(outcome.created),
        "updated_at": max(iso(history.steps[-1].at), asked["updated_at"] if asked else ""),
        "status": history.state["status"],
        "priority": history.state["priority"],
        "type": _TICKET_TYPES[voice.topic],
        "subject": voice.subject(steps, draw[_SUBJECT_DRAW], parameters),
        "description": comments[0]["body"],
        "requester_id": outcome.requester_id,
        "submitter_id": history.submitter_id,
        "assignee_id": history.state.get("assignee_id"),
        "group_id": history.state["group_id"],
        "organization_id": organization,
        "via": {"channel": outcome.channel},
        "tags": voice.tags(parameters),
        "satisfaction_rating": {"score": asked["score"] if asked else "unoffered"},
        "comments": comments,
    }


def audits(ticket_id: int, history: History) -> Iterator[dict]:
    """One audit per step that changed a field; values are text, as Zendesk writes them, but for promises."""
    state: dict[str, str] = {}
    is_answered = False
    changing = (step for step in history.steps if step.changes or _is_answer(step))
    number = 0
    for step in changing:
        if not step.changes:
            is_answered = True
            continue
        audit_id = ticket_id * RECORD_STRIDE + number
        events = [
            {"field_name": name, "value": str(value)} | ({"previous_value": state.get(name)} if number else {})
            for name, value in step.changes.items()
        ]
        events += _by_rule(step, state, is_answered, is_by_customer=history.submitter_id not in _STAFF)
        kind = "Change" if number else "Create"
        yield {
            "id": audit_id,
            "ticket_id": ticket_id,
            "author_id": step.author_id,
            "created_at": iso(step.at),
            "events": [{"id": audit_id * 10 + place, "type": kind} | event for place, event in enumerate(events)],
        }
        state |= {name: str(value) for name, value in step.changes.items()}
        is_answered = is_answered or (number > 0 and _is_answer(step))
        number += 1


def _is_answer(step: Step) -> bool:
    return step.comment is not None and step.is_public and step.author_id in _STAFF


def _by_rule(step: Step, state: dict[str, str], is_answered: bool, is_by_customer: bool) -> Iterator[dict]:
    """What the helpdesk's own rules add to a step: opening hours by group, promises by priority."""
    if "group_id" in step.changes:
        schedule = desk_rules.schedule_of(int(step.changes["group_id"]))
        before = desk_rules.schedule_of(int(state["group_id"])) if "group_id" in state else None
        if schedule != before:
            yield {"type": "ScheduleAssignment", "previous_schedule_id": before, "new_schedule_id": schedule}
    priority = str(step.changes.get("priority", state.get("priority")))
    if "priority" in step.changes:
        yield desk_rules.target_event("requester_wait_time", priority, state.get("priority"))
        if is_by_customer and not is_answered:
            yield desk_rules.target_event("first_reply_time", priority, state.get("priority"))
    if is_answered and step.comment is not None and step.author_id not in _STAFF and step.author_id != SYSTEM:
        yield desk_rules.target_event("next_reply_time", priority)


def metric_set(ticket_id: int, outcome: Outcome, history: History) -> dict:
    """Zendesk's own figures of a ticket, in whole minutes; the running status is not counted yet."""
    minutes = dict.fromkeys(("new", "open", "pending", "hold", "solved", "closed"), 0.0)
    status, since, reopens, solved = "new", outcome.created, 0, []
    stations: dict[str, list] = {"assignee_id": [], "group_id": []}
    for step in history.steps:
        for field, held in stations.items():
            if field in step.changes and step.changes[field] != (held[-1] if held else None):
                held.append(step.changes[field])
        if (now := step.changes.get("status", status)) == status:
            continue
        minutes[status] += (step.at - since) / 60
        reopens += status in _DONE and now not in _DONE
        if now in _DONE and status not in _DONE:
            solved.append(step.at)
        status, since = now, step.at
    answers = [step.at for step in history.steps if _is_answer(step)]
    replies = [at for at in answers if at > outcome.created]

    def spent(total: float | None) -> dict:
        return {"calendar": None if total is None else int(total), "business": None}

    def until(moments: list[int], which: int) -> dict:
        return spent((moments[which] - outcome.created) / 60 if moments else None)

    return {
        "ticket_id": ticket_id,
        "id": 600_000_000_000 + ticket_id,
        "reopens": reopens,
        "replies": len(answers),
        "assignee_stations": len(stations["assignee_id"]),
        "group_stations": len(stations["group_id"]),
        "reply_time_in_minutes": until(replies, 0),
        "first_resolution_time_in_minutes": until(solved, 0),
        "full_resolution_time_in_minutes": until(solved, -1),
        "agent_wait_time_in_minutes": spent(minutes["pending"]),
        "requester_wait_time_in_minutes": spent(minutes["new"] + minutes["open"] + minutes["hold"]),
        "on_hold_time_in_minutes": spent(minutes["hold"]),
        "created_at": iso(outcome.created),
        "updated_at": iso(history.steps[-1].at),
    }


def rating(ticket_id: int, outcome: Outcome, history: History, as_of: int, draw: list[float]) -> dict | None:
    """The rating of a ticket, offered a day after its first solution and perhaps answered; None before that."""
    if history.solved_at is None or history.solved_at + OFFER_AFTER_SECONDS >= as_of:
        return None
    offered = history.solved_at + OFFER_AFTER_SECONDS
    answered = offered + int(outcome.rating_delay_hours * 3_600)
    is_answered = outcome.rating != UNRATED and answered < as_of
    at = answered if is_answered else offered
    holder = {"assignee_id": None, "group_id": None}
    for step in history.steps:
        if step.at <= at:
            holder |= {name: step.changes[name] for name in holder if name in step.changes}
    said = phrases.rating_comment(outcome.rating == GOOD, draw[_RATING_DRAW]) if is_answered else ""
    return {
        "id": 500_000_000_000 + ticket_id,
        "ticket_id": ticket_id,
        "requester_id": outcome.requester_id,
        **holder,
        "score": _SCORES[outcome.rating] if is_answered else "offered",
        "comment": said or None,
        "created_at": iso(offered),
        "updated_at": iso(at),
    }

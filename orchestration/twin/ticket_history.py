"""The step-by-step history of one ticket: who did what when, until it is closed or the as-of date arrives.

Belongs here: expanding a drawn outcome into steps (field changes and comments) that lead to it.
Stays out: drawing outcomes (service), wording (phrases), JSON (writers.zendesk).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from orchestration.twin.names import AGENTS, GROUPS
from orchestration.twin.parameters import Parameters
from orchestration.twin.service import PRIORITIES, TOPICS

SYSTEM = -1
"""Zendesk's author id for its own rules."""
DRAWS = 24
"""Uniform numbers a history may use."""
HOUR = 3_600
_GROUP_OF_TOPIC = {"delivery": 0, "billing": 2, "product_defect": 1, "account": 0, "returns": 3}
_ROUND_SHARES = (0.45, 0.75, 0.92)


class Outcome(NamedTuple):
    """One ticket of service.Tickets as plain numbers; `created` in UTC seconds, hours may be infinite."""

    requester_id: int
    created: int
    topic: int
    channel: str
    priority: int
    first_reply_hours: float
    solve_hours: float
    reopen_hours: float
    second_solve_hours: float
    rating: int
    rating_delay_hours: float


class Step(NamedTuple):
    """At `at` (UTC seconds) `author_id` changed fields and perhaps commented (`kind` of text, public or internal)."""

    at: int
    author_id: int
    changes: dict[str, str | int]
    comment: str | None = None
    is_public: bool = True


@dataclass
class History:
    """Steps in order of time, all before the as-of date, and the state they lead to."""

    submitter_id: int
    steps: list[Step]
    state: dict[str, str | int | None] = field(default_factory=dict)
    solved_at: int | None = None


def ticket_history(outcome: Outcome, draws: list[float], as_of: int, parameters: Parameters) -> History:
    """Steps of one ticket; `draws` are DRAWS uniform numbers in [0, 1)."""
    is_by_agent = outcome.channel == "phone" and draws[0] < 0.5
    group = _GROUP_OF_TOPIC[TOPICS[outcome.topic]]
    agent = _agent(group, draws[1])
    steps = _opening(outcome, is_by_agent, group, agent, draws)
    if outcome.first_reply_hours != float("inf"):
        steps += _conversation(outcome, group, agent, draws, parameters)
    steps.sort(key=lambda step: step.at)
    seen = [step for step in steps if step.at < as_of]
    history = History(agent if is_by_agent else outcome.requester_id, seen)
    for step in seen:
        history.state.update(step.changes)
        if step.changes.get("status") == "solved" and history.solved_at is None:
            history.solved_at = step.at
    return history


def _opening(outcome: Outcome, is_by_agent: bool, group: int, agent: int, draws: list[float]) -> list[Step]:
    opened = {"priority": PRIORITIES[outcome.priority], "group_id": GROUPS[group][0]}
    if is_by_agent:
        fields = {"status": "open", **opened, "assignee_id": agent}
        return [Step(outcome.created, agent, fields, "phone_summary")]
    steps = [Step(outcome.created, outcome.requester_id, {"status": "new", **opened}, "description")]
    if outcome.first_reply_hours == float("inf") and draws[2] < 0.5:
        return steps  # nobody ever looked at it
    wait = min(outcome.first_reply_hours, 24.0) * HOUR
    triaged = outcome.created + 1 + int(wait * (0.1 + 0.7 * draws[3]))
    steps.append(Step(triaged, agent, {"status": "open", "assignee_id": agent}))
    if outcome.priority < 3 and draws[4] < 0.08:
        steps.append(Step(triaged + 1, agent, {"priority": PRIORITIES[outcome.priority + 1]}, "internal_note", False))
    return steps


def _conversation(outcome: Outcome, group: int, agent: int, draws: list[float], parameters: Parameters) -> list[Step]:
    """From the first reply to the last closing; every step leaves the ticket in the state its text suggests."""
    first = outcome.created + 4 + int(outcome.first_reply_hours * HOUR)
    is_solved = outcome.solve_hours != float("inf")
    solved = outcome.created + 10 + int(outcome.solve_hours * HOUR) if is_solved else first + 20 * 24 * HOUR
    rounds = sum(draws[5] > share for share in _ROUND_SHARES)
    solved = max(solved, first + 60 * (2 * rounds + 4))
    marks = sorted(first + 30 + int((solved - first - 60) * draw) for draw in draws[6 : 6 + 2 * rounds])

    steps = [Step(first, agent, {"status": "pending"} if rounds else {}, "agent_reply")]
    if draws[13] < 0.12:  # handed over right after the first reply
        group = (group + 1) % len(GROUPS)
        agent = _agent(group, draws[14])
        steps.append(Step(first + 5, steps[0].author_id, {"group_id": GROUPS[group][0], "assignee_id": agent}))
        steps.append(Step(first + 6, steps[0].author_id, {}, "internal_note", False))
    for number in range(rounds):
        asked, answered = marks[2 * number], marks[2 * number + 1]
        steps.append(Step(asked, outcome.requester_id, {"status": "open"}, "customer_reply"))
        waits_for_others = draws[15 + number] < 0.25
        if waits_for_others:
            held = asked + max(1, (answered - asked) // 3)
            steps.append(Step(held, agent, {"status": "hold"}, "internal_note", False))
        is_last = number == rounds - 1
        status = {"status": "open"} if is_last and waits_for_others else {} if is_last else {"status": "pending"}
        steps.append(Step(max(answered, asked + 3), agent, status, "agent_reply"))
    if not is_solved:
        return steps
    steps.append(Step(solved, agent, {"status": "solved"}, "agent_solution" if draws[18] < 0.5 else None))
    if outcome.reopen_hours != float("inf"):
        reopened = solved + 1 + int(outcome.reopen_hours * HOUR)
        steps.append(Step(reopened, outcome.requester_id, {"status": "open"}, "complaint"))
        solved = reopened + 1 + int(outcome.second_solve_hours * HOUR)
        steps.append(Step(solved, agent, {"status": "solved"}, "agent_solution"))
    closed = solved + int(parameters.close_after_hours * HOUR)
    return [*steps, Step(closed, SYSTEM, {"status": "closed"})]


def _agent(group: int, draw: float) -> int:
    members = [agent.user_id for agent in AGENTS if agent.group == group]
    return members[int(draw * len(members))]

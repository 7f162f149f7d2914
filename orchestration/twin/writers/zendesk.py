"""Zendesk: tickets with comments, audit events, users and satisfaction ratings, one JSON object a line.

Belongs here: the four files and the shape of their objects; times are ISO-8601 UTC.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import numpy as np

from orchestration.twin import identifiers, names, phrases
from orchestration.twin.dirt import QUARANTINED, SPOILED_ID, Dirt, malformed_count
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import People
from orchestration.twin.service import BAD, GOOD, TOPICS, UNRATED, Tickets
from orchestration.twin.ticket_history import DRAWS, History, Outcome, ticket_history
from orchestration.twin.timeline import Timeline

TABLES = ("tickets", "ticket_audits", "users", "satisfaction_ratings")
RECORD_STRIDE = 100
"""Comments and audits a ticket may have; their ids are ticket id x this + position."""
OFFER_AFTER_SECONDS = 86_400
_TYPES = {"delivery": "question", "billing": "question", "product_defect": "problem", "account": "task",
          "returns": "task"}  # fmt: skip
_CHANNELS = {"email": "email", "phone": "phone", "chat": "chat", "web": "web"}


class ZendeskWriter:
    """Streams blocks into the four NDJSON files; the staff are written first."""

    def __init__(self, landing: Path, timeline: Timeline, parameters: Parameters) -> None:
        self._timeline, self._parameters = timeline, parameters
        folder = landing / "zendesk"
        folder.mkdir(parents=True, exist_ok=True)
        self._handles: dict[str, IO[bytes]] = {table: (folder / f"{table}.ndjson").open("wb") for table in TABLES}
        self._rows = dict.fromkeys(TABLES, 0)
        for agent in names.AGENTS:
            self._put("users", "user", _staff(agent, timeline))

    def write(self, block: int, tickets: Tickets, people: People, rng: np.random.Generator) -> list[Dirt]:
        """Export the tickets opened before the as-of date, and the people who opened them."""
        by_time = np.argsort(tickets.day, kind="stable")
        tickets = tickets.take(by_time[tickets.day[by_time] < self._timeline.as_of_day])
        self._write_users(tickets, people)
        ids = identifiers.zendesk_ticket_ids(block, len(tickets)).tolist()
        organizations = _organizations(block, people)
        dirt: list[Dirt] = []
        spoiled = set(rng.integers(0, max(1, len(ids)), malformed_count(len(ids), self._parameters)).tolist())
        draws = rng.random((len(ids), DRAWS)).tolist()
        outcomes = self._outcomes(tickets, people)
        for position, (ticket_id, outcome, draw) in enumerate(zip(ids, outcomes, draws, strict=True)):
            history = ticket_history(outcome, draw, self._timeline.as_of_epoch, self._parameters)
            rating = self._rating(ticket_id, outcome, history, draw)
            organization = organizations[tickets.person[position]]
            ticket = _ticket(ticket_id, outcome, history, rating, organization, draw)
            if position in spoiled:
                dirt.append(self._spoil(ticket, SPOILED_ID + 1_000 * block + len(dirt), len(dirt)))
            self._put("tickets", "ticket", ticket)
            for audit in _audits(ticket_id, history):
                self._put("ticket_audits", "audit", audit)
            if rating:
                self._put("satisfaction_ratings", "satisfaction_rating", rating)
        return dirt

    def close(self) -> dict[str, int]:
        """Close all files; data rows by table."""
        for handle in self._handles.values():
            handle.close()
        return {f"zendesk.{table}": rows for table, rows in self._rows.items()}

    def _put(self, table: str, root: str, record: dict) -> None:
        self._put_line(table, json.dumps({root: record}, separators=(",", ":"), ensure_ascii=False))

    def _put_line(self, table: str, line: str) -> None:
        self._handles[table].write(line.encode() + b"\n")
        self._rows[table] += 1

    def _spoil(self, ticket: dict, spoiled_id: int, number: int) -> Dirt:
        """Write a broken copy of `ticket` under an id of its own: a cut line, or a day that does not exist."""
        copy = {**ticket, "id": spoiled_id, "comments": []}
        if number % 2 == 0:
            kind, detail = "broken_json", "the line ends in the middle"
            line = json.dumps({"ticket": copy}, separators=(",", ":"))
            self._put_line("tickets", line[: len(line) // 2])
        else:
            kind, detail = "impossible_date", "created_at holds '2025-02-30T08:00:00Z'"
            self._put("tickets", "ticket", {**copy, "created_at": "2025-02-30T08:00:00Z"})
        return Dirt("zendesk/tickets.ndjson", self._rows["tickets"], str(spoiled_id), kind, detail, QUARANTINED)

    def _write_users(self, tickets: Tickets, people: People) -> None:
        known = np.unique(tickets.person)
        created = self._timeline.epoch(people.acquired_day).tolist()
        updated = np.zeros(len(people))
        np.maximum.at(updated, tickets.person, tickets.day)
        changed = self._timeline.epoch(updated).tolist()
        user_ids = identifiers.zendesk_user_ids(people.number).tolist()
        organizations = _organizations(int(people.number[0]) // self._parameters.block_size, people)
        for person in known.tolist():
            self._put(
                "users",
                "user",
                _user(
                    user_ids[person],
                    f"{people.first_name[person]} {people.last_name[person]}",
                    people.email[person],
                    role="end-user",
                    phone=people.phone[person],
                    organization_id=organizations[person],
                    created_at=created[person],
                    updated_at=changed[person],
                    tags=[],
                ),
            )

    def _outcomes(self, tickets: Tickets, people: People) -> Iterator[Outcome]:
        requester = identifiers.zendesk_user_ids(people.number)[tickets.person].tolist()
        channel = [names.CHANNELS[number] for number in tickets.channel.tolist()]
        return map(
            Outcome,
            requester,
            self._timeline.epoch(tickets.day).tolist(),
            tickets.topic.tolist(),
            channel,
            tickets.priority.tolist(),
            tickets.first_reply_hours.tolist(),
            tickets.solve_hours.tolist(),
            tickets.reopen_hours.tolist(),
            tickets.second_solve_hours.tolist(),
            tickets.rating.tolist(),
            tickets.rating_delay_hours.tolist(),
        )

    def _rating(self, ticket_id: int, outcome: Outcome, history: History, draw: list[float]) -> dict | None:
        """The rating of a ticket solved a day ago or longer: offered, then perhaps answered."""
        if history.solved_at is None or history.solved_at + OFFER_AFTER_SECONDS >= self._timeline.as_of_epoch:
            return None
        offered = history.solved_at + OFFER_AFTER_SECONDS
        answered = offered + int(outcome.rating_delay_hours * 3_600)
        is_answered = outcome.rating != UNRATED and answered < self._timeline.as_of_epoch
        at = answered if is_answered else offered
        holder = {"assignee_id": None, "group_id": None}
        for step in history.steps:
            if step.at <= at:
                holder.update({name: value for name, value in step.changes.items() if name in holder})
        return {
            "id": ticket_id + 500_000_000_000,
            "ticket_id": ticket_id,
            "requester_id": outcome.requester_id,
            **holder,
            "score": {GOOD: "good", BAD: "bad"}[outcome.rating] if is_answered else "offered",
            "comment": phrases.rating_comment(outcome.rating == GOOD, draw[23]) or None if is_answered else None,
            "created_at": iso(offered),
            "updated_at": iso(at),
        }


def iso(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _ticket(
    ticket_id: int, outcome: Outcome, history: History, rating: dict | None, organization: int | None, draw: list[float]
) -> dict:
    topic = TOPICS[outcome.topic]
    comments = [
        {
            "id": ticket_id * RECORD_STRIDE + number,
            "author_id": step.author_id,
            "public": step.is_public,
            "body": phrases.comment(step.comment, topic, draw[20 + number % 3]),
            "created_at": iso(step.at),
        }
        for number, step in enumerate(step for step in history.steps if step.comment)
    ]
    return {
        "id": ticket_id,
        "created_at": iso(outcome.created),
        "updated_at": max(iso(history.steps[-1].at), rating["updated_at"] if rating else ""),
        "status": history.state["status"],
        "priority": history.state["priority"],
        "type": _TYPES[topic],
        "subject": phrases.subject(topic, draw[19]),
        "description": comments[0]["body"],
        "requester_id": outcome.requester_id,
        "submitter_id": history.submitter_id,
        "assignee_id": history.state.get("assignee_id"),
        "group_id": history.state["group_id"],
        "organization_id": organization,
        "via": {"channel": _CHANNELS[outcome.channel]},
        "tags": [topic],
        "satisfaction_rating": {"score": rating["score"] if rating else "unoffered"},
        "comments": comments,
    }


def _audits(ticket_id: int, history: History) -> Iterator[dict]:
    """One audit per step that changed a field; values as text, as Zendesk writes them."""
    state: dict[str, str | None] = {}
    number = 0
    for step in history.steps:
        events = []
        for name, value in step.changes.items():
            event = {
                "id": (ticket_id * RECORD_STRIDE + number) * 10 + len(events),
                "type": "Change" if state else "Create",
                "field_name": name,
                "value": str(value),
            }
            if state:
                event["previous_value"] = state.get(name)
            events.append(event)
        if not events:
            continue
        state.update({name: str(value) for name, value in step.changes.items()})
        yield {
            "id": ticket_id * RECORD_STRIDE + number,
            "ticket_id": ticket_id,
            "author_id": step.author_id,
            "created_at": iso(step.at),
            "events": events,
        }
        number += 1


def _organizations(block: int, people: People) -> list[int | None]:
    from orchestration.twin.people import COMPANY_STRIDE

    numbers = identifiers.zendesk_organization_ids(block * COMPANY_STRIDE + people.company).tolist()
    return [number if firm >= 0 else None for number, firm in zip(numbers, people.company.tolist(), strict=True)]


def _user(
    user_id: int, name: str, email: str, *, role: str, phone: str | None, organization_id: int | None,
    created_at: int, updated_at: int, tags: list[str],
) -> dict:  # fmt: skip
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
        "tags": tags,
    }


def _staff(agent: names.Agent, timeline: Timeline) -> dict:
    return _user(
        agent.user_id,
        agent.name,
        f"{agent.name.replace(' ', '.').lower()}@fernhollow.example",
        role=agent.role,
        phone=None,
        organization_id=None,
        created_at=timeline.start_epoch,
        updated_at=timeline.start_epoch,
        tags=[names.GROUPS[agent.group][1]],
    )

"""Zendesk: tickets with comments, audits, metric sets, users and ratings, and the desk's own rules, one object a line.

Belongs here: the files and their dirt. Stays out: the shape of the objects (zendesk_records).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from orchestration.twin import desk_rules, identifiers, names
from orchestration.twin.dirt import QUARANTINED, SPOILED_ID, Dirt, malformed_count
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import Companies, People
from orchestration.twin.service import TOPICS, Tickets
from orchestration.twin.ticket_history import DRAWS, Outcome, ticket_history
from orchestration.twin.ticket_voice import DRAWS as VOICE_DRAWS
from orchestration.twin.ticket_voice import Voice, language_of
from orchestration.twin.timeline import Timeline
from orchestration.twin.writers import zendesk_records as records

ROOTS = {
    "tickets": "ticket",
    "ticket_audits": "audit",
    "ticket_metrics": "ticket_metric",
    "users": "user",
    "satisfaction_ratings": "satisfaction_rating",
    "groups": "group",
    "schedules": None,
    "holidays": None,
    "sla_policies": None,
}
"""File name without suffix -> the key under which each line holds its object, None where the line is the object."""


class ZendeskWriter:
    """Streams blocks into NDJSON files; the staff and the rules of the desk are written first."""

    def __init__(self, landing: Path, timeline: Timeline, parameters: Parameters) -> None:
        self._timeline, self._parameters = timeline, parameters
        folder = landing / "zendesk"
        folder.mkdir(parents=True, exist_ok=True)
        self._handles: dict[str, IO[bytes]] = {table: (folder / f"{table}.ndjson").open("wb") for table in ROOTS}
        self._rows = dict.fromkeys(ROOTS, 0)
        self._spoiled_numbers = itertools.count()
        for agent in names.AGENTS:
            self._put("users", records.staff(agent, timeline.start_epoch))
        for table, objects in desk_rules.setup(timeline.start, timeline.as_of).items():
            for item in objects:
                self._put(table, item)

    def write(
        self, block: int, tickets: Tickets, people: People, companies: Companies, rng: np.random.Generator
    ) -> list[Dirt]:
        """Export the tickets opened before the as-of date, and the people who opened them."""
        tickets = tickets.before(self._timeline.as_of_day)
        organizations = _organizations(people, companies)
        self._write_users(tickets, people, organizations)

        as_of = self._timeline.as_of_epoch
        ids = identifiers.zendesk_ticket_ids(block, len(tickets)).tolist()
        draws = rng.random((len(ids), DRAWS)).tolist()
        spoiled = set(rng.integers(0, max(1, len(ids)), malformed_count(len(ids), self._parameters)).tolist())
        voices = _voices(tickets, people, rng)
        dirt: list[Dirt] = []
        for position, (ticket_id, outcome, draw, voice) in enumerate(
            zip(ids, self._outcomes(tickets, people), draws, voices, strict=True)
        ):
            history = ticket_history(outcome, draw, as_of, self._parameters)
            rating = records.rating(ticket_id, outcome, history, as_of, draw)
            organization = organizations[tickets.person[position]]
            ticket = records.ticket(ticket_id, outcome, history, rating, organization, draw, voice, self._parameters)
            if position in spoiled:
                dirt.append(self._put_spoiled(ticket))
            self._put("tickets", ticket)
            for audit in records.audits(ticket_id, history):
                self._put("ticket_audits", audit)
            self._put("ticket_metrics", records.metric_set(ticket_id, outcome, history))
            if rating:
                self._put("satisfaction_ratings", rating)
        return dirt

    def close(self) -> dict[str, int]:
        """Close all files; data rows by table."""
        for handle in self._handles.values():
            handle.close()
        return {f"zendesk.{table}": rows for table, rows in self._rows.items()}

    def _put(self, table: str, record: dict) -> None:
        root = ROOTS[table]
        line = {root: record} if root else record
        self._put_line(table, json.dumps(line, separators=(",", ":"), ensure_ascii=False))

    def _put_line(self, table: str, line: str) -> None:
        self._handles[table].write(line.encode() + b"\n")
        self._rows[table] += 1

    def _put_spoiled(self, ticket: dict) -> Dirt:
        """Write a broken copy of `ticket` under an id of its own: a cut line, or a day that does not exist."""
        number = next(self._spoiled_numbers)
        copy = {**ticket, "id": SPOILED_ID + number, "comments": []}
        if number % 2 == 0:
            kind, detail = "broken_json", "the line ends in the middle"
            line = json.dumps({ROOTS["tickets"]: copy}, separators=(",", ":"))
            self._put_line("tickets", line[: len(line) // 2])
        else:
            kind, detail = "impossible_date", "created_at holds '2025-02-30T08:00:00Z'"
            self._put("tickets", {**copy, "created_at": "2025-02-30T08:00:00Z"})
        return Dirt("zendesk/tickets.ndjson", self._rows["tickets"], str(copy["id"]), kind, detail, QUARANTINED)

    def _write_users(self, tickets: Tickets, people: People, organizations: list[int | None]) -> None:
        """Everybody who ever opened a ticket; last changed when they opened their latest."""
        latest = np.zeros(len(people))
        np.maximum.at(latest, tickets.person, tickets.day)
        created, updated = self._timeline.epoch(people.acquired_day), self._timeline.epoch(latest)
        user_ids = identifiers.zendesk_user_ids(people.number)
        for person in np.unique(tickets.person).tolist():
            self._put(
                "users",
                records.user(
                    int(user_ids[person]),
                    f"{people.first_name[person]} {people.last_name[person]}",
                    people.email[person],
                    people.phone[person],
                    organizations[person],
                    int(created[person]),
                    int(updated[person]),
                ),
            )

    def _outcomes(self, tickets: Tickets, people: People) -> Iterator[Outcome]:
        requester = identifiers.zendesk_user_ids(people.number)[tickets.person]
        channel = [names.CHANNELS[number] for number in tickets.channel.tolist()]
        return map(
            Outcome,
            requester.tolist(),
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


def _voices(tickets: Tickets, people: People, rng: np.random.Generator) -> Iterator[Voice]:
    asking = zip(people.country[tickets.person].tolist(), people.number[tickets.person].tolist(), strict=True)
    return map(
        Voice,
        [TOPICS[topic] for topic in tickets.topic.tolist()],
        [language_of(country, person) for country, person in asking],
        tickets.is_unhappy.tolist(),
        rng.random((len(tickets), VOICE_DRAWS)).tolist(),
    )


def _organizations(people: People, companies: Companies) -> list[int | None]:
    """Zendesk's organisation of each person, None for consumers."""
    ids = identifiers.zendesk_organization_ids(companies.number).tolist()
    return [ids[firm] if firm >= 0 else None for firm in people.company.tolist()]

"""Reading the ledger for people: who is in a customer, why, and what changed when.

Stays out: writing the ledger (ledger), names and addresses (they are in the encrypted half of a release alone).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration import versions
from orchestration.identity.ledger import CHANGES, read_ledger


class NobodyKnown(LookupError):
    """No contact and no customer has this id; the message says so."""


@dataclass(frozen=True)
class Member:
    """One contact of a customer, and what ties it to the next one on the way to the founder."""

    contact_id: str
    rule: str
    linked_to: str | None
    weight: float | None
    since: datetime

    def in_words(self) -> str:
        """Why this contact is this customer, as a sentence."""
        with_whom = f"with {self.linked_to}"
        return {
            "founder": "the first record of this customer",
            "email": f"shares an e-mail address {with_whom}",
            "phone": f"shares a phone and a name {with_whom}",
            "external_id": f"has a number in common {with_whom}",
            "by_hand": f"merged by hand {with_whom}",
            "likeness": f"is like {self.linked_to} in many traits, odds of {_odds(self.weight)} to 1",
        }[self.rule]


@dataclass(frozen=True)
class Change:
    """A contact that became another customer, or was tied to one by something else."""

    contact_id: str
    customer_id_before: str | None
    customer_id: str | None
    rule: str
    changed_at: datetime


def customer_of(area: Path, customer_or_contact_id: str) -> str:
    """The customer that an id means. Raises NobodyKnown."""
    found = _ask(
        area,
        "select customer_id from records where contact_id = $id or customer_id = $id order by contact_id limit 1",
        {"id": customer_or_contact_id},
    )
    if not found:
        raise NobodyKnown(f"{customer_or_contact_id}: no contact and no customer of the last night has this id")
    return found[0][0]


def members(area: Path, customer_id: str) -> list[Member]:
    """The contacts of a customer, its founder first."""
    rows = _ask(
        area,
        """select contact_id, rule, linked_to, weight, since from records where customer_id = $id
           order by rule != 'founder', since, contact_id""",
        {"id": customer_id},
    )
    return [Member(*row) for row in rows]


def changes(area: Path, contact_ids: list[str]) -> list[Change]:
    """Everything that ever changed about these contacts, oldest first."""
    if not versions.newest(area / "ledger"):
        return []
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"""select contact_id, customer_id_before, customer_id, rule, changed_at
                from read_parquet('{area / "ledger" / "*" / CHANGES}')
                where contact_id in (select unnest($ids)) order by changed_at, contact_id""",
            {"ids": contact_ids},
        ).fetchall()
    return [Change(*row) for row in rows]


def _ask(area: Path, sql: str, values: dict[str, str]) -> list[tuple]:
    if versions.newest(area / "ledger") is None:
        raise NobodyKnown("no night has resolved identities in this home yet: call `rapport run` first")
    with duckdb.connect() as connection:
        read_ledger(connection, area / "ledger")
        return connection.execute(f"with records as (from ledger_records) {sql}", values).fetchall()


def _odds(weight: float | None) -> str:
    return f"{2 ** min(weight or 0, 40):,.0f}"

"""HubSpot: contacts, companies, deals and engagements as its user interface exports them.

Belongs here: the four files, and the quirks they share (every cell quoted, empty text instead of nothing).
Stays out: what the cells of each file hold (hubspot_contacts, hubspot_deals).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from orchestration.twin import identifiers
from orchestration.twin.dirt import DUPLICATE, Dirt, Spoiling, spoil
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import Companies, People
from orchestration.twin.sales import Activities, Deals
from orchestration.twin.timeline import Timeline
from orchestration.twin.writers import hubspot_contacts, hubspot_deals
from orchestration.twin.writers.export_file import ExportFile

_COLUMNS = {
    "contacts": hubspot_contacts.CONTACT_COLUMNS,
    "companies": hubspot_contacts.COMPANY_COLUMNS,
    "deals": hubspot_deals.DEAL_COLUMNS,
    "engagements": hubspot_deals.ENGAGEMENT_COLUMNS,
}
_SPOILINGS = {
    "contacts": Spoiling("Record ID", "", (("Create Date", "impossible_date", "2026-02-30 10:15"),), True),
    "deals": Spoiling(
        "Record ID",
        "",
        (("Amount", "letter_in_number", "12o0.0"), ("Create Date", "impossible_date", "2025-14-01 09:00")),
        True,
    ),
    "engagements": Spoiling("Activity ID", "", (("Activity date", "impossible_date", "2026-06-31 11:30"),), True),
}


class HubspotWriter:
    """Streams blocks into the four `hubspot-crm-exports-all-*.csv` files."""

    def __init__(self, landing: Path, timeline: Timeline, parameters: Parameters) -> None:
        self._timeline, self._parameters = timeline, parameters
        self._files = {
            table: ExportFile(landing, f"hubspot/hubspot-crm-exports-all-{table}.csv", columns, always_quoted=True)
            for table, columns in _COLUMNS.items()
        }

    def write(
        self,
        block: int,
        people: People,
        companies: Companies,
        deals: Deals,
        activities: Activities,
        rng: np.random.Generator,
    ) -> tuple[list[Dirt], np.ndarray]:
        """Export one block; returns its dirt and the positions of people who were entered twice."""
        deal_ids = identifiers.hubspot_deal_ids(block, len(deals))
        contacts = hubspot_contacts.contact_rows(people, companies, deals, activities, deal_ids, self._timeline, rng)
        dirt = self._append("contacts", contacts, block, rng)
        known = np.flatnonzero(people.hubspot_day < self._timeline.as_of_day)
        twice = np.flatnonzero(rng.random(len(known)) < self._parameters.duplicate_contact_share)
        dirt += self._append_second_entries(contacts[twice], rng)
        self._append(
            "companies", hubspot_contacts.company_rows(people, companies, activities, self._timeline), block, rng
        )
        deal_rows = hubspot_deals.deal_rows(people, companies, deals, activities, deal_ids, self._timeline, rng)
        dirt += self._append("deals", deal_rows, block, rng)
        activity_ids = identifiers.hubspot_activity_ids(block, len(activities))
        activity_rows = hubspot_deals.activity_rows(
            people, companies, activities, activity_ids, deal_ids, self._timeline
        )
        dirt += self._append("engagements", activity_rows, block, rng)
        return dirt, known[twice]

    def close(self) -> dict[str, int]:
        """Close all files; data rows by table."""
        for file in self._files.values():
            file.close()
        return {f"hubspot.{table}": file.rows for table, file in self._files.items()}

    def _append(self, table: str, frame: pl.DataFrame, block: int, rng: np.random.Generator) -> list[Dirt]:
        full = self._completed(table, frame)
        spoiled = spoil(full, _SPOILINGS[table], block, self._parameters, rng) if table in _SPOILINGS else []
        return self._files[table].append(full, spoiled)

    def _append_second_entries(self, contacts: pl.DataFrame, rng: np.random.Generator) -> list[Dirt]:
        """Enter these contacts once more, as a colleague would: other id, address typed differently."""
        file = self._files["contacts"]
        first_row = file.rows
        copies = hubspot_contacts.second_entries(contacts, rng)
        file.append(self._completed("contacts", copies))
        return [
            Dirt(
                file.name,
                first_row + number,
                str(record_id),
                "duplicate_contact",
                f"the person of Record ID {original}, address written {email!r}",
                DUPLICATE,
            )
            for number, (record_id, email, original) in enumerate(
                zip(copies["Record ID"], copies["Email"], contacts["Record ID"], strict=True), start=1
            )
        ]

    @staticmethod
    def _completed(table: str, frame: pl.DataFrame) -> pl.DataFrame:
        """All columns of the export, with empty text where there is nothing: HubSpot quotes every cell."""
        return frame.select(
            [pl.col(name) if name in frame.columns else pl.lit("").alias(name) for name in _COLUMNS[table]]
        ).with_columns(pl.col(pl.String).fill_null(""))

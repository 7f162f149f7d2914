"""HubSpot: contacts, companies, deals and engagements as its user interface exports them, and deals and owners as its
API gives them, since no export tells a deal's past.

Belongs here: the files, and the quirk that the exports share: every cell is quoted.
Stays out: what the cells and objects hold (hubspot_contacts, hubspot_deals, hubspot_objects).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from orchestration.twin import identifiers
from orchestration.twin.dirt import DUPLICATE, Dirt, Spoiler
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import Companies, People
from orchestration.twin.sales import Activities, Deals
from orchestration.twin.timeline import Timeline
from orchestration.twin.writers import hubspot_contacts, hubspot_deals, hubspot_objects
from orchestration.twin.writers.export_file import ExportFile

_SPOILED_CELLS = {
    "contacts": (("Create Date", "impossible_date", "2026-02-30 10:15"),),
    "deals": (("Amount", "letter_in_number", "12o0.0"), ("Create Date", "impossible_date", "2025-14-01 09:00")),
    "engagements": (("Activity date", "impossible_date", "2026-06-31 11:30"),),
}


class HubspotWriter:
    """Streams blocks into four `hubspot-crm-exports-all-*.csv` files and `deals.ndjson`; owners are written first."""

    def __init__(self, landing: Path, timeline: Timeline, parameters: Parameters) -> None:
        self._timeline, self._parameters = timeline, parameters

        def opened(table: str, columns: tuple[str, ...]) -> ExportFile:
            spoiler = None
            if table in _SPOILED_CELLS:
                spoiler = Spoiler(parameters, columns[0], _SPOILED_CELLS[table], always_quoted=True)
            return ExportFile(landing, f"hubspot/hubspot-crm-exports-all-{table}.csv", columns, True, spoiler)

        self._contacts = opened("contacts", hubspot_contacts.CONTACT_COLUMNS)
        self._companies = opened("companies", hubspot_contacts.COMPANY_COLUMNS)
        self._deals = opened("deals", hubspot_deals.DEAL_COLUMNS)
        self._engagements = opened("engagements", hubspot_deals.ENGAGEMENT_COLUMNS)
        self._deal_objects = (landing / "hubspot" / "deals.ndjson").open("wb")
        self._count_deal_objects = 0
        with (landing / "hubspot" / "owners.ndjson").open("wb") as owners:
            self._count_owners = hubspot_objects.write(owners, hubspot_objects.owners(timeline))

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
        timeline = self._timeline
        deal_ids = identifiers.hubspot_deal_ids(block, len(deals))
        activity_ids = identifiers.hubspot_activity_ids(block, len(activities))
        contacts = hubspot_contacts.contact_rows(people, companies, deals, activities, deal_ids, timeline, rng)
        dirt = self._contacts.append(contacts, rng)
        known = np.flatnonzero(people.hubspot_day < timeline.as_of_day)
        twice = np.flatnonzero(rng.random(len(known)) < self._parameters.duplicate_contact_share)
        dirt += self._append_second_entries(contacts[twice], rng)

        self._companies.append(hubspot_contacts.company_rows(companies, activities, timeline))
        deal_rows = hubspot_deals.deal_rows(people, companies, deals, activities, deal_ids, timeline, rng)
        dirt += self._deals.append(deal_rows, rng)
        objects = hubspot_objects.deals(deal_rows, people, companies, deals, activities, timeline, self._parameters)
        self._count_deal_objects += hubspot_objects.write(self._deal_objects, objects)
        activity_rows = hubspot_deals.activity_rows(people, companies, activities, activity_ids, deal_ids, timeline)
        dirt += self._engagements.append(activity_rows, rng)
        return dirt, known[twice]

    def close(self) -> dict[str, int]:
        """Close all files; data rows by table."""
        files = {
            "hubspot.contacts": self._contacts,
            "hubspot.companies": self._companies,
            "hubspot.deals": self._deals,
            "hubspot.engagements": self._engagements,
        }
        for file in (*files.values(), self._deal_objects):
            file.close()
        rows = {table: file.rows for table, file in files.items()}
        return rows | {"hubspot.api_deals": self._count_deal_objects, "hubspot.api_owners": self._count_owners}

    def _append_second_entries(self, contacts: pl.DataFrame, rng: np.random.Generator) -> list[Dirt]:
        """Enter these contacts once more, as a colleague would: other id, address typed differently."""
        first_row = self._contacts.rows
        copies = hubspot_contacts.second_entries(contacts, rng)
        self._contacts.append(copies)
        return [
            Dirt(
                self._contacts.name,
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

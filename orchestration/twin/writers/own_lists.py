"""What the company keeps in lists of its own, because no tool of it knows: the monthly boxes, and what campaigns cost.

Belongs here: the two files under the names that every company may use. Stays out: who subscribes (subscriptions).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from orchestration.twin.identifiers import subscription_ids
from orchestration.twin.marketing import Campaign
from orchestration.twin.people import NEVER, People
from orchestration.twin.subscriptions import PLANS, Subscriptions
from orchestration.twin.timeline import Timeline
from orchestration.twin.writers.export_file import ExportFile
from orchestration.twin.writers.instants import ISO, in_utc

SUBSCRIPTION_COLUMNS = (
    "source_name", "subscription_id", "email", "full_name", "product_name", "currency", "recurring_amount",
    "billing_period", "started_at", "cancelled_at", "ended_at",
)  # fmt: skip
COST_COLUMNS = ("source_name", "campaign_source", "campaign_id", "spent_date", "currency", "cost_amount")
BOXES, BOOKS = "boxes", "books"
"""What the lists call themselves: who packs the boxes, and who pays the bills."""


class OwnListsWriter:
    """Streams blocks into `subscriptions.csv`; the costs are written once, as they are the same for every block."""

    def __init__(self, landing: Path, campaigns: list[Campaign], timeline: Timeline) -> None:
        self._timeline = timeline
        self._subscriptions = ExportFile(landing, "generic/subscriptions.csv", SUBSCRIPTION_COLUMNS)
        self._costs = ExportFile(landing, "generic/campaign_costs.csv", COST_COLUMNS)
        self._costs.append(_cost_rows([each for each in campaigns if each.day < timeline.as_of_day], timeline))

    def write(self, block: int, subscriptions: Subscriptions, people: People) -> None:
        """The list as it stands before the as-of date: an end to come is known once notice has been given."""
        timeline, as_of = self._timeline, self._timeline.as_of_day
        ids = pl.Series(subscription_ids(block, len(subscriptions.person)), dtype=pl.String)
        known = np.flatnonzero(subscriptions.start_day < as_of)
        person, end = subscriptions.person[known], subscriptions.end_day[known]
        notice = subscriptions.notice_day[known]
        is_known_to_end = (end < as_of) | (notice < as_of)
        plans, prices = zip(*PLANS, strict=True)
        self._subscriptions.append(
            pl.DataFrame(
                {
                    "source_name": pl.Series([BOXES]).new_from_index(0, len(known)),
                    "subscription_id": ids.gather(known),
                    "email": pl.Series(people.email, dtype=pl.String).gather(person),
                    "full_name": [f"{people.first_name[who]} {people.last_name[who]}" for who in person.tolist()],
                    "product_name": pl.Series(plans).gather(subscriptions.plan[known]),
                    "currency": pl.Series(["USD"]).new_from_index(0, len(known)),
                    "recurring_amount": np.array(prices)[subscriptions.plan[known]] / 100,
                    "billing_period": pl.Series(["month"]).new_from_index(0, len(known)),
                    "started_at": in_utc(timeline.epoch(subscriptions.start_day[known]), ISO),
                    "cancelled_at": self._moments(notice, notice < as_of),
                    "ended_at": self._moments(end, is_known_to_end),
                },
                schema_overrides={"full_name": pl.String},
            )
        )

    def _moments(self, day: np.ndarray, is_known: np.ndarray) -> pl.Series:
        return in_utc(self._timeline.epoch(np.where(day < NEVER, day, 0.0)), ISO, ~is_known)

    def close(self) -> dict[str, int]:
        """Close both files; data rows by table."""
        files = {
            "generic.generic_subscriptions": self._subscriptions,
            "generic.generic_campaign_costs": self._costs,
        }
        for file in files.values():
            file.close()
        return {table: file.rows for table, file in files.items()}


def _cost_rows(campaigns: list[Campaign], timeline: Timeline) -> pl.DataFrame:
    """What artwork and sending cost, paid on the day of the mailing."""
    count = len(campaigns)
    return pl.DataFrame(
        {
            "source_name": [BOOKS] * count,
            "campaign_source": ["mailchimp"] * count,
            "campaign_id": [campaign.campaign_id for campaign in campaigns],
            "spent_date": in_utc(timeline.epoch(np.array([campaign.day for campaign in campaigns])), "%Y-%m-%d"),
            "currency": ["USD"] * count,
            "cost_amount": [campaign.cost_cents / 100 for campaign in campaigns],
        },
        schema_overrides={"source_name": pl.String, "campaign_source": pl.String, "currency": pl.String},
    )

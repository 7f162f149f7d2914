"""Mailchimp: the audience (subscribed and unsubscribed members) and the campaigns with what recipients did.

Belongs here: the five files. Stays out: what their cells hold (mailchimp_audience, mailchimp_campaigns).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from orchestration.twin import identifiers
from orchestration.twin.dirt import Dirt, Spoiler
from orchestration.twin.lives import Lives
from orchestration.twin.marketing import Campaign
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import People
from orchestration.twin.timeline import Timeline
from orchestration.twin.writers import mailchimp_audience as audience
from orchestration.twin.writers import mailchimp_campaigns as mailings
from orchestration.twin.writers.export_file import ExportFile

_SPOILED_CELLS = (("timestamp", "impossible_date", "2026-02-31 09:00:00"),)


class MailchimpWriter:
    """Streams blocks into the five files; campaigns are written once, as they are the same for every block."""

    def __init__(self, landing: Path, campaigns: list[Campaign], timeline: Timeline, parameters: Parameters) -> None:
        self._campaigns, self._timeline, self._parameters = campaigns, timeline, parameters
        spoiler = Spoiler(parameters, "member_id", _SPOILED_CELLS, id_prefix="spoiled")

        def opened(name: str, columns: tuple[str, ...], spoiler: Spoiler | None = None) -> ExportFile:
            return ExportFile(landing, f"mailchimp/{name}.csv", columns, spoiler=spoiler)

        self._subscribed = opened("subscribed_members_export", audience.MEMBER_COLUMNS)
        self._unsubscribed = opened("unsubscribed_members_export", audience.UNSUBSCRIBED_COLUMNS)
        self._sent = opened("campaign", mailings.CAMPAIGN_COLUMNS)
        self._recipients = opened("campaign_recipient", mailings.RECIPIENT_COLUMNS)
        self._activity = opened("campaign_recipient_activity", mailings.ACTIVITY_COLUMNS, spoiler)
        past = [campaign for campaign in campaigns if campaign.day < timeline.as_of_day]
        self._sent.append(mailings.campaign_rows(past, timeline))

    def write(self, lives: Lives, people: People, rng: np.random.Generator) -> list[Dirt]:
        """Export members, recipients and activity of one block as known before the as-of date."""
        timeline = self._timeline
        members = audience.member_rows(people, lives, self._campaigns, timeline, self._parameters, rng)
        is_member = people.mailchimp_day < timeline.as_of_day
        has_left = audience.has_unsubscribed(lives, timeline)
        self._subscribed.append(members[np.flatnonzero(is_member & ~has_left)].select(pl.exclude("^UNSUB_.*$")))
        self._unsubscribed.append(members[np.flatnonzero(is_member & has_left)])

        member_id = pl.Series([identifiers.mailchimp_member_id(email) for email in people.email], dtype=pl.String)
        dirt: list[Dirt] = []
        for mailing in lives.mailings:
            if mailing.campaign.day < timeline.as_of_day:
                self._recipients.append(mailings.recipient_rows(mailing, member_id, timeline))
                dirt += self._activity.append(mailings.activity_rows(mailing, member_id, timeline, rng), rng)
        return dirt

    def close(self) -> dict[str, int]:
        """Close all files; data rows by table."""
        files = {
            "mailchimp.subscribed_members": self._subscribed,
            "mailchimp.unsubscribed_members": self._unsubscribed,
            "mailchimp.campaigns": self._sent,
            "mailchimp.campaign_recipients": self._recipients,
            "mailchimp.campaign_activity": self._activity,
        }
        for file in files.values():
            file.close()
        return {table: file.rows for table, file in files.items()}

"""Mailchimp: the audience (subscribed and unsubscribed members) and the campaigns with what recipients did.

Belongs here: the five files, their headers and quirks (system columns in capitals, TAGS as a quoted list in a cell).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from orchestration.twin import identifiers, names
from orchestration.twin.dirt import Dirt, Spoiling, spoil
from orchestration.twin.lives import Lives
from orchestration.twin.marketing import Campaign, Mailing
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import People
from orchestration.twin.timeline import Timeline
from orchestration.twin.writers.export_file import ExportFile
from orchestration.twin.writers.instants import MAILCHIMP, in_utc

MEMBER_COLUMNS = (
    "Email Address", "First Name", "Last Name", "MEMBER_RATING", "OPTIN_TIME", "OPTIN_IP", "CONFIRM_TIME",
    "CONFIRM_IP", "LATITUDE", "LONGITUDE", "GMTOFF", "DSTOFF", "TIMEZONE", "CC", "REGION", "LAST_CHANGED", "LEID",
    "EUID", "NOTES", "TAGS",
)  # fmt: skip
UNSUBSCRIBED_COLUMNS = (
    *MEMBER_COLUMNS,
    "UNSUB_TIME",
    "UNSUB_CAMPAIGN_TITLE",
    "UNSUB_CAMPAIGN_ID",
    "UNSUB_REASON",
    "UNSUB_REASON_OTHER",
)
CAMPAIGN_COLUMNS = (
    "id", "_fivetran_deleted", "_fivetran_synced", "archive_url", "authenticate", "auto_footer", "auto_tweet",
    "clicktale", "content_type", "create_time", "drag_and_drop", "fb_comments", "folder_id", "from_name",
    "google_analytics", "inline_css", "list_id", "long_archive_url", "reply_to", "segment_id", "segment_text",
    "send_time", "status", "subject_line", "template_id", "test_size", "timewarp", "title", "to_name",
    "track_ecomm_360", "track_goals", "track_html_clicks", "track_opens", "track_text_clicks", "type",
    "use_conversation", "wait_time", "winner_criteria", "winning_campaign_id", "winning_combination_id",
)  # fmt: skip
RECIPIENT_COLUMNS = ("campaign_id", "member_id", "_fivetran_synced", "combination_id", "list_id")
ACTIVITY_COLUMNS = (
    "action", "campaign_id", "member_id", "timestamp", "_fivetran_synced", "bounce_type", "combination_id", "ip",
    "list_id", "url",
)  # fmt: skip
LIST_ID = "7c40be1f92"
_SHOP = "https://shop.fernhollow.example"
_REASONS = ("I no longer want to receive these emails", "I never signed up", "The emails are inappropriate", "Other")

_SPOILING = Spoiling(
    id_column="member_id",
    id_prefix="spoiled",
    cells=(("timestamp", "impossible_date", "2026-02-31 09:00:00"),),
)


class MailchimpWriter:
    """Streams blocks into the five files; campaigns are written once, as they are the same for every block."""

    def __init__(self, landing: Path, campaigns: list[Campaign], timeline: Timeline, parameters: Parameters) -> None:
        self._timeline, self._parameters = timeline, parameters
        self._campaigns = campaigns
        self._synced = in_utc(np.array([timeline.as_of_epoch - 1]), MAILCHIMP)[0]
        self._files = {
            table: ExportFile(landing, f"mailchimp/{file}.csv", columns)
            for table, file, columns in (
                ("subscribed_members", "subscribed_members_export", MEMBER_COLUMNS),
                ("unsubscribed_members", "unsubscribed_members_export", UNSUBSCRIBED_COLUMNS),
                ("campaigns", "campaign", CAMPAIGN_COLUMNS),
                ("campaign_recipients", "campaign_recipient", RECIPIENT_COLUMNS),
                ("campaign_activity", "campaign_recipient_activity", ACTIVITY_COLUMNS),
            )
        }
        self._files["campaigns"].append(self._campaign_rows())

    def write(self, block: int, lives: Lives, people: People, rng: np.random.Generator) -> list[Dirt]:
        """Export members, recipients and activity as known before the as-of date."""
        member_id = pl.Series([identifiers.mailchimp_member_id(email) for email in people.email], dtype=pl.String)
        members = self._member_rows(lives, people, rng)
        left = lives.unsubscribed_day < self._timeline.as_of_day
        listed = people.mailchimp_day < self._timeline.as_of_day
        self._files["subscribed_members"].append(members.select(MEMBER_COLUMNS).filter(pl.Series(listed & ~left)))
        self._files["unsubscribed_members"].append(members.filter(pl.Series(listed & left)))
        dirt: list[Dirt] = []
        for mailing in lives.mailings:
            if mailing.campaign.day >= self._timeline.as_of_day:
                continue
            self._files["campaign_recipients"].append(
                pl.DataFrame({"member_id": member_id.gather(mailing.person)}).with_columns(
                    *self._stamps(mailing.campaign)
                )
            )
            activity = self._activity_rows(mailing, member_id, rng)
            spoiled = spoil(activity, _SPOILING, block * 100 + mailing.campaign.number, self._parameters, rng)
            dirt += self._files["campaign_activity"].append(activity, spoiled)
        return dirt

    def close(self) -> dict[str, int]:
        """Close all files; data rows by table."""
        for file in self._files.values():
            file.close()
        return {f"mailchimp.{table}": file.rows for table, file in self._files.items()}

    def _stamps(self, campaign: Campaign) -> list[pl.Expr]:
        return [
            pl.lit(campaign.campaign_id).alias("campaign_id"),
            pl.lit(f"{self._synced}").alias("_fivetran_synced"),
            pl.lit(LIST_ID).alias("list_id"),
        ]

    def _campaign_rows(self) -> pl.DataFrame:
        sent = [campaign for campaign in self._campaigns if campaign.day < self._timeline.as_of_day]
        day = np.array([campaign.day for campaign in sent])
        settings = dict.fromkeys(
            ("auto_tweet", "clicktale", "fb_comments", "inline_css", "timewarp", "track_ecomm_360", "track_goals"),
            "false",
        ) | dict.fromkeys(
            ("authenticate", "auto_footer", "drag_and_drop", "track_html_clicks", "track_opens", "track_text_clicks"),
            "true",
        )
        return pl.DataFrame(
            {
                "id": [campaign.campaign_id for campaign in sent],
                "title": [campaign.title for campaign in sent],
                "subject_line": [campaign.subject for campaign in sent],
                "create_time": in_utc(self._timeline.epoch(day - 1.5), MAILCHIMP),
                "send_time": in_utc(self._timeline.epoch(day), MAILCHIMP),
                "archive_url": [f"https://mail.fernhollow.example/{campaign.campaign_id}" for campaign in sent],
            }
        ).with_columns(
            *(pl.lit(value).alias(name) for name, value in settings.items()),
            *(
                pl.lit(value).alias(name)
                for name, value in {
                    "_fivetran_deleted": "false",
                    "_fivetran_synced": self._synced,
                    "content_type": "template",
                    "from_name": "Fernhollow",
                    "list_id": LIST_ID,
                    "reply_to": "hello@fernhollow.example",
                    "status": "sent",
                    "to_name": "*|FNAME|*",
                    "type": "regular",
                    "use_conversation": "false",
                }.items()
            ),
        )

    def _member_rows(self, lives: Lives, people: People, rng: np.random.Generator) -> pl.DataFrame:
        """One row per person of the block, members or not; columns of the unsubscribed file."""
        size = len(people)
        timeline = self._timeline
        outside = people.mailchimp_day >= timeline.as_of_day
        left = lives.unsubscribed_day < timeline.as_of_day
        opt_in = timeline.epoch(np.where(outside, 0.0, people.mailchimp_day))
        unsubscribed = timeline.epoch(np.where(left, lives.unsubscribed_day, 0.0))
        confirmed = np.minimum(opt_in + rng.integers(20, 90_000, size), timeline.as_of_epoch - 1)
        last_campaign = np.where(left, lives.unsubscribed_campaign, 0)
        typed = rng.random(size) < self._parameters.typed_email_share
        ip = [f"203.0.113.{last}" for last in rng.integers(1, 255, size).tolist()]
        tags = np.where(people.is_company, '"Business"', '"Newsletter"')
        reason = [_REASONS[number] for number in rng.integers(0, len(_REASONS), size).tolist()]
        return (
            pl.DataFrame(
                {
                    "Email Address": [
                        email.capitalize() if odd else email
                        for email, odd in zip(people.email, typed.tolist(), strict=True)
                    ],
                    "First Name": people.first_name,
                    "Last Name": people.last_name,
                    "MEMBER_RATING": rng.integers(2, 6, size),
                    "OPTIN_TIME": in_utc(opt_in, MAILCHIMP),
                    "OPTIN_IP": ip,
                    "CONFIRM_TIME": in_utc(confirmed, MAILCHIMP),
                    "CONFIRM_IP": ip,
                    "GMTOFF": np.full(size, "-5"),
                    "DSTOFF": np.full(size, "-4"),
                    "TIMEZONE": np.full(size, "America/New_York"),
                    "CC": np.array([code for _, code in names.COUNTRIES])[people.country],
                    "LAST_CHANGED": in_utc(np.where(left, unsubscribed, confirmed), MAILCHIMP),
                    "LEID": 410_000_001 + people.number,
                    "EUID": [f"{number * 2_654_435_761 % 2**40:010x}" for number in people.number.tolist()],
                    "TAGS": tags,
                    "UNSUB_TIME": in_utc(unsubscribed, MAILCHIMP),
                    "UNSUB_CAMPAIGN_TITLE": np.array([campaign.title for campaign in self._campaigns])[last_campaign],
                    "UNSUB_CAMPAIGN_ID": np.array([campaign.campaign_id for campaign in self._campaigns])[
                        last_campaign
                    ],
                    "UNSUB_REASON": reason,
                }
            )
            .with_columns(
                *(pl.lit(None, pl.String).alias(name) for name in ("LATITUDE", "LONGITUDE", "REGION", "NOTES")),
                pl.lit(None, pl.String).alias("UNSUB_REASON_OTHER"),
            )
            .select(UNSUBSCRIBED_COLUMNS)
        )

    def _activity_rows(self, mailing: Mailing, member_id: pl.Series, rng: np.random.Generator) -> pl.DataFrame:
        """Opens, clicks and bounces of one mailing before the as-of date, in order of time."""
        bounced_day = np.where(mailing.is_bounced, mailing.campaign.day + 0.003, np.inf)
        parts = []
        for action, day in (("open", mailing.opened_day), ("click", mailing.clicked_day), ("bounce", bounced_day)):
            known = np.flatnonzero(day < self._timeline.as_of_day)
            parts.append(
                pl.DataFrame(
                    {
                        "member_id": member_id.gather(mailing.person[known]),
                        "epoch": self._timeline.epoch(day[known]),
                    }
                ).with_columns(pl.lit(action).alias("action"))
            )
        rows = pl.concat(parts).sort("epoch", "member_id", "action")
        is_click = rows["action"] == "click"
        hosts = rng.integers(1, 255, len(rows))
        return rows.with_columns(
            in_utc(rows["epoch"], MAILCHIMP).alias("timestamp"),
            pl.Series("ip", [f"198.51.100.{host}" for host in hosts.tolist()], dtype=pl.String),
            pl.when(pl.col("action") == "bounce").then(pl.lit("hard")).alias("bounce_type"),
            pl.when(is_click).then(pl.lit(f"{_SHOP}/?mc_cid={mailing.campaign.campaign_id}")).alias("url"),
            pl.lit(None, pl.String).alias("combination_id"),
            *self._stamps(mailing.campaign),
        ).select(ACTIVITY_COLUMNS)

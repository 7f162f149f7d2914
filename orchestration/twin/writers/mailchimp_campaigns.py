"""The cells of Mailchimp's campaign tables, in the shape in which a connector delivers them.

Belongs here: headers and rows of campaigns, recipients and what recipients did. Stays out: files and dirt (mailchimp).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from orchestration.twin.marketing import Campaign, Mailing
from orchestration.twin.timeline import Timeline
from orchestration.twin.writers.instants import MAILCHIMP, in_utc

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
_LIST_ID = "7c40be1f92"
_SETTINGS = {
    "_fivetran_deleted": "false",
    "authenticate": "true",
    "auto_footer": "true",
    "auto_tweet": "false",
    "clicktale": "false",
    "content_type": "template",
    "drag_and_drop": "true",
    "fb_comments": "false",
    "from_name": "Fernhollow",
    "inline_css": "false",
    "reply_to": "hello@fernhollow.example",
    "status": "sent",
    "timewarp": "false",
    "to_name": "*|FNAME|*",
    "track_ecomm_360": "false",
    "track_goals": "false",
    "track_html_clicks": "true",
    "track_opens": "true",
    "track_text_clicks": "true",
    "use_conversation": "false",
}


def campaign_rows(campaigns: list[Campaign], timeline: Timeline) -> pl.DataFrame:
    """One row per campaign."""
    day = np.array([campaign.day for campaign in campaigns])
    return pl.DataFrame(
        {
            "id": [campaign.campaign_id for campaign in campaigns],
            "title": [campaign.title for campaign in campaigns],
            "subject_line": [campaign.subject for campaign in campaigns],
            "create_time": in_utc(timeline.epoch(day - 1.5), MAILCHIMP),
            "send_time": in_utc(timeline.epoch(day), MAILCHIMP),
            "archive_url": [f"https://mail.fernhollow.example/{campaign.campaign_id}" for campaign in campaigns],
        }
    ).with_columns(
        *_sync(timeline),
        *(pl.lit(value).alias(name) for name, value in _SETTINGS.items()),
        pl.Series("type", ["variate" if campaign.second_subject_open > 1 else "regular" for campaign in campaigns]),
    )


def recipient_rows(mailing: Mailing, member_id: pl.Series, timeline: Timeline) -> pl.DataFrame:
    """One row per recipient; `member_id` names the people of the block."""
    campaign_id = pl.lit(mailing.campaign.campaign_id)
    version = pl.when(pl.col("gets_second")).then(pl.lit("B")).otherwise(pl.lit("A"))
    columns = {"member_id": member_id.gather(mailing.person), "gets_second": mailing.gets_second}
    return pl.DataFrame(columns).select(
        campaign_id.alias("campaign_id"),
        "member_id",
        pl.when(mailing.campaign.second_subject_open > 1).then(campaign_id + version).alias("combination_id"),
        *_sync(timeline),
    )


def activity_rows(mailing: Mailing, member_id: pl.Series, timeline: Timeline, rng: np.random.Generator) -> pl.DataFrame:
    """Opens, clicks and bounces of one mailing before the as-of date, in order of time."""
    campaign = mailing.campaign
    bounced_day = np.where(mailing.is_bounced, campaign.day + 0.003, np.inf)
    parts = []
    for action, day in (("open", mailing.opened_day), ("click", mailing.clicked_day), ("bounce", bounced_day)):
        known = np.flatnonzero(day < timeline.as_of_day)
        rows = pl.DataFrame({"member_id": member_id.gather(mailing.person[known]), "epoch": timeline.epoch(day[known])})
        parts.append(rows.with_columns(pl.lit(action).alias("action")))
    rows = pl.concat(parts).sort("epoch", "member_id", "action")
    hosts = rng.integers(1, 255, len(rows)).tolist()
    shop = f"https://shop.fernhollow.example/?mc_cid={campaign.campaign_id}"
    return rows.select(
        "action",
        pl.lit(campaign.campaign_id).alias("campaign_id"),
        "member_id",
        in_utc(rows["epoch"], MAILCHIMP).alias("timestamp"),
        *_sync(timeline),
        pl.when(pl.col("action") == "bounce").then(pl.lit("hard")).alias("bounce_type"),
        pl.Series("ip", [f"198.51.100.{host}" for host in hosts], dtype=pl.String),
        pl.when(pl.col("action") == "click").then(pl.lit(shop)).alias("url"),
    )


def _sync(timeline: Timeline) -> list[pl.Expr]:
    """The audience, and the moment at which the connector last looked: just before the as-of date."""
    synced = in_utc(np.array([timeline.as_of_epoch - 1]), MAILCHIMP)[0]
    return [pl.lit(synced).alias("_fivetran_synced"), pl.lit(_LIST_ID).alias("list_id")]

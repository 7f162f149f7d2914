"""The cells of Mailchimp's audience exports.

Belongs here: headers and rows of the subscribed and unsubscribed files: merge fields first, system columns in
capitals, TAGS as a quoted list inside its cell. Stays out: files (mailchimp).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from orchestration.twin import names
from orchestration.twin.lives import Lives
from orchestration.twin.marketing import Campaign
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import People
from orchestration.twin.timeline import Timeline
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
_REASONS = ("I no longer want to receive these emails", "I never signed up", "The emails are inappropriate", "Other")


def member_rows(
    people: People,
    lives: Lives,
    campaigns: list[Campaign],
    timeline: Timeline,
    parameters: Parameters,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """One row per person of the block, member or not (the caller picks); columns of the unsubscribed file."""
    size = len(people)
    is_member = people.mailchimp_day < timeline.as_of_day
    has_left = has_unsubscribed(lives, timeline)
    opted_in = timeline.epoch(np.where(is_member, people.mailchimp_day, 0.0))
    confirmed = np.minimum(opted_in + rng.integers(20, 90_000, size), timeline.as_of_epoch - 1)
    left = timeline.epoch(np.where(has_left, lives.unsubscribed_day, 0.0))
    last_campaign = np.where(has_left, lives.unsubscribed_campaign, 0)
    is_capitalised = rng.random(size) < parameters.typed_email_share
    addresses = zip(people.email, is_capitalised.tolist(), strict=True)
    ip = [f"203.0.113.{last}" for last in rng.integers(1, 255, size).tolist()]
    return pl.DataFrame(
        {
            "Email Address": [email.capitalize() if odd else email for email, odd in addresses],
            "First Name": people.first_name,
            "Last Name": people.last_name,
            "MEMBER_RATING": rng.integers(2, 6, size),
            "OPTIN_TIME": in_utc(opted_in, MAILCHIMP),
            "OPTIN_IP": ip,
            "CONFIRM_TIME": in_utc(confirmed, MAILCHIMP),
            "CONFIRM_IP": ip,
            "GMTOFF": ["-5"] * size,
            "DSTOFF": ["-4"] * size,
            "TIMEZONE": ["America/New_York"] * size,
            "CC": np.array([code for _, code in names.COUNTRIES])[people.country],
            "LAST_CHANGED": in_utc(np.where(has_left, np.maximum(left, confirmed), confirmed), MAILCHIMP),
            "LEID": 410_000_001 + people.number,
            "EUID": [f"{(number + 1) * 2_654_435_761 % 2**40:010x}" for number in people.number.tolist()],
            "TAGS": np.where(people.is_company, '"Business"', '"Newsletter"'),
            "UNSUB_TIME": in_utc(left, MAILCHIMP),
            "UNSUB_CAMPAIGN_TITLE": np.array([campaign.title for campaign in campaigns])[last_campaign],
            "UNSUB_CAMPAIGN_ID": np.array([campaign.campaign_id for campaign in campaigns])[last_campaign],
            "UNSUB_REASON": np.array(_REASONS)[rng.integers(0, len(_REASONS), size)],
        }
    )


def has_unsubscribed(lives: Lives, timeline: Timeline) -> np.ndarray:
    """Whether each person left the list before the as-of date."""
    return lives.unsubscribed_day < timeline.as_of_day

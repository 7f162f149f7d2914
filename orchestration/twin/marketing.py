"""The campaigns of the generated company: what is planned, who gets it, and what it truly does.

Belongs here: the mailing calendar, sending one mailing (recipients, held-out people, reactions).
Stays out: the weekly course of everybody's life (lives) and the export format (writers.mailchimp).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from orchestration.twin.parameters import Parameters
from orchestration.twin.people import NEVER, People
from orchestration.twin.timeline import WEEK_DAYS, Timeline

EMAIL_TASTE = 0
_HELPING = (
    ("Cellar sale", "Fifteen favourites, gently priced"),
    ("Companion picks", "What goes with your last find"),
    ("House favourites", "Throws, mugs and long evenings"),
    ("Open weekend", "Two days of good offers"),
)
_IDLE = (
    ("Company newsletter", "News from the workshop"),
    ("Meet the makers", "A visit to the pottery"),
    ("Our packaging story", "Less paper, same care"),
    ("Reader recipes", "Three dishes for a cast-iron pan"),
    ("Gallery of homes", "Rooms that our readers sent us"),
)
_ANNOYING = ("Daily deals blast", "LAST CHANCE!!! Final final offer")


@dataclass(frozen=True)
class Campaign:
    """One mailing; `purchase` and `dropout` multiply a recipient's rates for `effect_weeks` from the next week on."""

    number: int
    campaign_id: str
    title: str
    subject: str
    kind: str
    day: float
    purchase: float
    dropout: float
    effect_weeks: int
    unsubscribe_probability: float
    cost_cents: int
    second_subject_open: float = 1.0
    """Above 1 the mailing tests a second subject line, which half of the list gets and so much more of it opens."""

    @property
    def week(self) -> int:
        return int(self.day // WEEK_DAYS)


@dataclass
class Mailing:
    """One campaign in one block: parallel arrays over its recipients; days are NEVER where nothing happened."""

    campaign: Campaign
    person: np.ndarray
    held_out: np.ndarray
    gets_second: np.ndarray
    is_bounced: np.ndarray
    opened_day: np.ndarray
    clicked_day: np.ndarray
    unsubscribed_day: np.ndarray


def plan_campaigns(timeline: Timeline, parameters: Parameters) -> list[Campaign]:
    """The fixed calendar, as-of date and future included: the company goes on mailing, but annoys only once."""
    campaigns = []
    annoying_week = parameters.history_weeks - parameters.annoying_weeks_before_as_of
    weeks = sorted({*range(4, timeline.weeks, parameters.campaign_every_weeks), annoying_week})
    helping = idle = 0
    for number, week in enumerate(weeks):
        purchase, dropout, effect_weeks = 1.0, 1.0, 0
        leave, second_subject = parameters.unsubscribe_probability, 1.0
        if week == annoying_week:
            kind, (title, subject) = "annoys", _ANNOYING
            dropout, effect_weeks = parameters.annoying_dropout, parameters.annoying_weeks
            leave = parameters.annoying_unsubscribe_probability
        elif number % 2:
            kind, (title, subject) = "helps", _HELPING[helping % len(_HELPING)]
            purchase, effect_weeks = parameters.helping_purchase, parameters.helping_weeks
            second_subject = 1.0 if helping % 2 else parameters.second_subject_open
            helping += 1
        else:
            kind, (title, subject) = "nothing", _IDLE[idle % len(_IDLE)]
            idle += 1
        campaigns.append(
            Campaign(
                number=number,
                campaign_id=hashlib.md5(f"campaign {number}".encode(), usedforsecurity=False).hexdigest()[:10],
                title=f"{title} {number + 1}",
                subject=subject,
                kind=kind,
                day=week * WEEK_DAYS + 2.4,
                purchase=purchase,
                dropout=dropout,
                effect_weeks=effect_weeks,
                unsubscribe_probability=leave,
                cost_cents=parameters.campaign_cost_cents + number % 4 * parameters.campaign_extra_cents,
                second_subject_open=second_subject,
            )
        )
    return campaigns


def taste_strength(people: People, person: np.ndarray, parameters: Parameters) -> np.ndarray:
    """How strongly each person feels a mailing: the exponent on the campaign's multipliers."""
    likes_mail = people.taste[person] == EMAIL_TASTE
    return np.where(likes_mail, parameters.email_taste_strength, parameters.other_taste_strength)


def send(
    campaign: Campaign,
    people: People,
    dropped_out_day: np.ndarray,
    unsubscribed_day: np.ndarray,
    parameters: Parameters,
    rng: np.random.Generator,
) -> Mailing:
    """Mail the members of the list on that day, bar a random held-out share, and see who reacts."""
    listed = np.flatnonzero((people.mailchimp_day < campaign.day) & (unsubscribed_day > campaign.day))
    is_held_out = rng.random(len(listed)) < parameters.held_out_share
    person = listed[~is_held_out]
    size = len(person)

    strength = taste_strength(people, person, parameters)
    # People who have left still get mail, and mostly let it lie: a trace that models may find.
    interest = np.where(dropped_out_day[person] <= campaign.day, 0.4, 1.0)
    appeal = 1.2 if campaign.kind == "helps" else 1.0
    gets_second = (campaign.second_subject_open > 1) & (people.number[person] % 2 == 1)
    subject = np.where(gets_second, campaign.second_subject_open, 1.0)
    is_bounced = rng.random(size) < parameters.bounce_probability
    is_opened = ~is_bounced & (rng.random(size) < parameters.open_probability * strength * interest * appeal * subject)
    is_clicked = is_opened & (rng.random(size) < parameters.click_probability * strength)
    leaves = ~is_bounced & (rng.random(size) < campaign.unsubscribe_probability)
    opened = campaign.day + 0.02 + rng.exponential(0.8, size)
    clicked = opened + 0.0005 + rng.exponential(0.01, size)
    left = opened + 0.001 + rng.exponential(0.02, size)
    return Mailing(
        campaign=campaign,
        person=person,
        held_out=listed[is_held_out],
        gets_second=gets_second,
        is_bounced=is_bounced,
        opened_day=np.where(is_opened | leaves, opened, NEVER),
        clicked_day=np.where(is_clicked, clicked, NEVER),
        unsubscribed_day=np.where(leaves, left, NEVER),
    )

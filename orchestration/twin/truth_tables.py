"""The rows of the truth tables of one block: identities, customers and their future orders.

Belongs here: computing what was true. Stays out: files, and what only the whole estate knows (truth).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from orchestration.twin import identifiers
from orchestration.twin.baskets import WALK_IN, Orders
from orchestration.twin.doubles import Doubles
from orchestration.twin.lives import Lives
from orchestration.twin.names import CHANNELS
from orchestration.twin.people import Companies, People
from orchestration.twin.service import TOPICS, Tickets
from orchestration.twin.subscriptions import PLANS, Subscriptions
from orchestration.twin.surveys import Answers
from orchestration.twin.ticket_voice import language_of
from orchestration.twin.timeline import WEEK_DAYS, YEAR_DAYS, Timeline

WINDOWS = (30, 60, 90, 365)
"""Days after the as-of date over which the future is summed up."""


def identities(
    doubles: Doubles,
    tickets: Tickets,
    answers: Answers,
    boxes: Subscriptions,
    second_entries: np.ndarray,
    timeline: Timeline,
) -> pl.DataFrame:
    """Every exported person record (source, record_id) with its person and, for doubles and traps, their kind.

    `second_entries` are positions in the doubles' `everyone`.
    """
    as_of, people = timeline.as_of_day, doubles.everyone
    md5 = pl.Series([identifiers.mailchimp_member_id(email) for email in people.email], dtype=pl.String)
    person = pl.Series(identifiers.person_ids(doubles.person_number), dtype=pl.String)
    kind = pl.Series(doubles.kind, dtype=pl.String)
    asked = np.unique(tickets.person[tickets.day < as_of])
    everyone = np.arange(len(people))
    records = (
        ("hubspot", everyone[people.hubspot_day < as_of], identifiers.hubspot_contact_ids(people.number)),
        ("hubspot", second_entries, identifiers.hubspot_duplicate_ids(people.number)),
        ("zendesk", asked, identifiers.zendesk_user_ids(people.number)),
        ("shopify", everyone[people.is_shopper], identifiers.shopify_customer_ids(people.number)),
        ("mailchimp", everyone[people.mailchimp_day < as_of], md5),
        ("nps_survey", np.unique(answers.person), md5),
        ("boxes", np.unique(boxes.person[boxes.start_day < as_of]), md5),
    )
    return pl.concat(
        pl.DataFrame(
            {
                "person_id": person.gather(who),
                "source": pl.Series([source]).new_from_index(0, len(who)),
                "record_id": pl.Series(record_id).cast(pl.String).gather(who),
                "email_md5": md5.gather(who),
                "kind": kind.gather(who),
            }
        )
        for source, who, record_id in records
    )


def tickets(block: int, opened: Tickets, people: People, timeline: Timeline) -> pl.DataFrame:
    """What every exported ticket was truly about, in which language it came, and whether it left somebody unhappy."""
    seen = opened.before(timeline.as_of_day)
    asking = zip(people.country[seen.person].tolist(), people.number[seen.person].tolist(), strict=True)
    return pl.DataFrame(
        {
            "ticket_id": pl.Series(identifiers.zendesk_ticket_ids(block, len(seen))).cast(pl.String),
            "topic": pl.Series([TOPICS[topic] for topic in seen.topic.tolist()], dtype=pl.String),
            "language": pl.Series([language_of(country, person) for country, person in asking], dtype=pl.String),
            "is_unhappy": seen.is_unhappy,
        }
    )


def future_orders(people: People, orders: Orders, timeline: Timeline) -> pl.DataFrame:
    """Uncancelled orders in [as of, as of + 365 days): person position, day, UTC instant, total less refunds."""
    is_future = (orders.day >= timeline.as_of_day) & (orders.day < timeline.as_of_day + WINDOWS[-1])
    which = np.flatnonzero(is_future & ~orders.is_cancelled & (orders.person != WALK_IN))
    day = orders.day[which]
    return pl.DataFrame(
        {
            "position": orders.person[which],
            "day": day,
            "person_id": pl.Series(identifiers.person_ids(people.number[orders.person[which]]), dtype=pl.String),
            "ordered_at": _moments(day, timeline),
            "spend_amount": (orders.total_cents - orders.refunded_cents)[which] / 100,
        }
    )


def customers(
    people: People, companies: Companies, lives: Lives, orders: Orders, future: pl.DataFrame, timeline: Timeline
) -> pl.DataFrame:
    """One row per person: hidden rates, state at the as-of date, and what truly comes next."""
    as_of, size = timeline.as_of_day, len(people)
    week = int(as_of // WEEK_DAYS)
    is_past = (orders.day < as_of) & (orders.person != WALK_IN)
    firms = [companies.name[firm] if firm >= 0 else None for firm in people.company.tolist()]
    columns = {
        "person_id": pl.Series(identifiers.person_ids(people.number), dtype=pl.String),
        "is_customer": people.is_shopper,
        "company_name": pl.Series(firms, dtype=pl.String),
        "channel_taste": np.array(CHANNELS)[people.taste],
        "acquired_at": _moments(people.acquired_day, timeline),
        "dropped_out_at": _moments(lives.dropped_out_day, timeline),
        "purchase_rate": people.purchase_rate * YEAR_DAYS,
        "dropout_rate": people.dropout_rate * YEAR_DAYS,
        "mean_basket": np.round(timeline.parameters.spend_p / people.spend_rate * people.spend_multiplier, 2),
        "purchase_multiplier": np.exp(lives.log_purchase[:, week]).astype(np.float64),
        "dropout_multiplier": np.exp(lives.log_dropout[:, week]).astype(np.float64),
        "is_alive": people.is_shopper & (lives.dropped_out_day >= as_of),
        "orders_so_far": np.bincount(orders.person[is_past & ~orders.is_cancelled], minlength=size),
    }
    position, day = future["position"].to_numpy(), future["day"].to_numpy()
    spend = future["spend_amount"].to_numpy()
    for window in WINDOWS:
        inside = day < as_of + window
        who = position[inside]
        purchase_days = np.unique(who * 10_000 + np.floor(day[inside]).astype(np.int64)) // 10_000
        columns[f"orders_next_{window}"] = np.bincount(who, minlength=size)
        columns[f"purchase_days_next_{window}"] = np.bincount(purchase_days, minlength=size)
        columns[f"spend_next_{window}"] = np.round(np.bincount(who, spend[inside], minlength=size), 2)
    return pl.DataFrame(columns)


def subscriptions(block: int, boxes: Subscriptions, people: People, timeline: Timeline) -> pl.DataFrame:
    """Every stretch of a box that has begun before the as-of date, with its true end, however far ahead."""
    known = np.flatnonzero(boxes.start_day < timeline.as_of_day)
    ids = pl.Series(identifiers.subscription_ids(block, len(boxes.person)), dtype=pl.String)
    plans, _ = zip(*PLANS, strict=True)
    return pl.DataFrame(
        {
            "subscription_id": ids.gather(known),
            "person_id": pl.Series(identifiers.person_ids(people.number[boxes.person[known]]), dtype=pl.String),
            "plan": pl.Series(plans).gather(boxes.plan[known]),
            "started_at": _moments(boxes.start_day[known], timeline),
            "ended_at": _moments(boxes.end_day[known], timeline),
            "is_cancelled": np.isfinite(boxes.notice_day[known]),
        }
    )


def _moments(day: np.ndarray, timeline: Timeline) -> pl.Series:
    """UTC instants; null where a day never comes."""
    comes = np.isfinite(day)
    seconds = pl.Series(timeline.epoch(np.where(comes, day, 0.0)))
    return pl.from_epoch(seconds, time_unit="s").cast(pl.Datetime("us")).set(pl.Series(~comes), None)

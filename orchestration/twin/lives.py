"""The course of everybody's life in one block, week by week: buying, asking for help, being mailed, leaving.

Belongs here: the order in which causes and effects meet. Effects of a week's events start with the next week, so no
effect precedes its cause. Stays out: how each single step is drawn (purchases, service, marketing).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from orchestration.twin.marketing import Campaign, Mailing, send, taste_strength
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import NEVER, People
from orchestration.twin.purchases import departures, purchases
from orchestration.twin.service import Tickets, effect_start_day, log_dropout_effect, open_tickets
from orchestration.twin.streams import stream
from orchestration.twin.timeline import WEEK_DAYS, YEAR_DAYS, Timeline


@dataclass
class Lives:
    """What happened in a block, future included. `log_purchase` and `log_dropout` are (people x weeks) multipliers."""

    order_person: np.ndarray
    order_day: np.ndarray
    tickets: Tickets
    mailings: list[Mailing]
    dropped_out_day: np.ndarray
    unsubscribed_day: np.ndarray
    unsubscribed_campaign: np.ndarray
    log_purchase: np.ndarray
    log_dropout: np.ndarray
    extra_orders: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    extra_dropouts: dict[int, float] = field(default_factory=lambda: defaultdict(float))


def live(
    people: People, campaigns: list[Campaign], timeline: Timeline, parameters: Parameters, seed: int, block: int
) -> Lives:
    """Run the block through history and future; every topic draws from its own stream."""
    buying, asking, mailing = (stream(seed, block, topic) for topic in ("buying", "asking", "mailing"))
    size, weeks = len(people), timeline.weeks
    lives = Lives(
        order_person=np.empty(0, np.int64),
        order_day=np.empty(0),
        tickets=open_tickets(np.empty(0, np.int64), np.empty(0), np.empty(0, bool), people, parameters, asking),
        mailings=[],
        dropped_out_day=np.full(size, NEVER),
        unsubscribed_day=np.full(size, NEVER),
        unsubscribed_campaign=np.full(size, -1),
        log_purchase=np.zeros((size, weeks), np.float32),
        log_dropout=np.zeros((size, weeks), np.float32),
    )
    due = {campaign.week: campaign for campaign in campaigns}
    orders: list[tuple[np.ndarray, np.ndarray]] = []
    tickets = [lives.tickets]
    for week in range(weeks):
        if week in due:
            _mail(due[week], lives, people, timeline, parameters, mailing)
        person, day = _buy(week, lives, people, timeline, buying)
        orders.append((person, day))
        opened = _ask(week, person, day, lives, people, parameters, asking)
        _remember(opened, lives, parameters)
        tickets.append(opened)
    lives.order_person = np.concatenate([person for person, _ in orders])
    lives.order_day = np.concatenate([day for _, day in orders])
    lives.tickets = Tickets.concatenate(tickets)
    return lives


def _buy(
    week: int, lives: Lives, people: People, timeline: Timeline, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """One week of departures and purchases; a customer's first order is the moment of acquisition."""
    start, end = float(week * WEEK_DAYS), float((week + 1) * WEEK_DAYS)
    active = np.flatnonzero(people.is_shopper & (people.acquired_day < end) & (lives.dropped_out_day > start))
    begin = np.maximum(people.acquired_day[active], start)
    hazard = people.dropout_rate[active] * np.exp(lives.log_dropout[active, week])
    gone = departures(hazard, begin, end, rng)
    lives.dropped_out_day[active] = gone
    rate = people.purchase_rate[active] * timeline.season[week] * np.exp(lives.log_purchase[active, week])
    who, day = purchases(rate, begin, np.minimum(gone, end), rng)
    new = active[people.acquired_day[active] >= start]
    return np.concatenate([new, active[who]]), np.concatenate([people.acquired_day[new], day])


def _ask(
    week: int,
    order_person: np.ndarray,
    order_day: np.ndarray,
    lives: Lives,
    people: People,
    parameters: Parameters,
    rng: np.random.Generator,
) -> Tickets:
    """Tickets about this week's orders (some days later), and others that come without an order."""
    asks = rng.random(len(order_person)) < parameters.tickets_per_order
    delay = rng.exponential(parameters.ticket_delay_days, len(order_person))[asks]
    start, end = float(week * WEEK_DAYS), float((week + 1) * WEEK_DAYS)
    customers = np.flatnonzero(people.is_shopper & (people.acquired_day < start) & (lives.dropped_out_day > end))
    rate = np.full(len(customers), parameters.tickets_per_year / YEAR_DAYS)
    who, day = purchases(rate, np.full(len(customers), start), np.full(len(customers), end), rng)
    person = np.concatenate([order_person[asks], customers[who]])
    is_after_order = np.arange(len(person)) < asks.sum()
    return open_tickets(person, np.concatenate([order_day[asks] + delay, day]), is_after_order, people, parameters, rng)


def _remember(tickets: Tickets, lives: Lives, parameters: Parameters) -> None:
    """Write the effect of tickets on loyalty into the weeks after they are felt, fading."""
    effect = log_dropout_effect(tickets, parameters)
    first_week = (effect_start_day(tickets) // WEEK_DAYS).astype(np.int64) + 1
    for later in range(parameters.grievance_weeks):
        week = first_week + later
        inside = week < lives.log_dropout.shape[1]
        faded = effect[inside] * parameters.grievance_fade**later
        np.add.at(lives.log_dropout, (tickets.person[inside], week[inside]), faded)


def _mail(
    campaign: Campaign,
    lives: Lives,
    people: People,
    timeline: Timeline,
    parameters: Parameters,
    rng: np.random.Generator,
) -> None:
    """Send one mailing and write its true effect into the weeks that follow."""
    sent = send(campaign, people, lives.dropped_out_day, lives.unsubscribed_day, parameters, rng)
    lives.mailings.append(sent)
    left = np.isfinite(sent.unsubscribed_day)
    lives.unsubscribed_day[sent.person[left]] = sent.unsubscribed_day[left]
    lives.unsubscribed_campaign[sent.person[left]] = campaign.number
    if not campaign.effect_weeks:
        return
    reached = sent.person[~sent.is_bounced]
    strength = taste_strength(people, reached, parameters)
    log_purchase, log_dropout = strength * np.log(campaign.purchase), strength * np.log(campaign.dropout)
    is_customer = people.is_shopper[reached] & (lives.dropped_out_day[reached] > campaign.day)
    for week in range(campaign.week + 1, min(campaign.week + 1 + campaign.effect_weeks, timeline.weeks)):
        usual = people.purchase_rate[reached] * np.exp(lives.log_purchase[reached, week]) * timeline.season[week]
        more = usual * np.expm1(log_purchase) * is_customer * WEEK_DAYS
        lives.extra_orders[campaign.number] += float(more.sum())
        hazard = people.dropout_rate[reached] * np.exp(lives.log_dropout[reached, week])
        lives.extra_dropouts[campaign.number] += float((hazard * np.expm1(log_dropout) * is_customer * WEEK_DAYS).sum())
        lives.log_purchase[reached, week] += log_purchase
        lives.log_dropout[reached, week] += log_dropout

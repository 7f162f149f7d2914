"""Service: which tickets people open, how well they go, and what that does to their loyalty.

Belongs here: drawing the outcome of tickets (durations, reopening, rating) and its effect on the dropout rate.
Stays out: the step-by-step history of a ticket (ticket_history) and the export format (writers.zendesk).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from orchestration.twin.parameters import Parameters
from orchestration.twin.people import NEVER, People

TOPICS = ("delivery", "billing", "product_defect", "account", "returns")
_TOPIC_SHARES_AFTER_ORDER = (0.42, 0.12, 0.22, 0.02, 0.22)
_TOPIC_SHARES_OTHERWISE = (0.05, 0.30, 0.15, 0.45, 0.05)
PRIORITIES = ("low", "normal", "high", "urgent")
_PRIORITY_SHARES = (0.15, 0.60, 0.20, 0.05)
_FIRST_REPLY_HOURS = np.array([5.0, 0.05, 0.03, 8.0])  # median by channel: email, phone, chat, web
_SOLVE_HOURS = np.array([26.0, 5.0, 3.0, 34.0])
_TOPIC_EFFORT = np.array([1.0, 0.7, 1.8, 0.5, 1.3])
UNRATED, GOOD, BAD = 0, 1, 2


@dataclass
class Tickets:
    """Parallel arrays over tickets; hours count from creation (reopening: from the solution); NEVER = not at all."""

    person: np.ndarray
    day: np.ndarray
    topic: np.ndarray
    channel: np.ndarray
    is_matched: np.ndarray
    priority: np.ndarray
    first_reply_hours: np.ndarray
    solve_hours: np.ndarray
    reopen_hours: np.ndarray
    second_solve_hours: np.ndarray
    is_unhappy: np.ndarray
    rating: np.ndarray
    rating_delay_hours: np.ndarray

    def __len__(self) -> int:
        return len(self.person)

    def take(self, positions: np.ndarray) -> Tickets:
        return Tickets(**{field.name: getattr(self, field.name)[positions] for field in fields(self)})

    def before(self, day: float) -> Tickets:
        """Those opened before a day, in order of time."""
        by_time = np.argsort(self.day, kind="stable")
        return self.take(by_time[self.day[by_time] < day])

    @staticmethod
    def concatenate(parts: list[Tickets]) -> Tickets:
        return Tickets(
            **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Tickets)}
        )


def open_tickets(
    person: np.ndarray,
    day: np.ndarray,
    is_after_order: np.ndarray,
    people: People,
    parameters: Parameters,
    rng: np.random.Generator,
) -> Tickets:
    """Draw everything that will ever be true of these tickets."""
    size = len(person)
    topic = np.where(
        is_after_order,
        rng.choice(len(TOPICS), size, p=_TOPIC_SHARES_AFTER_ORDER),
        rng.choice(len(TOPICS), size, p=_TOPIC_SHARES_OTHERWISE),
    )
    taste = people.taste[person]
    is_matched = rng.random(size) < parameters.taste_kept_share
    channel = np.where(is_matched, taste, (taste + rng.integers(1, 4, size)) % 4)
    priority = rng.choice(len(PRIORITIES), size, p=_PRIORITY_SHARES)
    effort = _TOPIC_EFFORT[topic] * np.array([1.3, 1.0, 0.7, 0.4])[priority]

    first_reply = _FIRST_REPLY_HOURS[channel] * rng.lognormal(0.0, 0.9, size)
    solve = first_reply + _SOLVE_HOURS[channel] * effort * rng.lognormal(0.0, 1.1, size)
    is_neglected = rng.random(size) < parameters.neglected_share
    is_ignored = is_neglected & (rng.random(size) < 0.3)  # not even a reply
    is_reopened = ~is_neglected & (rng.random(size) < parameters.reopen_share)

    weariness = (
        -1.9
        + 1.3 * (solve > parameters.slow_hours)
        + 1.6 * is_reopened
        + 2.5 * is_neglected
        + 0.5 * ~is_matched
        + 0.4 * (topic == TOPICS.index("product_defect"))
    )
    is_unhappy = rng.random(size) < 1.0 / (1.0 + np.exp(-weariness))
    answers = ~is_neglected & (rng.random(size) < parameters.rating_share)
    says_so = rng.random(size) < 0.9  # a few polite unhappy and a few grumpy happy people
    rating = np.where(is_unhappy == says_so, BAD, GOOD)
    return Tickets(
        person=person,
        day=day,
        topic=topic,
        channel=channel,
        is_matched=is_matched,
        priority=priority,
        first_reply_hours=np.where(is_ignored, NEVER, first_reply),
        solve_hours=np.where(is_neglected, NEVER, solve),
        reopen_hours=np.where(is_reopened, 4.0 + 60.0 * rng.random(size), NEVER),
        second_solve_hours=1.0 + 30.0 * effort * rng.lognormal(0.0, 0.7, size),
        is_unhappy=is_unhappy,
        rating=np.where(answers, rating, UNRATED),
        rating_delay_hours=1.0 + rng.exponential(10.0, size),
    )


def log_dropout_effect(tickets: Tickets, parameters: Parameters) -> np.ndarray:
    """The log multiplier on the dropout rate that each ticket leaves behind, before it fades."""
    is_neglected = np.isinf(tickets.solve_hours)
    is_slow = ~is_neglected & (tickets.solve_hours > parameters.slow_hours)
    return (
        np.log(parameters.neglected_ticket_dropout) * is_neglected
        + np.log(parameters.slow_ticket_dropout) * is_slow
        + np.log(parameters.unhappy_dropout) * tickets.is_unhappy
        + np.where(
            tickets.is_matched,
            np.log(parameters.matched_channel_dropout),
            np.log(parameters.missed_channel_dropout),
        )
    )


def effect_start_day(tickets: Tickets) -> np.ndarray:
    """A ticket is felt when it is solved, or after a week of waiting."""
    return tickets.day + np.minimum(tickets.solve_hours / 24.0, 7.0)

"""The monthly box of the generated company: who takes one, changes its size, gives notice and comes back.

Belongs here: drawing subscriptions month by month, future included, from each person's loyalty at that moment.
Stays out: the export format (writers.own_lists).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.twin.lives import Lives
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import NEVER, People
from orchestration.twin.timeline import WEEK_DAYS, YEAR_DAYS, Timeline

MONTH_DAYS = YEAR_DAYS / 12
PLANS = (("Season box small", 1_900), ("Season box medium", 2_900), ("Season box large", 4_500))
"""What a box is called, and cents a month."""


@dataclass(frozen=True)
class Subscriptions:
    """Parallel arrays over stretches at one price, in order of their start; days are NEVER where it has not happened.

    `plan` is a position in PLANS. `notice_day` is set where the customer left, not where the size changed.
    """

    person: np.ndarray
    plan: np.ndarray
    start_day: np.ndarray
    end_day: np.ndarray
    notice_day: np.ndarray


def draw_subscriptions(
    lives: Lives, people: People, timeline: Timeline, parameters: Parameters, rng: np.random.Generator
) -> Subscriptions:
    """Whoever takes the box decides once a month; what makes people leave the shop makes them give notice too."""
    last_day = float(timeline.weeks * WEEK_DAYS)
    takes = people.is_shopper & (rng.random(len(people)) < parameters.subscriber_share)
    person = np.flatnonzero(takes)
    since = people.acquired_day[person] + rng.exponential(parameters.subscription_delay_days, len(person))
    plan = rng.choice(len(PLANS), len(person), p=parameters.plan_shares)
    faithfulness = rng.gamma(parameters.cancel_shape, 1 / parameters.cancel_shape, len(person))
    due = since + MONTH_DAYS
    parts = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0))]
    # Whoever will not have begun by the end of the world is not in it.
    running = np.flatnonzero(since < np.minimum(lives.dropped_out_day[person], last_day))
    while len(running):
        over = due[running] >= last_day
        parts.append((running[over], plan[running[over]], since[running[over]], *np.full((2, over.sum()), NEVER)))
        running = running[~over]
        week = (due[running] // WEEK_DAYS).astype(np.int64)
        hazard = parameters.cancel_rate / 12 * faithfulness[running]
        hazard = hazard * np.exp(lives.log_dropout[person[running], week])
        # Who no longer buys anything else does not keep the box for long.
        hazard = np.where(lives.dropped_out_day[person[running]] < due[running], 4 * hazard, hazard)
        leaves = rng.random(len(running)) < -np.expm1(-hazard)
        changes = ~leaves & (rng.random(len(running)) < parameters.plan_change_share)
        for ends, notice in ((leaves, due - rng.uniform(1, 25, len(due))), (changes, np.full(len(due), NEVER))):
            who = running[ends]
            parts.append((who, plan[who], since[who], due[who], notice[who]))
        left, changed = running[leaves], running[changes]
        since[left] = due[left] + rng.exponential(parameters.return_delay_days, len(left))
        back = (rng.random(len(left)) < parameters.return_share) & (since[left] < last_day)
        since[changed] = due[changed]
        plan[changed] = (plan[changed] + rng.integers(1, len(PLANS), len(changed))) % len(PLANS)
        due[running] += MONTH_DAYS
        due[left] = since[left] + MONTH_DAYS
        running = np.sort(np.concatenate([running[~leaves], left[back]]))
    return _in_order(parts, person)


def _in_order(parts: list[tuple], person: np.ndarray) -> Subscriptions:
    who, plan, start, end, notice = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((who, start))
    return Subscriptions(person[who[order]], plan[order], start[order], end[order], notice[order])

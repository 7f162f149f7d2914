"""The sales desk: deals with companies and the calls, meetings, e-mails, notes and tasks around them.

Belongs here: drawing deals with their way through the stages, and activities.
Stays out: the export format (writers.hubspot).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.twin.parameters import Parameters
from orchestration.twin.people import Companies, People
from orchestration.twin.timeline import Timeline

STAGES = (
    ("Appointment scheduled", 0.20),
    ("Qualified to buy", 0.40),
    ("Presentation scheduled", 0.60),
    ("Decision maker bought-in", 0.80),
    ("Contract sent", 0.90),
    ("Closed won", 1.00),
    ("Closed lost", 0.00),
)
"""Stage names with the probability that HubSpot's default pipeline gives them."""
WON, LOST = 5, 6
ACTIVITY_TYPES = ("CALL", "MEETING", "EMAIL", "NOTE", "TASK")
_TYPE_SHARES = (0.28, 0.14, 0.34, 0.12, 0.12)


@dataclass(frozen=True)
class Deals:
    """Parallel arrays over deals created before the as-of date; `stage` is the stage then.

    `entered_day` has one column per step of the way, the creation first and infinite once the way ends.
    """

    company: np.ndarray
    contact: np.ndarray
    owner: np.ndarray
    created_day: np.ndarray
    stage: np.ndarray
    stage_day: np.ndarray
    entered_day: np.ndarray
    close_day: np.ndarray
    amount: np.ndarray

    def __len__(self) -> int:
        return len(self.company)


@dataclass(frozen=True)
class Activities:
    """Parallel arrays over activities before the as-of date, in order of time; `company` and `deal` are -1 if none."""

    contact: np.ndarray
    company: np.ndarray
    deal: np.ndarray
    owner: np.ndarray
    day: np.ndarray
    type: np.ndarray
    draw: np.ndarray

    def __len__(self) -> int:
        return len(self.contact)


def draw_deals(
    people: People, companies: Companies, timeline: Timeline, parameters: Parameters, rng: np.random.Generator
) -> Deals:
    """Deals of companies that somebody works for; each is won, lost at some stage, or still under way."""
    contacts = [np.empty(0, np.int64)] * len(companies)
    members = np.flatnonzero(people.is_company & (people.hubspot_day < timeline.as_of_day))
    for person in members.tolist():
        contacts[people.company[person]] = np.append(contacts[people.company[person]], person)
    staffed = np.array([len(persons) > 0 for persons in contacts])
    company = np.repeat(np.arange(len(companies)), rng.poisson(parameters.deals_per_company, len(companies)) * staffed)
    size = len(company)
    draw = rng.random(size)
    contact = np.array(
        [contacts[firm][int(u * len(contacts[firm]))] for firm, u in zip(company.tolist(), draw.tolist(), strict=True)],
        dtype=np.int64,
    )
    first = np.maximum(companies.created_day[company], people.hubspot_day[contact])
    created = first + rng.random(size) * (timeline.as_of_day - first)

    # Lost deals leave after the stage in which they fail; every stage passed takes its time.
    is_won = rng.random(size) < parameters.win_probability
    passed = np.where(is_won, WON, rng.integers(1, WON + 1, size))
    enters = created[:, None] + np.cumsum(rng.exponential(parameters.stage_days, (size, WON)), axis=1)
    reached = np.minimum((enters < timeline.as_of_day).sum(axis=1), passed)
    is_over = reached == passed
    stage = np.where(is_over, np.where(is_won, WON, LOST), reached)
    rows = np.arange(size)
    stage_day = np.where(reached > 0, enters[rows, np.maximum(reached, 1) - 1], created)
    expected = timeline.as_of_day + rng.integers(5, 75, size) + 0.5
    return Deals(
        company=company,
        contact=contact,
        owner=companies.owner[company],
        created_day=created,
        stage=stage,
        stage_day=stage_day,
        entered_day=np.column_stack([created, np.where(np.arange(1, WON + 1) <= reached[:, None], enters, np.inf)]),
        close_day=np.where(is_over, stage_day, expected),
        amount=np.rint(rng.lognormal(8.3, 0.9, size) / 50) * 50,
    )


def draw_activities(
    people: People, companies: Companies, deals: Deals, timeline: Timeline, parameters: Parameters,
    rng: np.random.Generator,
) -> Activities:  # fmt: skip
    """Activities around deals (until they close) and with single contacts."""
    known = np.flatnonzero(people.hubspot_day < timeline.as_of_day)
    mean = np.where(
        people.is_company[known], parameters.activities_per_company_contact, parameters.activities_per_consumer
    )
    alone = np.repeat(known, rng.poisson(mean))
    about = np.repeat(np.arange(len(deals)), 1 + rng.poisson(3.0, len(deals)))
    contact = np.concatenate([alone, deals.contact[about]])
    deal = np.concatenate([np.full(len(alone), -1), about])
    start = np.concatenate([people.hubspot_day[alone], deals.created_day[about]])
    stop = np.concatenate(
        [np.full(len(alone), timeline.as_of_day), np.minimum(deals.close_day[about], timeline.as_of_day)]
    )
    day = start + (stop - start) * rng.random(len(contact))
    company = people.company[contact]
    owner = np.where(company >= 0, companies.owner[company], people.owner[contact])
    kind = rng.choice(len(ACTIVITY_TYPES), len(contact), p=_TYPE_SHARES)
    draw = rng.random(len(contact))
    by_time = np.argsort(day, kind="stable")
    return Activities(*(values[by_time] for values in (contact, company, deal, owner, day, kind, draw)))

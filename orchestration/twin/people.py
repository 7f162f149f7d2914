"""The people of one block: who they are, how they buy, and which systems know them.

Belongs here: names, addresses, hidden rates and tastes, the company someone works for, the day they appear.
Stays out: what they do over time (lives), and how a system writes them down (writers).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from orchestration.twin import names
from orchestration.twin.catalogue import CATEGORIES
from orchestration.twin.parameters import Parameters
from orchestration.twin.timeline import WEEK_DAYS, YEAR_DAYS, Timeline

COMPANY_STRIDE = 1_000
"""Company numbers reserved per block; a block of 20,000 people has 800."""
NEVER = np.inf


@dataclass
class People:
    """Parallel arrays over the people of a block; days count from the timeline's start, rates are per day.

    `company` is the block's company position or -1. `hubspot_day` and `mailchimp_day` are NEVER outside that system.
    """

    number: np.ndarray
    first_name: list[str]
    last_name: list[str]
    email: list[str]
    phone: list[str]
    address: list[str]
    city: np.ndarray
    zip_code: list[str]
    country: np.ndarray
    company: np.ndarray
    owner: np.ndarray
    is_shopper: np.ndarray
    acquired_day: np.ndarray
    hubspot_day: np.ndarray
    mailchimp_day: np.ndarray
    taste: np.ndarray
    purchase_rate: np.ndarray
    dropout_rate: np.ndarray
    spend_rate: np.ndarray
    spend_multiplier: np.ndarray
    favourites: np.ndarray

    def __len__(self) -> int:
        return len(self.number)

    @property
    def is_company(self) -> np.ndarray:
        return self.company >= 0


@dataclass(frozen=True)
class Companies:
    """The companies of a block, in order of their position."""

    number: np.ndarray
    name: list[str]
    industry: list[str]
    owner: np.ndarray
    city: np.ndarray
    created_day: np.ndarray

    def __len__(self) -> int:
        return len(self.number)


def draw_people(
    block: int, first: int, size: int, timeline: Timeline, parameters: Parameters, rng: np.random.Generator
) -> tuple[People, Companies]:
    """`size` people numbered from `first`, and the companies that some of them work for."""
    company_count = max(1, round(size * parameters.company_share / parameters.people_per_company))
    company_number = block * COMPANY_STRIDE + np.arange(company_count)
    company_names, industries = zip(*map(name_company, company_number.tolist()), strict=True)

    is_company = rng.random(size) < parameters.company_share
    # Uniforms to a power: a few large customers and many with one or two people.
    company = np.where(is_company, (company_count * rng.random(size) ** 1.6).astype(np.int64), -1)
    is_shopper = rng.random(size) < parameters.shopper_share
    acquired = _acquisition_days(size, timeline, parameters, rng)

    in_hubspot = is_company | (rng.random(size) < parameters.hubspot_share)
    in_mailchimp = rng.random(size) < parameters.mailchimp_share
    in_hubspot |= ~is_shopper & ~in_mailchimp  # a prospect that no system knows would not be a prospect
    opt_in_lag = rng.exponential(12.0, size)

    first_names = _pick(names.FIRST_NAMES, size, rng)
    last_names = _pick(names.SURNAMES, size, rng)
    domain = _pick(names.MAIL_DOMAINS, size, rng)
    number = first + np.arange(size)
    emails = [
        f"{given}.{family}{who + 1}@{_slug(company_names[firm]) + '.example' if firm >= 0 else home}".lower()
        for given, family, who, firm, home in zip(
            first_names, last_names, number.tolist(), company.tolist(), domain, strict=True
        )
    ]
    purchase_mean = parameters.purchase_rate / YEAR_DAYS
    dropout_mean = parameters.dropout_rate / YEAR_DAYS
    people = People(
        number=number,
        first_name=first_names,
        last_name=last_names,
        email=emails,
        phone=_phones(size, rng),
        address=[
            f"{house} {street}"
            for house, street in zip(rng.integers(1, 400, size).tolist(), _pick(names.STREETS, size, rng), strict=True)
        ],
        city=rng.integers(0, len(names.CITIES), size),
        zip_code=[f"{code:05d}" for code in rng.integers(501, 99_950, size).tolist()],
        country=rng.choice(len(names.COUNTRIES), size, p=names.COUNTRY_SHARES),
        company=company,
        owner=rng.integers(0, len(names.OWNERS), size),
        is_shopper=is_shopper,
        acquired_day=acquired,
        hubspot_day=np.where(in_hubspot, acquired, NEVER),
        mailchimp_day=np.where(in_mailchimp, acquired + np.where(is_shopper, opt_in_lag, 0.0), NEVER),
        taste=rng.choice(len(names.CHANNELS), size, p=parameters.taste_shares),
        purchase_rate=_gamma(parameters.purchase_shape, purchase_mean, size, rng) * is_shopper,
        dropout_rate=_gamma(parameters.dropout_shape, dropout_mean, size, rng) * is_shopper,
        spend_rate=rng.gamma(parameters.spend_q, 1.0 / parameters.spend_gamma, size),
        spend_multiplier=np.where(is_company, parameters.company_spend_multiplier, 1.0),
        favourites=rng.integers(0, len(CATEGORIES), (size, 2)),
    )
    return people, _companies(company_number, company_names, industries, people, timeline, rng)


def name_company(number: int) -> tuple[str, str]:
    """(name, industry) of a company; the number, scattered by a prime, is spelled in syllables, so no name repeats."""
    starts, middles, ends = names.COMPANY_STARTS, names.COMPANY_MIDDLES, names.COMPANY_ENDS
    trades, forms = names.COMPANY_TRADES, names.COMPANY_FORMS
    rest = number * 48_611 % (len(starts) * len(middles) * len(ends) * len(trades) * len(forms))
    rest, form = divmod(rest, len(forms))
    rest, trade = divmod(rest, len(trades))
    rest, end = divmod(rest, len(ends))
    start, middle = divmod(rest, len(middles))
    title, industry = trades[trade]
    return f"{starts[start]}{middles[middle]}{ends[end]} {title}{forms[form]}", industry


def _slug(name: str) -> str:
    return name.replace(" ", "-").lower()


def _companies(
    number: np.ndarray,
    company_names: Sequence[str],
    industries: Sequence[str],
    people: People,
    timeline: Timeline,
    rng: np.random.Generator,
) -> Companies:
    first_seen = np.full(len(number), timeline.as_of_day - 1.0)
    members = people.is_company
    np.minimum.at(first_seen, people.company[members], people.acquired_day[members])
    return Companies(
        number=number,
        name=list(company_names),
        industry=list(industries),
        owner=rng.integers(0, len(names.OWNERS), len(number)),
        city=rng.integers(0, len(names.CITIES), len(number)),
        created_day=np.maximum(0.0, first_seen - rng.exponential(20.0, len(number))),
    )


def _acquisition_days(size: int, timeline: Timeline, parameters: Parameters, rng: np.random.Generator) -> np.ndarray:
    """Newcomers grow in number over the years and lean towards the busy season; all arrive before the as-of date."""
    weeks = parameters.history_weeks
    weights = (1.0 + parameters.acquisition_growth * np.arange(weeks) / weeks) * np.sqrt(timeline.season[:weeks])
    week = rng.choice(weeks, size, p=weights / weights.sum())
    return (week + rng.random(size)) * WEEK_DAYS


def _gamma(shape: float, mean: float, size: int, rng: np.random.Generator) -> np.ndarray:
    return rng.gamma(shape, mean / shape, size)


def _pick(words: tuple[str, ...], size: int, rng: np.random.Generator) -> list[str]:
    return [words[position] for position in rng.integers(0, len(words), size).tolist()]


def _phones(size: int, rng: np.random.Generator) -> list[str]:
    """Numbers in the 555-01xx range kept free for fiction: several people share one, so phones identify nobody."""
    areas = _pick(tuple(str(area) for area in names.AREA_CODES), size, rng)
    return [
        f"+1 {area} 555 01{last:02d}" for area, last in zip(areas, rng.integers(0, 100, size).tolist(), strict=True)
    ]

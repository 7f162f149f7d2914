"""The cells of HubSpot's contact and company exports.

Belongs here: headers and rows of the two files; times in the account's zone to the minute, owners as names, the
company of a contact by name. Stays out: files and dirt (hubspot).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from orchestration.twin import identifiers, names
from orchestration.twin.people import Companies, People
from orchestration.twin.sales import ACTIVITY_TYPES, LOST, WON, Activities, Deals
from orchestration.twin.timeline import Timeline
from orchestration.twin.writers.instants import HUBSPOT, in_account_zone
from orchestration.twin.writers.typing_habits import mistyped

CONTACT_COLUMNS = (
    "Record ID", "First Name", "Last Name", "Email", "Phone Number", "Contact owner", "Associated Company",
    "Last Activity Date", "Lead Status", "Lifecycle Stage", "Create Date", "Country/Region", "Message",
    "Recent Conversion", "Recent Conversion Date", "First Conversion", "Number of Form Submissions",
    "Original Traffic Source", "Original Traffic Source Drill-Down 1", "Last Contacted", "Number of times contacted",
    "Number of Associated Deals", "Associated Deal", "Associated Deal IDs",
)  # fmt: skip
COMPANY_COLUMNS = (
    "Record ID", "Company name", "Company owner", "Create Date", "Phone Number", "Last Activity Date", "City",
    "Country/Region", "Industry",
)  # fmt: skip
TRAFFIC_SOURCES = (
    ("Organic Search", "Unknown keywords (SSL)"),
    ("Paid Search", "home goods"),
    ("Email Marketing", "newsletter"),
    ("Social Media", "Pictures"),
    ("Direct Traffic", "shop.fernhollow.example"),
    ("Referrals", "homeblog.example"),
    ("Offline Sources", "CRM_UI"),
)
_MESSAGES = (
    *[""] * 12,
    "Please call me in the morning.",
    'Do you ship the "Raised bed kit" to Canada?',
    "We would like a quote, for 40 mugs.\nThanks in advance!",
)
_FORMS = ("Newsletter sign-up", "Contact us", "Trade account request")


def contact_rows(
    people: People,
    companies: Companies,
    deals: Deals,
    activities: Activities,
    deal_ids: np.ndarray,
    timeline: Timeline,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """One row per person in HubSpot before the as-of date, in order of record id."""
    known = np.flatnonzero(people.hubspot_day < timeline.as_of_day)
    size = len(people)
    last_activity = last_day(activities.contact, activities.day, size)
    reaches_out = np.isin(activities.type, [ACTIVITY_TYPES.index(kind) for kind in ("CALL", "MEETING", "EMAIL")])
    last_contacted = last_day(activities.contact[reaches_out], activities.day[reaches_out], size)
    times_contacted = np.bincount(activities.contact[reaches_out], minlength=size)
    deal_count = np.bincount(deals.contact, minlength=size)
    deal_lists: dict[int, list[int]] = {}
    for position, person in enumerate(deals.contact.tolist()):
        deal_lists.setdefault(person, []).append(position)

    source = rng.integers(0, len(TRAFFIC_SOURCES), size)
    forms = rng.integers(0, 3, size)
    form = np.array(_FORMS)[rng.integers(0, len(_FORMS), size)]
    message = np.array(_MESSAGES)[rng.integers(0, len(_MESSAGES), size)]
    created = local_text(people.hubspot_day, timeline)
    owner = np.where(people.is_company, companies.owner[np.maximum(people.company, 0)], people.owner)
    rows = pl.DataFrame(
        {
            "Record ID": identifiers.hubspot_contact_ids(people.number),
            "First Name": people.first_name,
            "Last Name": people.last_name,
            "Email": people.email,
            "Phone Number": people.phone,
            "Contact owner": np.array(names.OWNERS)[owner],
            "Associated Company": [companies.name[firm] if firm >= 0 else "" for firm in people.company.tolist()],
            "Last Activity Date": local_text(last_activity, timeline),
            "Lead Status": np.select([people.is_shopper, deal_count > 0], ["Connected", "Open deal"], "New"),
            "Lifecycle Stage": _lifecycle(people, deals),
            "Create Date": created,
            "Country/Region": np.array([country for country, _ in names.COUNTRIES])[people.country],
            "Message": np.where(forms > 0, message, ""),
            "Recent Conversion": np.where(forms > 0, form, ""),
            "Recent Conversion Date": pl.Series(created).set(pl.Series(forms == 0), None),
            "First Conversion": np.where(forms > 0, form, ""),
            "Number of Form Submissions": forms,
            "Original Traffic Source": np.array([name for name, _ in TRAFFIC_SOURCES])[source],
            "Original Traffic Source Drill-Down 1": np.array([detail for _, detail in TRAFFIC_SOURCES])[source],
            "Last Contacted": local_text(last_contacted, timeline),
            "Number of times contacted": times_contacted,
            "Number of Associated Deals": deal_count,
            "Associated Deal": [
                ";".join(deal_name(companies, deals, deal) for deal in deal_lists.get(person, ()))
                for person in range(size)
            ],
            "Associated Deal IDs": [
                ";".join(str(deal_ids[deal]) for deal in deal_lists.get(person, ())) for person in range(size)
            ],
        }
    )
    return rows[known]


def second_entries(contacts: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The same people typed in once more: next record id, capitals or blanks in the address, no phone, no deals."""
    draws = rng.random(len(contacts)).tolist()
    emails = [mistyped(email, draw) for email, draw in zip(contacts["Email"].to_list(), draws, strict=True)]
    blanks = ("Phone Number", "Message", "Last Activity Date", "Last Contacted", "Associated Deal",
              "Associated Deal IDs", "Recent Conversion", "Recent Conversion Date", "First Conversion")  # fmt: skip
    return contacts.with_columns(
        pl.col("Record ID") + 1,
        pl.Series("Email", emails, dtype=pl.String),
        *(pl.lit("").alias(name) for name in blanks),
        *(pl.lit(0).alias(name) for name in ("Number of times contacted", "Number of Associated Deals",
                                             "Number of Form Submissions")),
        pl.lit("New").alias("Lead Status"),
        pl.lit("Lead").alias("Lifecycle Stage"),
        pl.lit("Offline Sources").alias("Original Traffic Source"),
        pl.lit("CRM_UI").alias("Original Traffic Source Drill-Down 1"),
    )  # fmt: skip


def company_rows(companies: Companies, activities: Activities, timeline: Timeline) -> pl.DataFrame:
    """One row per company of the block."""
    is_with_company = activities.company >= 0
    last = last_day(activities.company[is_with_company], activities.day[is_with_company], len(companies))
    areas = np.array([str(area) for area in names.AREA_CODES])[companies.number % len(names.AREA_CODES)]
    return pl.DataFrame(
        {
            "Record ID": identifiers.hubspot_company_ids(companies.number),
            "Company name": companies.name,
            "Company owner": np.array(names.OWNERS)[companies.owner],
            "Create Date": local_text(companies.created_day, timeline),
            "Phone Number": [
                f"+1 {area} 555 01{number % 100:02d}"
                for area, number in zip(areas, companies.number.tolist(), strict=True)
            ],
            "Last Activity Date": local_text(last, timeline),
            "City": [names.CITIES[place][0] for place in companies.city.tolist()],
            "Country/Region": ["United States"] * len(companies),
            "Industry": companies.industry,
        }
    )


def deal_name(companies: Companies, deals: Deals, deal: int) -> str:
    """HubSpot's default pattern, numbered by size so that two deals of a company differ."""
    return f"{companies.name[deals.company[deal]]} - {int(deals.amount[deal])}"


def local_text(day: np.ndarray, timeline: Timeline) -> pl.Series:
    """Days as local text to the minute; null where the day is not finite."""
    missing = ~np.isfinite(day)
    return in_account_zone(timeline.epoch(np.where(missing, 0.0, day)), HUBSPOT, missing)


def last_day(who: np.ndarray, day: np.ndarray, size: int) -> np.ndarray:
    """Latest day per position, minus infinity where there is none."""
    last = np.full(size, -np.inf)
    np.maximum.at(last, who, day)
    return last


def _lifecycle(people: People, deals: Deals) -> np.ndarray:
    has_open, has_won = np.zeros(len(people), bool), np.zeros(len(people), bool)
    has_open[deals.contact[(deals.stage != WON) & (deals.stage != LOST)]] = True
    has_won[deals.contact[deals.stage == WON]] = True
    in_mailing = np.isfinite(people.mailchimp_day)
    return np.select(
        [people.is_shopper | has_won, has_open, people.is_company, in_mailing],
        ["Customer", "Opportunity", "Sales Qualified Lead", "Subscriber"],
        "Lead",
    )

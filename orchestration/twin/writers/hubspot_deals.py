"""The cells of HubSpot's deal and engagement exports.

Belongs here: headers and rows of the two files. The close date of an open deal and the next activity are plans and may
lie after the as-of date; nothing else may. Stays out: files and dirt (hubspot).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from orchestration.twin import identifiers, names
from orchestration.twin.people import Companies, People
from orchestration.twin.sales import ACTIVITY_TYPES, LOST, STAGES, WON, Activities, Deals
from orchestration.twin.timeline import Timeline
from orchestration.twin.writers.hubspot_contacts import TRAFFIC_SOURCES, deal_name, last_day, local_text

DEAL_COLUMNS = (
    "Record ID", "Deal Name", "Pipeline", "Deal Stage", "Amount", "Currency", "Amount in company currency",
    "Close Date", "Create Date", "Deal owner", "Deal Type", "Deal Description", "Closed Lost Reason",
    "Closed Won Reason", "Last Activity Date", "Last Contacted", "Number of Sales Activities",
    "Number of times contacted", "Next Activity Date", "Deal probability", "Original Traffic Source",
    "Original Traffic Source Drill-Down 1", "Record source", "Last Modified Date", "Date entered current stage",
    "Associated Contact", "Associated Contact IDs",
)  # fmt: skip
ENGAGEMENT_COLUMNS = (
    "Activity ID", "Activity type", "Activity date", "Activity assigned to", "Direction", "Outcome", "Subject",
    "Associated Contact IDs", "Associated Company IDs", "Associated Deal IDs",
)  # fmt: skip
_LOST_REASONS = ("Price", "Went with a competitor", "No budget", "No answer")
_WON_REASONS = ("Quality", "Fast quote", "Existing relationship")
_OUTCOMES = {
    "CALL": ("Connected", "Connected", "No answer", "Left voicemail", "Busy"),
    "MEETING": ("Completed", "Completed", "Completed", "Rescheduled", "No show"),
    "EMAIL": ("Sent", "Replied", "Sent", "Bounced"),
    "NOTE": ("",),
    "TASK": ("Completed", "Completed", "Not started"),
}
_SUBJECTS = {
    "CALL": ("Call about trade terms", "Follow-up call", "First call"),
    "MEETING": ("Showroom visit", "Video meeting", "Sample review"),
    "EMAIL": ("Your request", "Price list, as promised", "Re: samples"),
    "NOTE": ("Note",),
    "TASK": ("Send samples", "Call back", "Prepare quote"),
}


def deal_rows(
    people: People,
    companies: Companies,
    deals: Deals,
    activities: Activities,
    deal_ids: np.ndarray,
    timeline: Timeline,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """One row per deal, in order of record id."""
    size = len(deals)
    is_about = activities.deal >= 0
    last = last_day(activities.deal[is_about], activities.day[is_about], size)
    count = np.bincount(activities.deal[is_about], minlength=size)
    is_open = (deals.stage != WON) & (deals.stage != LOST)
    source = rng.integers(0, len(TRAFFIC_SOURCES), size)
    next_day = np.where(is_open, timeline.as_of_day + 0.6 + rng.integers(1, 20, size), np.inf)
    modified = np.maximum(deals.stage_day, last)
    contact = deals.contact.tolist()
    return pl.DataFrame(
        {
            "Record ID": deal_ids,
            "Deal Name": [deal_name(companies, deals, deal) for deal in range(size)],
            "Pipeline": ["Sales Pipeline"] * size,
            "Deal Stage": np.array([stage for stage, _ in STAGES])[deals.stage],
            "Amount": deals.amount,
            "Currency": ["USD"] * size,
            "Amount in company currency": deals.amount,
            "Close Date": local_text(deals.close_day, timeline),
            "Create Date": local_text(deals.created_day, timeline),
            "Deal owner": np.array(names.OWNERS)[deals.owner],
            "Deal Type": np.array(["New Business", "Existing Business"])[(rng.random(size) < 0.6).astype(int)],
            "Closed Lost Reason": _when(deals.stage == LOST, _LOST_REASONS, rng),
            "Closed Won Reason": _when(deals.stage == WON, _WON_REASONS, rng),
            "Last Activity Date": local_text(last, timeline),
            "Last Contacted": local_text(last, timeline),
            "Number of Sales Activities": count,
            "Number of times contacted": count,
            "Next Activity Date": local_text(next_day, timeline),
            "Deal probability": np.array([probability for _, probability in STAGES])[deals.stage],
            "Original Traffic Source": np.array([name for name, _ in TRAFFIC_SOURCES])[source],
            "Original Traffic Source Drill-Down 1": np.array([detail for _, detail in TRAFFIC_SOURCES])[source],
            "Record source": ["CRM_UI"] * size,
            "Last Modified Date": local_text(modified, timeline),
            "Date entered current stage": local_text(deals.stage_day, timeline),
            "Associated Contact": [f"{people.first_name[person]} {people.last_name[person]}" for person in contact],
            "Associated Contact IDs": identifiers.hubspot_contact_ids(people.number)[deals.contact],
        }
    )


def activity_rows(
    people: People,
    companies: Companies,
    activities: Activities,
    activity_ids: np.ndarray,
    deal_ids: np.ndarray,
    timeline: Timeline,
) -> pl.DataFrame:
    """One row per activity, in order of time."""
    kind = [ACTIVITY_TYPES[number] for number in activities.type.tolist()]
    draw = activities.draw
    has_direction = np.isin(activities.type, [ACTIVITY_TYPES.index("CALL"), ACTIVITY_TYPES.index("EMAIL")])
    company_ids = identifiers.hubspot_company_ids(companies.number).astype(str)
    deal_texts = np.append(deal_ids.astype(str), "")
    return pl.DataFrame(
        {
            "Activity ID": activity_ids,
            "Activity type": kind,
            "Activity date": local_text(activities.day, timeline),
            "Activity assigned to": np.array(names.OWNERS)[activities.owner],
            "Direction": np.where(has_direction, np.where(draw * 7 % 1 < 0.35, "INBOUND", "OUTBOUND"), ""),
            "Outcome": [_choose(_OUTCOMES[name], u) for name, u in zip(kind, draw.tolist(), strict=True)],
            "Subject": [_choose(_SUBJECTS[name], u * 13 % 1) for name, u in zip(kind, draw.tolist(), strict=True)],
            "Associated Contact IDs": identifiers.hubspot_contact_ids(people.number)[activities.contact],
            "Associated Company IDs": np.where(activities.company >= 0, company_ids[activities.company], ""),
            "Associated Deal IDs": deal_texts[activities.deal],
        }
    )


def _choose(words: tuple[str, ...], draw: float) -> str:
    return words[int(draw * len(words))]


def _when(applies: np.ndarray, words: tuple[str, ...], rng: np.random.Generator) -> np.ndarray:
    return np.where(applies, np.array(words)[rng.integers(0, len(words), len(applies))], "")

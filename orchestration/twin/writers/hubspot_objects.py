"""HubSpot's deals and owners as objects of its API, one a line; deals with the history of four properties.

Belongs here: the shape of the objects. Stays out: the exports of the same deals (hubspot_deals), files (hubspot).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO

import numpy as np
import polars as pl

from orchestration.twin import identifiers, names
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import Companies, People
from orchestration.twin.sales import LOST, STAGES, WON, Activities, Deals
from orchestration.twin.timeline import Timeline
from orchestration.twin.writers.hubspot_contacts import last_day
from orchestration.twin.writers.instants import ISO_MILLISECONDS, in_utc

_STAGE_IDS = (
    "appointmentscheduled", "qualifiedtobuy", "presentationscheduled", "decisionmakerboughtin", "contractsent",
    "closedwon", "closedlost",
)  # fmt: skip


def write(file: IO[bytes], objects: Iterable[dict]) -> int:
    """Append one object a line; how many."""
    lines = [json.dumps(record, ensure_ascii=False) for record in objects]
    file.write("".join(f"{line}\n" for line in lines).encode())
    return len(lines)


def owners(timeline: Timeline) -> Iterator[dict]:
    """The sales desk, there since before anything happened."""
    since = in_utc(np.array([timeline.start_epoch]), ISO_MILLISECONDS)[0]
    everybody = np.arange(len(names.OWNERS))
    owner_ids, user_ids = identifiers.hubspot_owner_ids(everybody), identifiers.hubspot_user_ids(everybody)
    for name, owner_id, user_id in zip(names.OWNERS, owner_ids.tolist(), user_ids.tolist(), strict=True):
        first, last = name.split(" ", 1)
        yield {
            "id": str(owner_id),
            "email": f"{first}.{last}@fernhollow.example".lower(),
            "firstName": first,
            "lastName": last,
            "userId": user_id,
            "createdAt": since,
            "updatedAt": since,
            "archived": False,
            "teams": [],
        }


def deals(
    exported: pl.DataFrame, people: People, companies: Companies, deals: Deals, activities: Activities,
    timeline: Timeline, parameters: Parameters,
) -> Iterator[dict]:  # fmt: skip
    """The deals of the export `exported`, which tells the same of them as they stand now."""
    size, steps = deals.entered_day.shape
    is_entered = np.isfinite(deals.entered_day)
    entered = np.where(is_entered, deals.entered_day, 0.0)
    last_step = is_entered.sum(axis=1) - 1
    is_last = np.arange(steps) == last_step[:, None]
    # Until the last step the close date is a plan: what is left of the way at its usual pace.
    planned = np.where(is_last, deals.close_day[:, None], entered + (WON - np.arange(steps)) * parameters.stage_days)
    stages = np.where(is_last, deals.stage[:, None], np.arange(steps)).tolist()
    is_about = activities.deal >= 0
    modified = np.maximum(deals.stage_day, last_day(activities.deal[is_about], activities.day[is_about], size))

    def text(days: np.ndarray) -> list[str]:
        return in_utc(timeline.epoch(days.ravel()), ISO_MILLISECONDS).to_list()

    moments, plans = (np.array(text(days)).reshape(size, steps).tolist() for days in (entered, planned))
    updated = text(modified)
    owner_ids = identifiers.hubspot_owner_ids(deals.owner).tolist()
    user_ids = identifiers.hubspot_user_ids(deals.owner).tolist()
    contact_ids = identifiers.hubspot_contact_ids(people.number)[deals.contact].tolist()
    company_ids = identifiers.hubspot_company_ids(companies.number)[deals.company].tolist()
    for n, row in enumerate(exported.iter_rows(named=True)):
        way = range(last_step[n], -1, -1)
        stage = int(deals.stage[n])
        now = {
            "dealname": row["Deal Name"],
            "pipeline": "default",
            "dealstage": _STAGE_IDS[stage],
            "amount": f"{deals.amount[n]:.0f}",
            "amount_in_home_currency": f"{deals.amount[n]:.0f}",
            "deal_currency_code": "USD",
            "closedate": plans[n][last_step[n]],
            "hubspot_owner_id": str(owner_ids[n]),
            "hs_is_closed_won": str(stage == WON).lower(),
            "hs_is_closed": str(stage in (WON, LOST)).lower(),
            "hs_deal_stage_probability": str(STAGES[stage][1]),
            "hs_analytics_source": row["Original Traffic Source"].upper().replace(" ", "_"),
        }

        def changed(value: str, step: int, n: int = n) -> dict:
            user = user_ids[n]
            return {"value": value, "timestamp": moments[n][step], "sourceType": "CRM_UI", "updatedByUserId": user}

        yield {
            "id": str(row["Record ID"]),
            "properties": now,
            "propertiesWithHistory": {
                "dealstage": [changed(_STAGE_IDS[stages[n][step]], step) for step in way],
                "amount": [changed(now["amount"], 0)],
                "closedate": [changed(plans[n][step], step) for step in way],
                "hubspot_owner_id": [changed(now["hubspot_owner_id"], 0)],
            },
            "createdAt": moments[n][0],
            "updatedAt": updated[n],
            "archived": False,
            "associations": {
                "contacts": {"results": [{"id": str(contact_ids[n]), "type": "deal_to_contact"}]},
                "companies": {"results": [{"id": str(company_ids[n]), "type": "deal_to_company"}]},
            },
        }

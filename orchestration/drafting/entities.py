"""Which canonical entity a table of a sample is, and which of its columns says what, by their usual names.

Belongs here: the words by which exports call things. Stays out: SQL (staging).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.drafting.canonical import CANONICAL, type_of
from orchestration.drafting.columns import ColumnDraft

WORDS = {
    "leads": r"leads?|mql|prospects?",
    "opportunities": r"deals?|opportunit(y|ies)|pipeline",
    "order_lines": r"(order|line|invoice)_?(items?|lines?)|line_?items?",
    "orders": r"orders?|invoices?|purchases?|sales|transactions?",
    "contacts": r"contacts?|customers?|people|persons?|subscribers?|members?|clients?|buyers?",
    "accounts": r"accounts?|compan(y|ies)|organi[sz]ations?|sellers?",
    "tickets": r"tickets?|cases?|incidents?|conversations?|complaints?",
    "survey_responses": r"surveys?|nps|csat|reviews?|responses?|feedback",
    "payments": r"payments?|charges?",
    "activities": r"activit(y|ies)|calls?|meetings?|visits?",
    "campaigns": r"campaigns?|mailings?",
    "subscriptions": r"subscriptions?",
    "users": r"users?|agents?|employees?|reps?|owners?|teams?",
}
"""What files of an entity are called."""

# In the order of preference: the first pattern that a column's name fits wins.
NAMES: Mapping[str, tuple[str, ...]] = {
    "email": (r"e_?mail(_address)?", r".*_e_?mail(_address)?"),
    "full_name": (r"full_name", r"(contact|customer|person|client|buyer|lead)_name", r"name"),
    "phone": (r"(.*_)?(phone|mobile|telephone)(_number)?",),
    "country": (r"(.*_)?country(_code|_region)?",),
    "contact_id": (r"(contact|customer|client|buyer|requester|person|member|household|user)_?(id|no|number|key)",),
    "account_id": (r"(account|company|organi[sz]ation)(_id)?", r"(account|company)_name"),
    "owner_id": (r"(.*_)?owner(_id)?", r"(sales_)?(agent|rep|sr)(_id)?", r"assigned_to"),
    "lifecycle_stage": (r"lifecycle(_stage)?",),
    "lead_source": (r"(lead_|original_)?(source|origin|channel)", r"utm_source"),
    "company_name": (r"company(_name)?", r"organi[sz]ation(_name)?"),
    "account_name": (r"(account|company|organi[sz]ation)(_name)?", r"name"),
    "industry": (r"industry|sector|.*segment",),
    "count_employees": (r"(count_)?employees|number_of_employees",),
    "annual_revenue_amount": (r"(annual_)?revenue",),
    "opportunity_name": (r"(deal|opportunity)_name", r"name|title"),
    "product_name": (r"product(_name|_title)?|item_name|description",),
    "product_id": (r"(product|article|item|stock)_?(id|code|no)|sku",),
    "pipeline_name": (r"pipeline(_name)?",),
    "stage_name": (r"(deal_|sales_)?stage(_name)?",),
    "status": (r"(.*_)?status|state|(deal_)?stage",),
    "amount": (r"amount|(close_|deal_)?value|.*revenue|payment_value",),
    "probability": (r"probability|likelihood",),
    "close_date": (r"(close|closed|won|closing)_(date|at)",),
    "converted_at": (r"convert(ed|sion)_(date|at)",),
    "is_converted": (r"(is_)?converted",),
    "created_at": (r"(created?|creation|opened|registered|signup|first_contact|added)(_|$).*", r"date(_added)?"),
    "updated_at": (r"(last_)?(updated?|modified)(_|$).*",),
    "occurred_at": (r".*(occurred|start(ed)?|held)_(at|date|time)", r"date|timestamp|created_at"),
    "ordered_at": (
        r"(order|purchase|invoice|sale|transaction)_?(purchase_)?(date|timestamp|time|at)",
        r"ordered_at|created_at|date",
    ),
    "order_id": (r"(order|invoice|basket|receipt)_?(id|no|number|name)",),
    "currency": (r"currency(_code)?",),
    "gross_amount": (r"(gross_|order_|grand_)?(total|amount|sales_value)(_price|_amount)?",),
    "refund_amount": (r"refund(ed)?(_amount)?",),
    "discount_amount": (r"discount(_amount)?",),
    "sales_channel": (r"(sales_)?channel|source",),
    "is_cancelled": (r"(is_)?cancel?led",),
    "quantity": (r"quantity|qty|pieces|units",),
    "unit_price_amount": (r"(unit_|item_)?price",),
    "line_amount": (r"line_(total|amount)|sales_value|amount",),
    "assignee_id": (r"(assignee|agent|assigned_to)(_id)?",),
    "group_id": (r"(group|team|assignment_group)(_id)?",),
    "priority": (r"priority",),
    "ticket_type": (r"(ticket_)?type",),
    "channel": (r"channel|origin|contact_type|source",),
    "category": (r"category|topic|reason",),
    "subject": (r"subject|title|short_description",),
    "ticket_id": (r"(ticket|case|incident)_?(id|number|no)",),
    "score": (r"(nps_|review_)?(score|rating)",),
    "responded_at": (r"(responded|submitted|answered|.*answer)_(at|timestamp|date)|date|created_at",),
    "payment_type": (r"(payment_)?type",),
    "failure_reason": (r"failure_(reason|message)",),
    "activity_type": (r"(activity_)?type",),
    "direction": (r"direction",),
    "outcome": (r"outcome|result",),
    "campaign_name": (r"(campaign_)?(name|title)",),
    "subject_line": (r"subject(_line)?",),
    "sent_at": (r"(sent|send)_(at|date|time)",),
    "user_name": (r"(user_|agent_|sales_agent_?)?name|sales_agent",),
    "role": (r"role",),
    "team_name": (r"team|office|manager|regional_office",),
    "started_at": (r"start(ed)?_(at|date)",),
    "ended_at": (r"end(ed)?_(at|date)",),
    "cancelled_at": (r"cancel?led_(at|date)",),
    "recurring_amount": (r"(recurring_)?(amount|price|mrr)",),
}
ALLOWED = {
    "timestamp": ("timestamp", "date"),
    "date": ("timestamp", "date"),
    "decimal(18,4)": ("decimal(18,4)", "bigint", "double"),
    "bigint": ("bigint",),
    "double": ("double", "decimal(18,4)", "bigint"),
    "boolean": ("boolean",),
    "varchar": ("varchar", "bigint"),
}


@dataclass(frozen=True)
class EntityDraft:
    """A guessed entity and, per canonical column that the table has, the column that says it."""

    entity: str
    columns: Mapping[str, ColumnDraft]


def id_of(entity: str) -> str:
    """The canonical column that tells the rows of an entity apart."""
    return CANONICAL[entity][0]


def find_entity(table: str, columns: list[ColumnDraft], key: list[ColumnDraft]) -> EntityDraft | None:
    """The entity that explains most of a table; None when neither its name nor its columns resemble one."""
    drafts = {entity: EntityDraft(entity, _mapped(entity, columns, key)) for entity in WORDS}

    def resemblance(entity: str) -> float:
        is_called_so = re.search(rf"(^|_)({WORDS[entity]})(_|$)", table) is not None
        telling = set(CANONICAL[entity]) - {id_of(entity), "source_name"}
        # Of a long list of columns a few fit by chance, so the share counts, and the name of the file counts more.
        return len(telling & drafts[entity].columns.keys()) / len(telling) + 2 * is_called_so

    # On equal terms the first in WORDS wins: lines before orders, leads before contacts.
    best = max(WORDS, key=resemblance)
    if best == "orders" and len(key) > 1:
        best = "order_lines"  # several rows an order
    return drafts[best] if resemblance(best) >= 0.4 else None


def people_in(columns: list[ColumnDraft]) -> EntityDraft:
    """What a table that is about something else says about people."""
    return EntityDraft("contacts", _mapped("contacts", columns, []))


def orders_of_lines(columns: list[ColumnDraft]) -> EntityDraft | None:
    """What a table of order lines says about whole orders; None where it does not say when they were placed."""
    mapped = _mapped("orders", columns, [])
    return EntityDraft("orders", mapped) if {"order_id", "ordered_at"} <= mapped.keys() else None


def _mapped(entity: str, columns: list[ColumnDraft], key: list[ColumnDraft]) -> dict[str, ColumnDraft]:
    found: dict[str, ColumnDraft] = {}
    # Whoever is behind a row may be known by nothing but an address.
    for canonical in dict.fromkeys((*CANONICAL[entity], "email")):
        if canonical in ("source_name", id_of(entity)):
            continue
        column = _named(canonical, [column for column in columns if column not in found.values()])
        if column:
            found[canonical] = column
    own = _named(id_of(entity), columns) or (key[0] if len(key) == 1 else None)
    if own:
        found[id_of(entity)] = own
    return found


def _named(canonical: str, columns: list[ColumnDraft]) -> ColumnDraft | None:
    singular = canonical.removesuffix("_id")
    patterns = NAMES.get(canonical, (rf"{singular}_?(id|key|no|number)",) if canonical.endswith("_id") else ())
    for pattern in patterns:
        for column in columns:
            if re.fullmatch(pattern, column.name) and column.data_type in ALLOWED[type_of(canonical)]:
                return column
    return None

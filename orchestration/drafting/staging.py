"""The SQL that maps a table to its entity: one canonical column a line, null where the export does not say.

Stays out: guessing (entities), files (folder).
"""

from __future__ import annotations

import re

from orchestration.drafting.canonical import CANONICAL, type_of
from orchestration.drafting.columns import ColumnDraft
from orchestration.drafting.entities import EntityDraft, id_of

STATUS_WORDS = {
    "opportunities": (("Won", r"won|closed won|win"), ("Lost", r"lost|closed lost|abandoned"), ("Pipeline", r".*")),
    "tickets": (
        ("new", r"new|created"),
        ("pending", r"pending|waiting.*|awaiting.*"),
        ("hold", r"(on.)?hold"),
        ("solved", r"solved|resolved|done"),
        ("closed", r"closed"),
        ("open", r".*"),
    ),
}
ABSENT = {
    ("orders", "order_type"): "'sale'",
    ("orders", "currency"): "'{{ var(\"reporting_currency\") }}'",
    ("orders", "gross_amount"): "cast(null as decimal(18, 4))",
    ("orders", "refund_amount"): "cast(0 as decimal(18, 4))",
    ("orders", "is_cancelled"): "false",
    ("leads", "is_converted"): "false",
    ("survey_responses", "survey_type"): "'nps'",
    ("payments", "payment_type"): "'charge'",
    ("payments", "currency"): "'{{ var(\"reporting_currency\") }}'",
    ("payments", "status"): "'succeeded'",
    ("activities", "activity_type"): "'note'",
}
"""What holds where an export is silent."""


def staging_sql(source: str, table: str, draft: EntityDraft, contact: str | None, key: list[ColumnDraft]) -> str:
    """A staging model. `contact` is the column whose id is the person behind a row, None when no column says.

    `key` tells rows apart where no single column of the draft is their id.
    """
    said = {name: _expression(source, draft, name, contact) for name in CANONICAL[draft.entity]}
    if id_of(draft.entity) not in draft.columns and len(key) > 1:
        joined = " || '-' || ".join(column.name for column in key)
        said[id_of(draft.entity)] = f"{{{{ source_id('{source}', \"{joined}\") }}}}"
    lines = [f"    {expression} as {name}" for name, expression in said.items()]
    lines = [re.sub(r"^    (\w+) as \1$", r"    \1", line) for line in lines]
    return (
        f"with source as (select * from {{{{ raw('{source}', '{table}') }}}})\n\nselect\n"
        + ",\n".join(lines)
        + ("\nfrom source\n")
    )


def contacts_sql(source: str, table: str, draft: EntityDraft, contact: str | None) -> str:
    """The people behind a table that is about something else: one row each, as the row that says most has them."""
    body = staging_sql(source, table, draft, contact, [])
    return body + (
        "qualify contact_id is not null and row_number() over (\n"
        "    partition by contact_id order by email nulls last, full_name nulls last, phone nulls last\n) = 1\n"
    )


def orders_sql(source: str, table: str, orders: EntityDraft, lines: EntityDraft, contact: str | None) -> str:
    """Orders from their lines: charged is the sum of the positive ones, given back the sum of the negative ones."""
    amount = _expression(source, lines, "line_amount", contact)
    said = {name: _expression(source, orders, name, contact) for name in CANONICAL["orders"]}
    for name in ("contact_id", "ordered_at", "currency", "sales_channel", "is_cancelled"):
        if name in orders.columns or (name == "contact_id" and contact):
            said[name] = f"{'bool_and' if name == 'is_cancelled' else 'min'}({said[name]})"
    said["gross_amount"] = f"cast(sum(greatest({amount}, 0)) as decimal(18, 4))"
    said["refund_amount"] = f"cast(-sum(least({amount}, 0)) as decimal(18, 4))"
    said["discount_amount"] = "cast(null as decimal(18, 4))"
    return _select(source, table, [f"    {expression} as {name}" for name, expression in said.items()]) + "group by 1\n"


def _select(source: str, table: str, lines: list[str]) -> str:
    columns = ",\n".join(lines)
    return f"with source as (select * from {{{{ raw('{source}', '{table}') }}}})\n\nselect\n{columns}\nfrom source\n"


def contact_reference(source: str, draft: EntityDraft, contact: str | None) -> str | None:
    """The id of the person behind a row, as SQL; by the address where the export has nothing but that."""
    if contact:
        return f"{{{{ source_id('{source}', '{contact}') }}}}"
    email = draft.columns.get("email")
    return f"{{{{ email_contact_id('{source}', '{email.name}') }}}}" if email else None


def _expression(source: str, draft: EntityDraft, name: str, contact: str | None) -> str:
    column = draft.columns.get(name)
    if name == "source_name":
        return f"'{source}'"
    if name == "contact_id":
        return contact_reference(source, draft, contact) or "cast(null as varchar)"
    if column is None:
        return _absent(draft, name)
    if name.endswith("_id"):
        return f"{{{{ source_id('{source}', '{column.name}') }}}}"
    if name == "email":
        return f"{{{{ email_key('{column.name}') }}}}"
    if name == "status" and draft.entity in STATUS_WORDS:
        return _status(draft.entity, column)
    wanted = type_of(name)
    return column.name if column.data_type == wanted else f"cast({column.name} as {wanted.replace(',', ', ')})"


def _absent(draft: EntityDraft, name: str) -> str:
    closed = draft.columns.get("close_date")
    if (draft.entity, name) == ("opportunities", "status"):
        return f"case when {closed.name} is null then 'Pipeline' else 'Won' end" if closed else "'Pipeline'"
    if (draft.entity, name) == ("order_lines", "quantity"):
        return "cast(1 as bigint)"
    if (draft.entity, name) == ("order_lines", "line_amount") and "unit_price_amount" in draft.columns:
        quantity = draft.columns.get("quantity")
        price = draft.columns["unit_price_amount"].name
        return f"cast({f'{quantity.name} * ' if quantity else ''}{price} as decimal(18, 4))"
    if name == id_of(draft.entity):
        return f"'{draft.entity}: name the column that tells rows apart'"
    return ABSENT.get((draft.entity, name), f"cast(null as {type_of(name).replace(',', ', ')})")


def _status(entity: str, column: ColumnDraft) -> str:
    whens = [f"when '{value}' then '{_canonical_status(entity, value)}'" for value in column.values]
    return f"case {column.name} {' '.join(whens)} end" if whens else column.name


def _canonical_status(entity: str, value: str) -> str:
    return next(word for word, pattern in STATUS_WORDS[entity] if re.fullmatch(pattern, value.lower()))

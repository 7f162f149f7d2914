"""What a merge would do to the figures that people look at, worked out on the release that they look at now.

Stays out: the merge itself, which the next night does (overrides); scores, which that night trains anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

MEASURES = {
    "customers": "count(*)",
    "customers who bought": "count(*) filter (orders > 0)",
    "customers who bought again": "count(*) filter (orders > 1)",
    "orders": "sum(orders)",
    "value": "sum(value)",
    "value per buyer": "sum(value) / nullif(count(*) filter (orders > 0), 0)",
    "orders per buyer": "sum(orders) / nullif(count(*) filter (orders > 0), 0)",
    "customers with tickets": "count(*) filter (tickets > 0)",
    "tickets": "sum(tickets)",
    "open tickets": "sum(open_tickets)",
}
"""The company's figures, over one row per customer."""
OF_CUSTOMER = """
    select customer_id, historic_number_of_orders as orders, historic_clv_amount as value, count_tickets as tickets,
        count_open_tickets as open_tickets
    from marts.dim_customers
"""


@dataclass(frozen=True)
class Effect:
    """One figure of the company before and after."""

    name: str
    before: float
    after: float


@dataclass(frozen=True)
class Part:
    """What one of the customers brings into the merge; `segments` are those of tonight."""

    customer_id: str
    orders: int
    value: float
    tickets: int
    open_tickets: int
    segments: tuple[str, ...]


def merge_effects(release: duckdb.DuckDBPyConnection, customer_ids: list[str]) -> list[Effect]:
    """The figures that change when these customers become the first of them."""
    measures = ", ".join(MEASURES.values())
    before = release.execute(f"select {measures} from ({OF_CUSTOMER})").fetchone()
    after = release.execute(
        f"""with merged as (
                select case when customer_id in (select unnest($ids)) then $ids[1] else customer_id end as customer_id,
                    sum(orders) as orders, sum(value) as value, sum(tickets) as tickets,
                    sum(open_tickets) as open_tickets
                from ({OF_CUSTOMER}) as customers group by 1)
            select {measures} from merged""",
        {"ids": customer_ids},
    ).fetchone()
    pairs = zip(MEASURES, before, after, strict=True)
    return [Effect(name, float(was or 0), float(will or 0)) for name, was, will in pairs if was != will]


def parts(release: duckdb.DuckDBPyConnection, customer_ids: list[str]) -> list[Part]:
    """What the customers are in the release, in the order asked for; one that it does not know brings nothing."""
    known = {
        row[0]: row
        for row in release.execute(
            f"""select customers.*, (
                    select list(distinct segment_name order by segment_name) from segments.customer_segments as member
                    where member.customer_id = customers.customer_id)
                from ({OF_CUSTOMER}) as customers where customer_id in (select unnest($ids))""",
            {"ids": customer_ids},
        ).fetchall()
    }
    return [
        Part(who, int(row[1]), float(row[2]), int(row[3]), int(row[4]), tuple(row[5] or ()))
        if (row := known.get(who))
        else Part(who, 0, 0.0, 0, 0, ())
        for who in customer_ids
    ]

"""What a set of customers will bring together, in words: orders and revenue of the horizon, each with its interval.

Belongs here: the cards and the table of segment totals. Stays out: where on a page they stand.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import evidence, formats
from dashboards.blocks import Card, nothing, panel
from dashboards.data import OpenRelease
from dashboards.lists import money_column, table
from dashboards.queries import totals as queries

UNKNOWN = "No member with a value score"
HELP = (
    "Sum of the members' expected values. The range of this sum holds chance, and what the value model is wrong about "
    "for everybody at once; how well such ranges held in the past stands on the Value page."
)


def total_cards(release: OpenRelease, segment_name: str) -> tuple[Card, Card]:
    """Orders and revenue of one segment; unknown where nobody is in it or no value is published."""
    total = release.row(queries.OF_SEGMENT, segment_name=segment_name)
    days = f"next {total['horizon_days']} days" if total else "to come"
    return (
        Card(
            f"Orders, {days}",
            formats.count(total.get("orders")),
            f"80%: {orders_range(total)}",
            help=HELP,
            missing=UNKNOWN,
        ),
        Card(
            f"Revenue, {days}",
            formats.money(total.get("revenue"), release.currency),
            f"80%: {revenue_range(total, release.currency)}",
            help=HELP,
            missing=UNKNOWN,
        ),
    )


def totals_panel(release: OpenRelease, found: evidence.Trust) -> None:
    """All customers and every segment, and how often totals of the past came within such ranges."""
    totals = release.rows(queries.ALL)
    if totals.empty:
        return
    days = totals["horizon_days"].iloc[0]
    with panel("What segments will bring", f"Sums over the next {days} days, with the 80% range of each sum"):
        totals["orders_range"] = [orders_range(row) for row in totals.to_dict("records")]
        totals["revenue_range"] = [revenue_range(row, release.currency) for row in totals.to_dict("records")]
        columns = {
            "title": st.column_config.TextColumn("Segment"),
            "customers": st.column_config.NumberColumn("Customers", format="localized"),
            "revenue": money_column("Revenue", release),
            "revenue_range": st.column_config.TextColumn("80% range"),
            "orders": st.column_config.NumberColumn("Orders", format="%,.0f"),
            "orders_range": st.column_config.TextColumn("80% range of orders"),
        }
        table(totals, columns, "Expected orders and revenue by segment")
        judged = found.card.get("totals", {}).get("verdict")
        if judged:
            st.caption(f"{formats.plain(judged)} A customer can be in several segments.")
        else:
            nothing("How totals of the past came out is not known to this release.")


def orders_range(total: dict | pd.Series) -> str | None:
    return formats.interval(formats.count(total.get("orders_low")), formats.count(total.get("orders_high")))


def revenue_range(total: dict | pd.Series, currency: str | None) -> str | None:
    ends = (formats.money(total.get(f"revenue_{end}"), currency) for end in ("low", "high"))
    return formats.interval(*ends)

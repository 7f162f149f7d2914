"""What the next order will hold: of one customer, and of those who order soon.

Belongs here: the tables of likely items. Stays out: when the next order comes (the pages have it), what is bought after
what by everybody (views.next_product).
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import evidence, formats, scored
from dashboards.blocks import nothing, panel
from dashboards.data import OpenRelease
from dashboards.lists import as_percent, customer_column, date_column, paged, percent_column, table
from dashboards.queries import next_items as queries
from dashboards.scored import Scored

SCORE, GIVEN_AN_ORDER = "next_items", "Given that an order comes"


def of_customer(release: OpenRelease, customer_id: str) -> None:
    """The three likeliest items of one customer, each with why; nothing where none are told."""
    where = scored.find(release, SCORE)
    if where is None:
        return
    found = release.rows(queries.OF_CUSTOMER.format(items=where.table), customer_id=customer_id)
    if found.empty:
        return
    note = f"{GIVEN_AN_ORDER}: the likeliest items, with the 80% range"
    if not where.is_tonight:
        note += f". As of {formats.day(where.as_of_date)}"
    with panel("What the next order will hold", note):
        columns = _items(found) | {
            "lift": st.column_config.NumberColumn("Times the usual", format="%.1f"),
            "reason": st.column_config.TextColumn("Why", width="large"),
        }
        table(as_percent(found, "probability"), columns, "Likely items of the next order")


def of_next_customers(release: OpenRelease, count: int, where: Scored) -> None:
    """Who orders soon, and what probably."""
    found = evidence.trust(release, SCORE)
    items = scored.find(release, SCORE, found)
    with panel("Who orders soon, and what", "Likeliest within 30 days first. Open a customer by its id"):
        listing = st.container()
        query = queries.SOON.format(scores=where.table, items=items.table if items else f"scores.{SCORE}")
        shown = release.rows(query, **paged(count, key="soon_page", rows=10))
        columns = customer_column(shown, release) | {
            "probability_30d": percent_column("Within 30 days", help="Chance of an order within 30 days."),
            "expected_date_of_next_order": date_column("Expected on"),
        }
        if items:
            columns |= _items(shown) | {"reason": st.column_config.TextColumn("Why this item", width="large")}
        with listing:
            table(as_percent(shown, "probability", "probability_30d"), columns, "Customers who order soon")
        if items is None:
            nothing(f"What they will order is not told: {formats.plain(found.verdict)}")
        elif not items.is_tonight:
            day = formats.day(items.as_of_date)
            st.caption(f"Likely items as of {day}: tonight's are withheld. {formats.plain(found.verdict)}")
        elif not found.card.get("quantity", {}).get("is_published", True):
            st.caption(formats.plain(found.card["quantity"]["verdict"]))


def _items(rows: pd.DataFrame) -> dict:
    """Columns of the likely item; adds the ranges to `rows`."""
    rows["range"] = evidence.ranges(rows)
    ends = zip(rows["quantity_low"], rows["quantity_high"], strict=True)
    rows["quantity_range"] = [formats.interval(*map(formats.count, each)) for each in ends]
    return {
        "item_name": st.column_config.TextColumn("Likely item"),
        "probability": percent_column("Its chance", help=f"{GIVEN_AN_ORDER}, that it holds this item."),
        "range": st.column_config.TextColumn("80% range"),
        "quantity": st.column_config.NumberColumn("How many", format="%.0f", help="When they order it."),
        "quantity_range": st.column_config.TextColumn("80% range", help="Of how many."),
    }

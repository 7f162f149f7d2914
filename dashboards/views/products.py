"""What sells, and to how many?"""

from __future__ import annotations

import altair as alt
import streamlit as st

from dashboards import charts, formats
from dashboards.blocks import Card, cards, chart, nothing, panel
from dashboards.data import OpenRelease
from dashboards.lists import date_column, money_column, table
from dashboards.queries import products as queries

WINDOWS = {"90 days": 90, "365 days": 365, "3 years": 1095}
EMPTY = (
    "No products were sold in this window. Put the shop's export of orders with their lines into `landing/` and run "
    "`rapport run`; some systems say only what an order was worth."
)
UNGROUPED = (
    "None of the products sold in this window has a group. Groups come from a list of products; the shop's export of "
    "orders has none."
)


def show(release: OpenRelease) -> None:
    window = st.segmented_control(
        "Window", list(WINDOWS), default="365 days", required=True, label_visibility="collapsed", key="products_window"
    )
    when = {"days": WINDOWS[window], "as_of_date": release.as_of_date}
    _headline(release, when)
    _groups(release, when)
    _products(release, when)


def _headline(release: OpenRelease, when: dict) -> None:
    now = release.row(queries.HEADLINE, **when)
    nameless = now["lines_without_product"]
    named = f"{nameless:,} of {now['lines']:,} lines name none" if nameless else "every line names one"
    cards(
        Card("Products sold", formats.count(now["products"]) if now["products"] else None, note=named, missing="None"),
        Card(
            "Sales by line",
            formats.money(now["amount"], release.currency),
            note="less what came back",
            help="Sum of the lines, without delivery and what else an order adds to them.",
            missing="Nothing sold",
        ),
        Card(
            "Ten best products",
            formats.percent(now["share_of_ten"]),
            note="of the sales by line",
            missing="Nothing sold",
        ),
        Card(
            "Listed, not sold",
            formats.count(now["listed_unsold"]) if now["listed"] else None,
            note=f"of {formats.count(now['listed'])} in the list",
            help="Products of the list of products, as it is today, without a sale in the window.",
            missing="No list of products",
        ),
    )


def _groups(release: OpenRelease, when: dict) -> None:
    found = release.rows(queries.GROUPS, **when)
    extra = [alt.Tooltip("products:Q", title="Products sold", format=",")]
    with panel("Groups", "Sales by line of the twelve largest groups of products, in the words of their source"):
        chart(
            lambda: charts.ranked_bars(found, "product_category", "amount", "Sales by line", extra),
            found,
            "Sales by group of products",
            UNGROUPED,
        )


def _products(release: OpenRelease, when: dict) -> None:
    found = release.rows(queries.PRODUCTS, **when)
    with panel("Products", "The hundred that brought most; customers are those who are known"):
        if found.empty:
            nothing(EMPTY)
            return
        columns = {
            "product": st.column_config.TextColumn("Product", pinned=True),
            "product_category": st.column_config.TextColumn("Group"),
            "amount": money_column("Sales", release),
            "units": st.column_config.NumberColumn("Pieces", format="%,d", help="Less those that came back"),
            "orders": st.column_config.NumberColumn("Orders", format="%,d"),
            "customers": st.column_config.NumberColumn("Customers", format="%,d"),
            "last_price_amount": st.column_config.NumberColumn("Last price", format="%,.2f"),
            "last_sold_date": date_column("Last sold"),
        }
        # A column that says nothing takes the room of one that does, on a phone above all.
        said = found.dropna(axis="columns", how="all")
        table(said, {name: column for name, column in columns.items() if name in said}, "Products")

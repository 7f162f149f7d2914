"""What comes in, what is given back, who comes back for more, and how customers move."""

from __future__ import annotations

import altair as alt
import streamlit as st

from dashboards import charts, formats, heat
from dashboards.blocks import Card, cards, chart, panel
from dashboards.data import OpenRelease
from dashboards.figures import figures
from dashboards.intervals import wilson
from dashboards.queries import revenue as queries
from dashboards.views import recurring

WINDOWS = {"30 days": 30, "90 days": 90, "365 days": 365}
PARTS = {"Kept": charts.BLUE, "Given back": charts.VERMILLION}
GROUPS = ("Champions", "Loyal", "Recent", "Needs attention", "At risk", "Inactive")
NEWCOMERS = "No buyer yet"
EMPTY = "No orders yet. Put the shop's order export into `landing/` and run `rapport run`."


def show(release: OpenRelease) -> None:
    window = st.segmented_control(
        "Window", list(WINDOWS), default="90 days", required=True, label_visibility="collapsed", key="revenue_window"
    )
    _headline(release, WINDOWS[window])
    _by_month(release)
    _repeat(release)
    left, right = st.columns(2)
    with left:
        _retention(release)
    with right:
        _moves(release)
    recurring.show(release)


def _headline(release: OpenRelease, days: int) -> None:
    trade = ("net_revenue", "orders")
    told = figures(release, *trade, days=days, compared=trade)
    now = release.row(queries.GIVEN_BACK, days=days, as_of_date=release.as_of_date)
    against = f"vs. {days:,} days before"
    refunded = now["refunded"] / now["gross"] if now["gross"] else None
    cards(
        Card(
            "Net revenue",
            told["net_revenue"].text,
            change=told["net_revenue"].change,
            against=against,
            help=told["net_revenue"].help,
            missing="Nothing was sold",
        ),
        Card(
            "Orders",
            told["orders"].text,
            change=told["orders"].change,
            against=against,
            help=told["orders"].help,
        ),
        Card(
            "Given back",
            formats.percent(refunded),
            note=formats.money(now["refunded"], release.currency),
            help="Refunds of the window ÷ sales of the window.",
            missing="Nothing was sold",
        ),
        Card(
            "Typical order",
            formats.money(now["median_order"], release.currency),
            note="half are smaller, half larger",
            help="Median, net of what was given back of the order.",
            missing="Nothing was sold",
        ),
    )


def _by_month(release: OpenRelease) -> None:
    found = release.rows(queries.BY_MONTH, as_of_date=release.as_of_date)
    title = f"Sold, {release.currency}" if release.currency else "Sold"
    with panel("Sold by month", "What was kept and what was given back; the last month may not be over"):
        chart(
            lambda: charts.stacked_over_time(found, "amount", title, "month", "part", PARTS),
            found,
            "Sales by month, kept and given back",
            EMPTY,
        )


def _repeat(release: OpenRelease) -> None:
    found = release.rows(queries.REPEAT)
    with panel("Do customers come back?", "Share of new customers who bought again on another day, within…"):
        shown = []
        for row in found.itertuples():
            months, customers, share, note = int(row.months), int(row.customers), None, None
            if customers:
                share = row.repeat_customers / customers
                range_ = formats.share_interval(*wilson(int(row.repeat_customers), customers), 1)
                note = f"n = {customers:,}, {range_}"
            shown.append(
                Card(
                    f"{months} months",
                    formats.percent(share),
                    note=note,
                    help=f"Only customers who first bought at least {months} whole months ago, who had the time. Two "
                    "orders on one day count as one. The range holds the true share in 95 of 100 cases.",
                    missing=f"No customer has been here for {months} months",
                )
            )
        cards(*shown)


def _retention(release: OpenRelease) -> None:
    found = release.rows(queries.RETENTION, as_of_date=release.as_of_date)
    tooltip = [
        alt.Tooltip("cohort:N", title="First bought in"),
        alt.Tooltip("months_since:Q", title="Months later"),
        alt.Tooltip("share:Q", title="Bought", format=".1%"),
        alt.Tooltip("active:Q", title="Customers who bought", format=","),
        alt.Tooltip("customers:Q", title="Of", format=","),
    ]
    note = "Of those who first bought in a month: how many of 100 bought so many months later"
    with panel("Who comes back when", note):
        chart(
            lambda: heat.heat_map(
                found.assign(percent=100 * found["share"]), "months_since", "cohort", "percent",
                ("Months later", ""), ".0f", tooltip,
            ),
            found,
            "Retention by month of first purchase",
            "A whole month must have passed since a first order.",
        )  # fmt: skip


def _moves(release: OpenRelease) -> None:
    found = release.rows(queries.MOVES, as_of_date=release.as_of_date)
    tooltip = [
        alt.Tooltip("before_group:N", title="90 days ago"),
        alt.Tooltip("today_group:N", title="Now"),
        alt.Tooltip("customers:Q", title="Customers", format=","),
    ]
    stayed = found.loc[found["before_group"] == found["today_group"], "customers"].sum()
    before = found.loc[found["before_group"] != NEWCOMERS, "customers"].sum()
    said = f"{stayed:,} of {before:,} are where they were" if before else "There was no buyer then"
    with panel("How customers moved in 90 days", f"From the group on the left to the one above, in customers. {said}"):
        chart(
            lambda: heat.heat_map(
                found, "today_group", "before_group", "customers", ("Now", "90 days ago"), ",",
                tooltip, x_order=GROUPS, y_order=(*GROUPS, NEWCOMERS), x_angle=-40,
            ),
            found,
            "Moves between customer groups",
            EMPTY,
        )  # fmt: skip

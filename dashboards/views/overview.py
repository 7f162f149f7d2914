"""How are we doing? Customers, revenue, service and risk on one screen."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, formats
from dashboards.blocks import Card, cards, chart, panel
from dashboards.data import OpenRelease
from dashboards.queries import overview as queries

GRAINS = {"Week": ("week", 26 * 7), "Month": ("month", 730)}
"""How far back each grain looks, in days: half a year of weeks, two years of months."""


def show(release: OpenRelease) -> None:
    _headline(release)
    chosen = st.segmented_control("Periods", list(GRAINS), default="Month", required=True, label_visibility="collapsed")
    grain, days = GRAINS[chosen]
    left, right = st.columns(2)
    with left:
        _revenue(release, grain, days)
    with right:
        _interactions(release, grain, days)


def _headline(release: OpenRelease) -> None:
    as_of = {"as_of_date": release.as_of_date}
    people = release.row(queries.CUSTOMERS, **as_of)
    month = release.row(queries.REVENUE, days=30, **as_of)
    quarter = release.row(queries.REVENUE, days=90, **as_of)
    service = release.row(queries.SERVICE, **as_of)
    risk = release.row(queries.AT_RISK)
    no_scores = "Not scored in this release" if not risk["scored"] else formats.NOT_ENOUGH_HISTORY
    cards(
        Card(
            "Customers", formats.count(people["customers"]), help="Everyone known from any source, each counted once."
        ),
        Card(
            "Active customers, 90 days",
            formats.count(people["active"]),
            change=formats.change(people["active"], people["active_before"]),
            against="vs. 90 days before",
            help="Customers with at least one order in the 90 days before the as-of date.",
        ),
        Card(
            "Revenue, 30 days",
            formats.money(month["revenue"], release.currency),
            change=formats.change(month["revenue"], month["revenue_before"]),
            against="vs. 30 days before",
            help="Net of refunds, without cancelled orders.",
        ),
        Card(
            "Revenue, 90 days",
            formats.money(quarter["revenue"], release.currency),
            change=formats.change(quarter["revenue"], quarter["revenue_before"]),
            against="vs. 90 days before",
            help="Net of refunds, without cancelled orders.",
        ),
        Card(
            "Orders, 30 days",
            formats.count(month["orders"]),
            change=formats.change(month["orders"], month["orders_before"]),
            against="vs. 30 days before",
            help="Sales that were not cancelled; refunds are not orders.",
        ),
        Card(
            "Open tickets",
            formats.count(service["open_tickets"]),
            note=f"{formats.count(service['new_tickets'])} new in 7 days",
            help="Tickets not solved at the as-of date.",
        ),
        Card(
            "CSAT, 90 days",
            formats.percent(service["csat"]),
            note=f"n = {service['rated']:,}, {formats.percent(service['response_rate'], 0)} answered",
            help="Good ÷ (good + bad) of the rated tickets created in 90 days; beside it the share of solved tickets "
            "that were rated.",
        ),
        Card(
            "Value at risk",
            formats.money(risk["amount"], release.currency),
            note=f"{formats.count(risk['customers'])} customers",
            help="Predicted value of the next 365 days of customers whose churn band is High (above 66%).",
            missing=no_scores,
        ),
    )


def _revenue(release: OpenRelease, grain: str, days: int) -> None:
    found = release.rows(queries.REVENUE_BY_PERIOD, grain=grain, days=days, as_of_date=release.as_of_date)
    found = _flag_partial(found, grain, release)
    note = f"Net of refunds, without cancelled orders; the lighter {grain} is not over"
    amount = f"Revenue, {release.currency}" if release.currency else "Revenue"
    with panel(f"Revenue by {grain}", note):
        chart(
            lambda: charts.bars_over_time(found, "amount", amount, grain),
            found,
            f"Revenue by {grain}",
            "No orders in this period. Put order exports into `landing/` and run `rapport run`.",
        )


def _interactions(release: OpenRelease, grain: str, days: int) -> None:
    found = release.rows(queries.INTERACTIONS_BY_PERIOD, grain=grain, days=days, as_of_date=release.as_of_date)
    with panel(f"Interactions by {grain} and team", "Orders, tickets and replies, campaigns, calls and meetings"):
        chart(
            lambda: charts.stacked_over_time(found, "interactions", "Interactions", grain, "team", charts.TEAMS),
            found,
            f"Interactions by {grain} and team",
            "No interactions in this period. Put exports into `landing/` and run `rapport run`.",
        )


def _flag_partial(found: pd.DataFrame, grain: str, release: OpenRelease) -> pd.DataFrame:
    """The period that holds the as-of date is not over, unless it begins on it."""
    current = pd.Timestamp(release.as_of_date).to_period("W-SUN" if grain == "week" else "M").start_time
    return found.assign(is_partial=pd.to_datetime(found["period"]) >= current)

"""How are we doing? Customers, revenue, service and risk on one screen."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, formats
from dashboards.blocks import Card, cards, chart, panel
from dashboards.data import OpenRelease
from dashboards.figures import figure, figures, over_time
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
    stocks = figures(release, "customers", "open_tickets", "value_at_risk", "customers_at_risk")
    trade = ("net_revenue", "active_customers", "orders")
    month = figures(release, *trade, days=30, compared=trade)
    quarter = figures(release, *trade, "csat", "csat_response_rate", days=90, compared=trade)
    csat, answered = quarter["csat"], quarter["csat_response_rate"]
    active, orders = quarter["active_customers"], month["orders"]
    week = figure(release, "tickets", days=7)
    is_scored = release.row(queries.SCORED)["customers"] > 0
    cards(
        Card("Customers", stocks["customers"].text, help=stocks["customers"].help),
        Card(
            "Active customers, 90 days",
            active.text,
            change=active.change,
            against="vs. 90 days before",
            help=active.help,
        ),
        Card(
            "Revenue, 30 days",
            month["net_revenue"].text,
            change=month["net_revenue"].change,
            against="vs. 30 days before",
            help=month["net_revenue"].help,
        ),
        Card(
            "Revenue, 90 days",
            quarter["net_revenue"].text,
            change=quarter["net_revenue"].change,
            against="vs. 90 days before",
            help=quarter["net_revenue"].help,
        ),
        Card(
            "Orders, 30 days",
            orders.text,
            change=orders.change,
            against="vs. 30 days before",
            help=orders.help,
        ),
        Card(
            "Open tickets",
            stocks["open_tickets"].text,
            note=f"{week.text} new in 7 days",
            help=stocks["open_tickets"].help,
        ),
        Card(
            "CSAT, 90 days",
            csat.text,
            note=f"n = {csat.n:,}, {formats.percent(answered.value, 0)} answered",
            help=f"{csat.help} Answered: {answered.description.split(' Rejected:')[0]}",
        ),
        Card(
            "Value at risk",
            stocks["value_at_risk"].text,
            note=f"{stocks['customers_at_risk'].text} customers",
            help=stocks["value_at_risk"].help,
            missing=formats.NOT_ENOUGH_HISTORY if is_scored else "Not scored in this release",
        ),
    )


def _revenue(release: OpenRelease, grain: str, days: int) -> None:
    found = _flag_partial(over_time(release, "net_revenue", grain, days), grain, release)
    note = f"Net of refunds, without cancelled orders; the lighter {grain} is not over"
    amount = f"Revenue, {release.currency}" if release.currency else "Revenue"
    with panel(f"Revenue by {grain}", note):
        chart(
            lambda: charts.bars_over_time(found, "value", amount, grain),
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

"""People and deals on the Sales page: owners, stale deals, promises kept."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import formats
from dashboards.blocks import nothing, panel
from dashboards.data import OpenRelease
from dashboards.intervals import wilson
from dashboards.lists import (
    as_percent,
    customer_column,
    date_column,
    money_column,
    paged,
    percent_column,
    table,
)
from dashboards.queries import sales_lists as queries


def owners(release: OpenRelease, days: int, pipeline: str | None, empty: str) -> None:
    found = release.rows(queries.OWNERS, days=days, pipeline=pipeline, as_of_date=release.as_of_date)
    with panel("Owners", f"Open now, and closed in the last {days:,} days"):
        if found.empty:
            nothing(empty)
            return
        found = found.assign(
            owner=release.colleagues(found["owner_id"]),
            interval=[_interval(row.won_count, row.closed_count) for row in found.itertuples()],
        )
        columns = {
            "owner": st.column_config.TextColumn("Owner"),
            "open_count": st.column_config.NumberColumn("Open", format="%,d"),
            "open_amount": money_column("Open amount", release),
            "expected_amount": money_column("Expected", release),
            "won_count": st.column_config.NumberColumn("Won", format="%,d"),
            "closed_count": st.column_config.NumberColumn("Closed", format="%,d"),
            "won_amount": money_column("Won amount", release),
            "win_rate": percent_column("Win rate", help="Won ÷ (won + lost), by count"),
            "interval": st.column_config.TextColumn("95 % interval", help="So few deals leave the win rate this open"),
            "win_rate_by_amount": percent_column("By amount", help="Amount won ÷ amount closed"),
            "mean_cycle_days": st.column_config.NumberColumn("Mean cycle, days", format="%.0f"),
            "activities_per_deal": st.column_config.NumberColumn(
                "Activities a deal", format="%.1f", help="Of closed deals; a dash where none are exported"
            ),
        }
        table(as_percent(found, "win_rate", "win_rate_by_amount"), columns, "Owners")


def _interval(won: int, closed: int) -> str | None:
    found = wilson(won, closed)
    return None if found is None else formats.share_interval(*found)


def stale(release: OpenRelease, pipeline: str | None) -> None:
    now = release.row(queries.STALE_COUNT, pipeline=pipeline)
    with panel("Stale deals", "Open, and for a month no activity, no change and no exchange with the customer"):
        if not now["open_deals"]:
            nothing("No deal is open.")
            return
        if not now["known"]:
            nothing("The CRM's export has no activities about deals, so nobody knows which ones are forgotten.")
            return
        if not now["deals"]:
            st.markdown(f"None of {formats.counted(now['known'], 'open deal')}.")
            return
        worth = formats.money(now["amount"], release.currency)
        st.markdown(
            f"**{now['deals']:,} of {formats.counted(now['known'], 'open deal')}**"
            + (f", worth {formats.plain(worth)}." if worth else ".")
        )
        rows = st.container()
        found = release.rows(queries.STALE, pipeline=pipeline, **paged(now["deals"], "stale_page"))
        told = {"days_without_activity": st.column_config.NumberColumn("Days silent", format="%,d")}
        with rows:
            _deals(release, found, told, "Stale deals")


def next_steps(release: OpenRelease, pipeline: str | None) -> None:
    now = release.row(queries.NEXT_STEPS_COUNT, pipeline=pipeline)
    with panel("Next steps", "Open deals with no task planned, or with one that should be done by now"):
        if not now["open_deals"]:
            nothing("No deal is open.")
            return
        if not now["known"]:
            nothing("The CRM's export has no tasks about deals, so nobody knows which ones have a next step.")
            return
        st.markdown(
            f"Of {formats.counted(now['known'], 'open deal')} **{now['unplanned']:,}** have no next step"
            f"{_worth(release, now['unplanned_amount'])}, and **{now['late']:,}** have one that is late"
            f"{_worth(release, now['late_amount'])}."
        )
        if not now["listed"]:
            return
        rows = st.container()
        found = release.rows(queries.NEXT_STEPS, pipeline=pipeline, **paged(now["listed"], "next_steps_page", rows=10))
        told = {
            "next_step": st.column_config.TextColumn("Next step"),
            "forecast_category": st.column_config.TextColumn("Forecast", help="Where sales counts it, as the CRM says"),
        }
        with rows:
            _deals(release, found, told, "Deals without a next step in time")


def _deals(release: OpenRelease, found: pd.DataFrame, told: dict[str, Any], alt_text: str) -> None:
    """Open deals, with the columns that a list of them is about behind the stage and the amount."""
    found = found.assign(owner=release.colleagues(found["owner_id"]))
    columns = {
        "opportunity_id": st.column_config.TextColumn("Deal"),
        "owner": st.column_config.TextColumn("Owner"),
        "stage_name": st.column_config.TextColumn("Stage"),
        "amount": money_column("Amount", release),
        **told,
        "close_date": date_column("Planned close"),
    }
    table(found, columns | customer_column(found, release), alt_text)


def _worth(release: OpenRelease, amount: float | None) -> str:
    text = formats.money(amount, release.currency)
    return f" (worth {formats.plain(text)})" if text else ""


def promises(release: OpenRelease, days: int, pipeline: str | None) -> None:
    found = release.rows(queries.PROMISES, days=days, pipeline=pipeline, as_of_date=release.as_of_date)
    note = (
        f"Deals won in the last {days:,} days whose sixty days after it are over, and complaints of the same customer"
    )
    with panel("Promises kept", f"{note} or organisation within them"):
        if found.empty:
            nothing("No deal won in this window can be judged: that takes a helpdesk's tickets of the same customers.")
            return
        judged, followed = int(found["judged"].sum()), int(found["followed"].sum())
        share = formats.share_interval(*wilson(followed, judged))
        st.markdown(
            f"**{followed:,} of {formats.counted(judged, 'won deal')}** ended in a complaint: "
            f"{followed / judged:.0%}, {share} at 95 %."
        )
        columns = {
            "product": st.column_config.TextColumn("Product"),
            "judged": st.column_config.NumberColumn("Won and judged", format="%,d"),
            "followed": st.column_config.NumberColumn("With a complaint", format="%,d"),
        }
        table(found, columns, "Promises by product")

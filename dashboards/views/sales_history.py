"""The past of deals on the Sales page: from stage to stage, and what the pipeline said against what was won."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, formats
from dashboards.blocks import chart, nothing, panel
from dashboards.data import OpenRelease
from dashboards.lists import as_percent, money_column, percent_column, table
from dashboards.queries import sales_history as queries

SERIES = {"Forecast": charts.GREY, "Won": charts.BLUE}
ENOUGH_MONTHS = 6
"""Fewer months than this say nothing about the next one."""
NO_STAGES = (
    "The CRM's export tells where a deal stands and not how it got there, so only the whole way is known. "
    "HubSpot's API and Salesforce's OpportunityHistory tell the rest."
)
NO_PAST = (
    "No past forecast is known: that takes a CRM whose export has the history of deals, as HubSpot's API and "
    "Salesforce's OpportunityHistory have, with amounts and close dates."
)


def stages(release: OpenRelease, pipeline: str | None) -> None:
    found = release.rows(queries.CONVERSIONS, pipeline=pipeline)
    with panel(
        "From stage to stage",
        "Deals that entered in the last 365 days. What is still there counts for as long as it was seen, and not as "
        "a failure. Shares are of the first 180 days; the bars are 95 % intervals.",
    ):
        if found.empty:
            nothing("No deals were opened in the last 365 days.")
            return
        if found["is_whole_way"].all():
            st.caption(NO_STAGES)
        found = found.assign(stage=_named(found))
        known = found[found["share"].notna()].rename(columns={"stage": "label", "share": "score"})
        chart(
            lambda: charts.intervals(known, "%", "Share that moves on", domain=(0, 1)),
            known,
            "Share of deals that move on from each stage, with 95 % intervals",
            "Too few deals were followed for long enough to say which share moves on.",
        )
        columns = {
            "stage": st.column_config.TextColumn("Stage"),
            "count_entered": st.column_config.NumberColumn("Entered", format="%,d"),
            "count_converted": st.column_config.NumberColumn("Moved on", format="%,d"),
            "count_failed": st.column_config.NumberColumn("Lost or back", format="%,d"),
            "count_open": st.column_config.NumberColumn("Still there", format="%,d"),
            "share": percent_column("Moves on", help="Share within 180 days, the still open ones taken into account"),
            "median_days": st.column_config.NumberColumn("Median days", format="%.0f", help="Until half have left"),
        }
        table(as_percent(found, "share"), columns, "Stages")


def _named(found: pd.DataFrame) -> pd.Series:
    """Stages, with their pipeline where several are shown."""
    pipeline = found["pipeline_name"].fillna(found["source_name"])
    return found["stage"] if pipeline.nunique() == 1 else found["stage"] + " · " + pipeline


def forecast(release: OpenRelease, pipeline: str | None) -> None:
    found = release.rows(queries.MONTHS, pipeline=pipeline)
    with panel("Forecast and result", "What amount × probability said on the first of a month, and what was won in it"):
        if found.empty:
            nothing(NO_PAST)
            return
        st.markdown(_verdict(release, release.row(queries.RECORD, pipeline=pipeline)))
        chart(
            lambda: charts.lines_over_time(found, "period", "amount", "Amount", "series", SERIES, grain="month"),
            found,
            "Forecast at the start of each month and amount won in it",
            NO_PAST,
        )
        _by_owner(release, pipeline)


def _verdict(release: OpenRelease, now: dict) -> str:
    """The forecast's record in words, and from it how far to trust this month's."""

    def money(amount: float) -> str:
        return formats.plain(formats.money(amount, release.currency))

    if not now or not now["months"]:
        return "No month has ended since the history of deals begins."
    said = f"Over {formats.counted(now['months'], 'month')} it said {money(now['said'])}; {money(now['won'])} was won"
    said += f" in {formats.counted(now['deals'], 'deal')}."
    if now["error"] is not None:
        way = "too much" if now["bias"] > 0 else "too little"
        said += f" That is {abs(now['bias']):.0%} {way}; single months were off by {now['error']:.0%} of what was won."
    if now["said_now"] is None:
        return said
    said += f" For this month it says **{money(now['said_now'])}**"
    if now["months_with_forecast"] < ENOUGH_MONTHS:
        return f"{said}; {formats.counted(now['months_with_forecast'], 'month')} are too few to say how near that is."
    low, high = (money(now["said_now"] * now[f"{end}_multiple"]) for end in ("low", "high"))
    return f"{said}: {low} to {high}, if it goes as in 8 of 10 of the {now['months_with_forecast']} months before."


def _by_owner(release: OpenRelease, pipeline: str | None) -> None:
    found = release.rows(queries.RECORD_BY_OWNER, pipeline=pipeline)
    found = found.assign(owner=release.colleagues(found["who"]))
    columns = {
        "owner": st.column_config.TextColumn("Owner"),
        "months": st.column_config.NumberColumn("Months", format="%d", help="Months with a deal open or won"),
        "said": money_column("Forecast", release),
        "won": money_column("Won", release),
        "deals": st.column_config.NumberColumn("Deals won", format="%,d"),
        "bias": percent_column("Too high by", help="Forecast ÷ won - 1; below zero it promised too little"),
        "error": percent_column("Off by", help="Differences of single months, up or down, ÷ won"),
    }
    table(as_percent(found, "bias", "error"), columns, "Forecast by owner")

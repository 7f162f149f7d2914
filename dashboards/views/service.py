"""What is waiting at the helpdesk, how fast is it answered, and what do customers say about it?"""

from __future__ import annotations

import streamlit as st

from dashboards import charts, formats
from dashboards.blocks import Card, cards, chart, nothing, panel
from dashboards.data import OpenRelease
from dashboards.lists import as_percent, percent_column, table
from dashboards.queries import service as queries

WINDOWS = {"30 days": 30, "90 days": 90, "365 days": 365}
EVENTS = {"Created": charts.ORANGE, "Solved": charts.GREEN}
EMPTY = "No tickets in this window. Choose a longer one, or put helpdesk exports into `landing/` and run `rapport run`."


def show(release: OpenRelease) -> None:
    chosen = st.segmented_control(
        "Window", list(WINDOWS), default="90 days", required=True, label_visibility="collapsed", key="service_window"
    )
    days = WINDOWS[chosen]
    _headline(release, days)
    left, right = st.columns(2)
    with left:
        _flow(release, days)
    with right:
        _backlog(release, days)
    left, right = st.columns([2, 3])
    with left:
        _backlog_age(release)
    with right:
        _breakdown(release, days)


def _headline(release: OpenRelease, days: int) -> None:
    now = release.row(queries.HEADLINE, days=days, as_of_date=release.as_of_date)
    window = f"Tickets created in the last {days} days."
    cards(
        Card(
            "Open tickets",
            formats.count(now["open_tickets"]),
            note=f"{formats.count(now['open_over_week'])} older than 7 days",
            help="Not solved at the as-of date, whenever created.",
        ),
        Card(
            "New tickets",
            formats.count(now["created"]),
            change=formats.change(now["created"], now["created_before"]),
            against=f"vs. {days} days before",
            help=window,
            is_bad_when_up=True,
        ),
        Card(
            "First reply, median",
            formats.duration(now["first_reply_median"]),
            note=f"9 of 10 within {formats.duration(now['first_reply_p90'])}",
            help=f"Creation to the first public reply by an agent, in calendar time, n = {now['replied']:,}. {window}",
        ),
        Card(
            "Resolution, median",
            formats.duration(now["resolution_median"]),
            note=f"9 of 10 within {formats.duration(now['resolution_p90'])}",
            help=f"Creation to the last time solved, in calendar time, n = {now['resolved']:,}. {window}",
        ),
        Card(
            "CSAT",
            formats.percent(now["csat"]),
            note=f"n = {now['rated']:,}, {formats.percent(now['response_rate'], 0)} answered",
            help="Good ÷ (good + bad) of rated tickets; beside it the share of solved tickets that were rated. "
            + window,
        ),
        Card(
            "Reopened",
            formats.percent(now["reopened_share"]),
            note=f"of {formats.count(now['solved'])} solved",
            help="Share of solved tickets that were reopened at least once. " + window,
        ),
    )


def _flow(release: OpenRelease, days: int) -> None:
    found = release.rows(queries.CREATED_AND_SOLVED, days=days, as_of_date=release.as_of_date)
    found = found[found["tickets"].cumsum() > 0]
    with panel("Tickets per week", "Created, and solved for good; complete weeks only"):
        chart(
            lambda: charts.lines_over_time(found, "week", "tickets", "Tickets", "event", EVENTS),
            found,
            "Tickets created and solved per week",
            EMPTY,
        )


def _backlog(release: OpenRelease, days: int) -> None:
    found = release.rows(queries.BACKLOG, days=days, as_of_date=release.as_of_date)
    if not found["open_tickets"].any():
        found = found.iloc[:0]
    with panel("Backlog", "Tickets unsolved at the end of each day"):
        chart(
            lambda: charts.area_over_time(found, "day", "open_tickets", "Open tickets"),
            found,
            "Open tickets at the end of each day",
            "Nothing was waiting in this window.",
        )


def _backlog_age(release: OpenRelease) -> None:
    found = release.rows(queries.BACKLOG_AGE, as_of_date=release.as_of_date)
    with panel("How long open tickets wait", "From creation to the as-of date"):
        if not found["tickets"].any():
            nothing("No ticket is open.")
            return
        st.altair_chart(charts.ranked_bars(found, "age", "tickets", "Open tickets"), alt="Open tickets by age")


def _breakdown(release: OpenRelease, days: int) -> None:
    with panel("Compare", f"Tickets created in the last {days} days; durations in calendar time"):
        dimension = st.segmented_control(
            "By",
            list(queries.DIMENSIONS),
            default="Channel",
            required=True,
            label_visibility="collapsed",
            key="service_by",
        )
        found = release.rows(queries.breakdown(dimension), days=days, as_of_date=release.as_of_date)
        if found.empty:
            nothing(EMPTY)
            return
        for measure in ("first_reply_median", "first_reply_p90", "resolution_median", "resolution_p90"):
            found[measure] = found[measure].map(formats.duration)
        columns = {
            "name": st.column_config.TextColumn(dimension),
            "tickets": st.column_config.NumberColumn("Tickets", format="%,d"),
            "open_tickets": st.column_config.NumberColumn("Open", format="%,d"),
            "first_reply_median": st.column_config.TextColumn("First reply"),
            "first_reply_p90": st.column_config.TextColumn("9 of 10", help="First reply, 90th percentile"),
            "resolution_median": st.column_config.TextColumn("Resolution"),
            "resolution_p90": st.column_config.TextColumn("9 of 10 ", help="Resolution, 90th percentile"),
            "csat": percent_column("CSAT"),
            "rated": st.column_config.NumberColumn("Rated", format="%,d"),
        }
        table(as_percent(found, "csat"), columns, f"Tickets by {dimension.lower()}")

"""What is waiting at the helpdesk, how fast is it answered, and what do customers say about it?"""

from __future__ import annotations

import streamlit as st

from dashboards import charts, formats
from dashboards.blocks import Card, cards, chart, nothing, panel
from dashboards.data import OpenRelease
from dashboards.figures import figures
from dashboards.lists import as_percent, percent_column, table
from dashboards.queries import service as queries
from dashboards.views import service_risks, service_topics

WINDOWS = {"30 days": 30, "90 days": 90, "365 days": 365}
KPIS = (
    "open_tickets",
    "tickets",
    "solved_tickets",
    "first_reply_median",
    "first_reply_p90",
    "resolution_median",
    "resolution_p90",
    "csat",
    "csat_response_rate",
    "reopen_rate",
)
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
    service_risks.risks(release)
    service_topics.show(release, days)


def _headline(release: OpenRelease, days: int) -> None:
    window = f"Tickets created in the last {days} days."
    now = figures(release, *KPIS, days=days, compared=("tickets",))
    old = release.row(queries.OLD, as_of_date=release.as_of_date)["tickets"]
    csat, answered = now["csat"], now["csat_response_rate"]
    reply, resolution = now["first_reply_median"], now["resolution_median"]
    cards(
        Card(
            "Open tickets",
            now["open_tickets"].text,
            note=f"{formats.count(old)} older than 7 days",
            help=now["open_tickets"].help,
        ),
        Card(
            "New tickets",
            now["tickets"].text,
            change=now["tickets"].change,
            against=f"vs. {days} days before",
            help=window,
            is_bad_when_up=now["tickets"].is_lower_better,
        ),
        Card(
            "First reply, median",
            reply.text,
            note=f"9 of 10 within {now['first_reply_p90'].text}",
            help=f"{reply.help} n = {reply.n:,}. {window}",
        ),
        Card(
            "Resolution, median",
            resolution.text,
            note=f"9 of 10 within {now['resolution_p90'].text}",
            help=f"{resolution.help} n = {resolution.n:,}. {window}",
        ),
        Card(
            "CSAT",
            csat.text,
            note=f"n = {csat.n:,}, {formats.percent(answered.value, 0)} answered",
            help=f"{csat.help} Answered: {answered.description.split(' Rejected:')[0]} {window}",
        ),
        Card(
            "Reopened",
            now["reopen_rate"].text,
            note=f"of {now['solved_tickets'].text} solved",
            help=f"{now['reopen_rate'].help} {window}",
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

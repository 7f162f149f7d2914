"""Who is waiting for us, who hears too much from us, and what do customers say about it? All teams on one page."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import best_contact, charts, formats
from dashboards.blocks import Card, cards, nothing, panel
from dashboards.data import OpenRelease
from dashboards.lists import as_percent, customer_column, date_column, paged, percent_column, table
from dashboards.queries import contact as queries
from dashboards.views import contact_surveys
from dashboards.views.follow_ups import follow_up_table

DAYS = 90
FEWEST_MAILINGS = 30
"""Below that an interval spans half the scale and says nothing."""


def show(release: OpenRelease) -> None:
    _headline(release)
    _follow_ups(release)
    contact_surveys.show(release)
    left, right = st.columns(2)
    with left:
        _repeats(release)
    with right:
        _channels(release)
    _fatigue(release)
    _pressure(release)
    _birthdays(release)
    best_contact.trust(release)


def _headline(release: OpenRelease) -> None:
    teams = release.rows(queries.FOLLOW_UP_TEAMS)["team"].tolist()
    owed = release.row(queries.FOLLOW_UPS, as_of_date=release.as_of_date, teams=teams)
    pressure = release.row(queries.PRESSURE)
    found = release.rows(queries.REPEATS, as_of_date=release.as_of_date, days=DAYS)
    tickets = int(found["tickets"].sum())
    share = float(found["repeats"].sum()) / tickets if tickets else None
    cards(
        Card(
            "Open follow-ups",
            formats.count(owed["open_follow_ups"]),
            note=f"{formats.count(owed['overdue'])} overdue, {formats.count(owed['due_today'])} due today",
            help="Tasks planned in a CRM, questions on tickets, and unhappy customers nobody has spoken to since.",
        ),
        *contact_surveys.headline(release),
        Card(
            "Had to explain again",
            formats.percent(share),
            note=f"of n = {tickets:,} tickets, {DAYS} days",
            help="The same topic again within 14 days, at another desk or by another channel, or after a hand-over.",
            missing="No tickets with a topic",
        ),
        Card(
            "Heard from us, 7 days",
            formats.count(pressure["touched_7d"]),
            note=f"of {formats.count(pressure['customers'])} customers, {_at_most(pressure['most_7d'])}",
            help="Marketing, sales, support and surveys in one count.",
        ),
        Card(
            "Left alone",
            formats.count(pressure["quiet"]),
            note="get no offers today",
            help="An open or fresh complaint, a bad rating, a no to marketing, or too many contacts this week. "
            "No segment but Support's contains them.",
        ),
    )


def _follow_ups(release: OpenRelease) -> None:
    with panel("Follow-ups", "What some team owes a customer, the longest overdue first"):
        teams = release.rows(queries.FOLLOW_UP_TEAMS)["team"].tolist()
        if not teams:
            nothing("Nobody is waiting: no open task, unanswered question or unhappy customer in what has been loaded.")
            return
        chosen = st.pills("Team", teams, selection_mode="multi", format_func=str.capitalize, key="follow_up_team",
                          help="None chosen means all") or teams  # fmt: skip
        total = release.row(queries.FOLLOW_UPS, as_of_date=release.as_of_date, teams=chosen)["open_follow_ups"]
        listing = st.container()
        page = paged(total, key=f"follow_ups_{'-'.join(chosen)}", rows=10)
        found = release.rows(queries.FOLLOW_UP_LIST, teams=chosen, **page)
        with listing:
            follow_up_table(release, found, "Open follow-ups")


def _repeats(release: OpenRelease) -> None:
    found = release.rows(queries.REPEATS, as_of_date=release.as_of_date, days=DAYS)
    with panel("Told twice", f"Tickets of the last {DAYS} days by topic, and how many were a story told again"):
        if found.empty:
            nothing("No tickets with a topic in this window. Load a helpdesk export that has categories or tags.")
            return
        columns = {
            "topic": st.column_config.TextColumn("Topic"),
            "tickets": st.column_config.NumberColumn("Tickets", format="%,d"),
            "repeats": st.column_config.NumberColumn("Told again", format="%,d"),
            "customers": st.column_config.NumberColumn("Customers", format="%,d"),
            "share": percent_column("Share"),
        }
        table(as_percent(found, "share"), columns, "Stories told again by topic")
        told = release.rows(queries.REPEAT_LIST, as_of_date=release.as_of_date, days=DAYS)
        if told.empty:
            return
        columns = customer_column(told, release) | {
            "topic": st.column_config.TextColumn("Topic"),
            "again_at": date_column("Told again"),
            "again": st.column_config.TextColumn("To", help="The desk, or the channel where no desk is known"),
        }
        table(told, columns, "Customers who told a story again, latest first")


def _channels(release: OpenRelease) -> None:
    found = release.rows(queries.CHANNELS)
    with panel("How customers like to be reached", "By the contacts they began or answered within a year; no opens"):
        if found.empty:
            nothing("No customers yet. Put exports into `landing/` and run `rapport run`.")
            return
        if best_contact.withheld(release, "best_channel"):
            nothing("No best channel is told of anybody; why stands at the end of this page.")
            return
        found = found.assign(channel=found["channel"].str.capitalize())
        st.altair_chart(charts.ranked_bars(found, "channel", "customers", "Customers"), alt="Customers by channel")


def _fatigue(release: OpenRelease) -> None:
    found = release.rows(queries.FATIGUE, fewest=FEWEST_MAILINGS)
    note = "By what the recipient had heard from any team in the 7 days before. Bars: 95% intervals"
    with panel("Does more contact bring less?", note):
        if found.empty:
            nothing("Not enough mailings older than a week. Load exports of a mailing tool to see what more brings.")
            return
        left, right = st.columns(2)
        for place, answer, words in (
            (left, "responded", "Clicked or replied"), (right, "unsubscribed", "Unsubscribed"),
        ):  # fmt: skip
            with place:
                shown = _curve(found, answer)
                highest = max(0.01, float(shown["high"].max()))
                digits = ".0%" if highest > 0.1 else ".1%"
                st.altair_chart(charts.intervals(shown, digits, words, (0, highest)), alt=f"{words} by contacts before")
        st.caption(
            "What happened, not proof of why: people who get much mail differ from those who get little. "
            f"Drawn from {FEWEST_MAILINGS} mailings on."
        )


def _curve(found: pd.DataFrame, answer: str) -> pd.DataFrame:
    labels = [
        f"{row.touches_before}{' or more' if row.is_open_ended else ''} before · n = {row.count_mailings:,}"
        for row in found.itertuples()
    ]
    ends = {"score": f"{answer}_share", "low": f"{answer}_share_low", "high": f"{answer}_share_high"}
    return pd.DataFrame({"label": labels} | {name: found[column] for name, column in ends.items()})


def _pressure(release: OpenRelease) -> None:
    by_team, found = release.rows(queries.PRESSURE_BY_TEAM), release.rows(queries.MOST_TOUCHED)
    with panel("Contact pressure", "Touches of the last 30 days by team, and who got most this week"):
        if found.empty:
            nothing("Nobody heard from any team in the last 30 days, in what has been loaded.")
            return
        st.altair_chart(charts.ranked_bars(by_team, "team", "touches", "Touches"), alt="Touches by team")
        columns = customer_column(found, release) | {
            "count_touches_7d": st.column_config.NumberColumn("7 days", format="%,d"),
            "count_touches_30d": st.column_config.NumberColumn("30 days", format="%,d"),
            "best_channel": st.column_config.TextColumn("Likes"),
            "reason": st.column_config.TextColumn("Left alone because", width="large"),
        }
        table(found, columns, "Customers with most contact")


def _birthdays(release: OpenRelease) -> None:
    if not release.may_see_names:
        return
    found = release.personal_rows(queries.BIRTHDAYS, as_of_date=release.as_of_date)
    if found.empty:
        return
    with panel("Birthdays", "In the next 30 days, where a system knows them"):
        table(found, customer_column(found, release) | {"day": date_column("Day")}, "Birthdays")


def _at_most(most_times: int | None) -> str:
    """How often any one of them heard from us."""
    if not most_times:
        return "none of them"
    return "at most once each" if most_times == 1 else f"at most {most_times} times each"

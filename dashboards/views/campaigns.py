"""Whom do campaigns reach, and what comes of it? The panels on revenue and on tests stand in files of their own."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, formats
from dashboards.blocks import Card, cards, chart, nothing, panel
from dashboards.data import OpenRelease
from dashboards.intervals import share_of
from dashboards.lists import PAGE_ROWS, as_percent, customer_column, date_column, paged, percent_column, table
from dashboards.queries import campaigns as queries
from dashboards.views import campaign_revenue, campaign_tests

WINDOWS = {"90 days": 90, "365 days": 365, "3 years": 1095}
ALL = "All lists"
EMPTY = "No campaign was sent in this window. Put the mailing tool's exports into `landing/` and run `rapport run`."
PEOPLE = "Person"
STEPS = ("sent", "delivered", "opened", "clicked", "replied", "redeemed")
LOSSES = {"Unsubscribed": charts.VERMILLION, "Bounced": charts.GREY}
SHARES = ("opened_share", "clicked_share", "bounced_share", "unsubscribed_share", "ordered_share")


def show(release: OpenRelease) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        window = st.segmented_control(
            "Window", list(WINDOWS), default="365 days", required=True, label_visibility="collapsed",
            key="campaigns_window",
        )  # fmt: skip
        lists = release.rows(queries.LISTS)["list_name"].tolist()
        list_name = None
        if len(lists) > 1:
            chosen = st.selectbox("List", [ALL, *lists], label_visibility="collapsed", width=260)
            list_name = None if chosen == ALL else chosen
    sent = {"days": WINDOWS[window], "list_name": list_name, "as_of_date": release.as_of_date}
    total = release.row(queries.TOTAL, **sent)
    _headline(total)
    left, right = st.columns(2)
    with left:
        _funnel(total)
    with right:
        _losses(release, sent)
    _table(release, sent)
    campaign_revenue.show(release, sent["days"])
    campaign_tests.show(release, sent)


def _headline(total: dict) -> None:
    def rate(step: str, label: str, missing: str, help: str | None = None) -> Card:
        successes, n = total[step], total[f"{step}_of"]
        share = None if formats.is_missing(successes) or not n else successes / n
        return Card(label, formats.percent(share), note=share_of(successes, n), help=help, missing=missing)

    silent = "Not recorded by the mailing tool"
    cards(
        Card(
            "Sent",
            formats.count(total["sent"]),
            note=formats.counted(total["campaigns"], "campaign"),
            help="People, counted once per campaign.",
            missing="No campaign in this window",
        ),
        rate("delivered", "Delivered", silent),
        rate("opened", "Opened", silent, "Of delivered. Some mail programs open every mail by themselves."),
        rate("clicked", "Clicked", silent, "Of delivered."),
        rate("unsubscribed", "Unsubscribed", silent, "Of delivered: people who left the list by a campaign."),
        rate("ordered", "Ordered in 30 days", "Too early to say",
             "Of those sent to at least 30 days ago. Many of them would have bought anyway."),
    )  # fmt: skip


def _funnel(total: dict) -> None:
    known = [(step.capitalize(), total[step]) for step in STEPS if not formats.is_missing(total[step])]
    found = pd.DataFrame(known, columns=["step", "people"])
    with panel("Funnel", "People at each step, counted once per campaign; steps that no tool records are left out"):
        chart(lambda: charts.ranked_bars(found, "step", "people", "People"), found, "People at each step", EMPTY)


def _losses(release: OpenRelease, sent: dict) -> None:
    found = release.rows(queries.LOSSES_BY_MONTH, **sent)
    without = release.row(queries.LEFT_WITHOUT, days=sent["days"], as_of_date=sent["as_of_date"])["people"]
    note = "Per 1,000 people mailed, by month of sending"
    if without:
        note += f". Besides, {formats.count(without)} left without a campaign"
    with panel("Unsubscribes and bounces", note):
        chart(
            lambda: charts.lines_over_time(found, "period", "rate", "Per 1,000", "loss", LOSSES, "month"),
            found,
            "Unsubscribes and bounces per 1,000 people mailed, by month",
            "No unsubscribes or bounces are recorded for this window.",
        )


def _table(release: OpenRelease, sent: dict) -> None:
    with panel("What became of it", "Shares are of delivered mails; a dash is not recorded, or too early to say"):
        by = st.segmented_control(
            "By", [*queries.BY, PEOPLE], default="Campaign", required=True, label_visibility="collapsed",
            key="campaigns_by",
        )  # fmt: skip
        sql = queries.PEOPLE if by == PEOPLE else queries.BY[by]
        first = release.rows(sql, **sent, limit=PAGE_ROWS, offset=0)
        if first.empty:
            nothing(EMPTY)
            return
        where = st.container()
        page = paged(int(first["total"].iloc[0]), f"campaigns_page_{by}")
        found = release.rows(sql, **sent, **page)
        with where:
            _people(found, release) if by == PEOPLE else _campaigns(found, by)


def _campaigns(found: pd.DataFrame, by: str) -> None:
    columns = {
        "name": st.column_config.TextColumn(by, width="medium"),
        "sent_date": date_column("Sent" if by == "Campaign" else "Last sent"),
        "sent": st.column_config.NumberColumn("People", format="%,d"),
        "opened_share": percent_column("Opened"),
        "clicked_share": st.column_config.NumberColumn("Clicked", format="%.1f%%"),
        "bounced_share": st.column_config.NumberColumn("Bounced", format="%.1f%%"),
        "unsubscribed_share": st.column_config.NumberColumn("Unsubscribed", format="%.1f%%"),
        "ordered_share": st.column_config.NumberColumn("Ordered in 30 days", format="%.1f%%"),
    }
    table(as_percent(found, *SHARES), columns, f"Campaigns by {by.lower()}")


def _people(found: pd.DataFrame, release: OpenRelease) -> None:
    columns = customer_column(found, release) | {
        "sent": st.column_config.NumberColumn("Mails", format="%,d"),
        "opened": st.column_config.NumberColumn("Opened", format="%,d"),
        "answered": st.column_config.NumberColumn("Answered", format="%,d", help="Clicked, replied or redeemed"),
        "answered_date": date_column("Last answered"),
        "has_left": st.column_config.CheckboxColumn("Left the list"),
    }
    table(found, columns, "People by how often they answered")

"""What are tickets about, what is new among it, and how do customers sound?"""

from __future__ import annotations

import streamlit as st

from dashboards import charts, formats
from dashboards.blocks import chart, nothing, panel
from dashboards.data import OpenRelease
from dashboards.intervals import share_of
from dashboards.lists import as_percent, percent_column, table
from dashboards.queries import service_topics as queries

SENTIMENTS = {"negative": charts.VERMILLION, "positive": charts.GREEN, "neither": charts.GREY}
NO_TEXTS = (
    "Nothing can be said yet about what tickets are about: that needs at least 50 tickets with words. Zendesk and "
    "Intercom export all messages; put such exports into `landing/` and run `rapport run`."
)
NO_SENTIMENT = "How customers sound is learned from ratings; there are too few yet, or they do not follow the words."


def show(release: OpenRelease, days: int) -> None:
    card = release.row(queries.VERDICT)
    with panel("Topics", f"What tickets of the last {days} days are about, from all of their messages"):
        _topics(release, days, card)
    with panel("How customers sound", "Tickets per whole month; negative: more likely than not to be rated bad"):
        found = release.rows(queries.SENTIMENT, as_of_date=release.as_of_date)
        chart(
            lambda: charts.stacked_over_time(found, "tickets", "Tickets", "month", "sentiment", SENTIMENTS),
            found,
            "Tickets per month by how the customer sounds",
            NO_SENTIMENT,
        )


def _topics(release: OpenRelease, days: int, card: dict) -> None:
    found = release.rows(queries.TOPICS, days=days, as_of_date=release.as_of_date)
    if not card or not (found["topic"] != "Not clear").any():
        nothing(f"{NO_TEXTS} {formats.plain(_sentence(card['verdict']))}" if card else NO_TEXTS)
        return
    st.caption(formats.plain(_sentence(card["verdict"])))
    found["change"] = [
        formats.change(now, before) for now, before in zip(found["tickets"], found["tickets_before"], strict=True)
    ]
    found["resolution"] = found["resolution_median"].map(formats.duration)
    found["bad_share"] = found["bad"] / found["rated"].where(found["rated"] > 0)
    found["certainty"] = [share_of(bad, rated, 0) for bad, rated in zip(found["bad"], found["rated"], strict=True)]
    columns = {
        "topic": st.column_config.TextColumn("Topic"),
        "terms": st.column_config.TextColumn("Words", help="Which tell it from the other topics"),
        "tickets": st.column_config.NumberColumn("Tickets", format="%,d"),
        "share": percent_column("Share"),
        "change": st.column_config.TextColumn("Change", help=f"Against the {days} days before"),
        "resolution": st.column_config.TextColumn("Resolution", help="Median, in calendar time"),
        "bad_share": percent_column("Rated bad", help="Of rated tickets"),
        "certainty": st.column_config.TextColumn("95 % range", help="What chance alone leaves open, and of how many"),
        "negative_share": percent_column("Sound negative"),
    }
    table(as_percent(found, "share", "bad_share", "negative_share"), columns, "Topics of tickets")


def _sentence(verdict: str) -> str:
    return f"{verdict[:1].upper()}{verdict[1:]}."

"""Who should we talk to, and about what? Segments, their members and why, to look at or take away."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboards import charts, formats
from dashboards.blocks import Card, cards, nothing, panel
from dashboards.data import OpenRelease
from dashboards.export import csv_bytes
from dashboards.lists import customer_column, date_column, money_column, paged, table
from dashboards.queries import segments as queries
from dashboards.totals import total_cards


def show(release: OpenRelease) -> None:
    defined = release.rows(queries.DEFINITIONS)
    if defined.empty:
        nothing(
            "No segment is defined. Add a `seg_<name>.sql` and a line in `segment_definitions.csv`, then run again."
        )
        return
    left, right = st.columns([2, 3])
    with left:
        _sizes(defined)
    with right:
        titles = dict(zip(defined["segment_name"], defined["title"], strict=True))
        chosen = st.selectbox(
            "Segment", list(titles), format_func=titles.get, key="segment", bind="query-params",
        )  # fmt: skip
        segment = defined[defined["segment_name"] == chosen].iloc[0]
        _one(release, segment)
    _members(release, segment)


def _sizes(defined: pd.DataFrame) -> None:
    with panel("Sizes", "Customers in each segment; a customer can be in several"):
        st.altair_chart(charts.ranked_bars(defined, "title", "customers", "Customers"), alt="Customers in each segment")


def _one(release: OpenRelease, segment: pd.Series) -> None:
    consent = release.row(queries.CONSENT, segment_name=segment["segment_name"])["with_consent"]
    with panel(formats.plain(segment["title"]), formats.plain(segment["description"])):
        st.markdown(
            f"**What to do:** {formats.plain(segment['action'])}  \n**Owner:** {formats.plain(segment['owner'])}"
        )
        cards(
            Card(
                "Members",
                formats.count(segment["customers"]),
                note=f"{formats.percent(segment['share'])} of all customers",
            ),
            Card("May be mailed", formats.count(consent), help="Members with marketing consent."),
        )
        cards(*total_cards(release, segment["segment_name"]))
        st.download_button(
            "Download CSV",
            data=partial(_file, release, segment["segment_name"]),
            file_name=f"{segment['segment_name']}_{release.as_of_date:%Y-%m-%d}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="primary",
            on_click="ignore",
            disabled=not segment["customers"],
            help="Customer ids and reasons. E-mails leave only through `rapport segments`, with the right to see them.",
        )


def _file(release: OpenRelease, segment_name: str) -> bytes:
    found = release.rows(queries.DOWNLOAD, segment_name=segment_name)
    return csv_bytes(["customer_id", "reason"], found.itertuples(index=False))


def _members(release: OpenRelease, segment: pd.Series) -> None:
    with panel("Members", "Highest predicted value first. Open a customer by its id"):
        if not segment["customers"]:
            nothing("Nobody is in this segment today. That can be good news; choose another one above.")
            return
        listing = st.container()
        page = paged(int(segment["customers"]), key=f"members_{segment['segment_name']}")
        found = release.rows(queries.MEMBERS, segment_name=segment["segment_name"], **page)
        columns = customer_column(found, release) | {
            "reason": st.column_config.TextColumn("Why", width="large"),
            "predicted_clv_amount": money_column("Predicted value", release, help="Next 365 days"),
            "historic_clv_amount": money_column("Value so far", release),
            "churn_band": st.column_config.TextColumn("Churn band"),
            "last_order_date": date_column("Last order"),
            "has_marketing_consent": st.column_config.CheckboxColumn("May be mailed"),
        }
        with listing:
            table(found, columns, f"Members of {segment['title']}")

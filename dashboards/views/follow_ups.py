"""What some team owes customers, as a table: on the page of all teams and on the page of one customer."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards.data import OpenRelease
from dashboards.lists import customer_column, date_column, table

KINDS = {"task": "Planned task", "answer": "Question on a ticket", "unhappy": "Unhappy in a survey"}


def follow_up_table(release: OpenRelease, found: pd.DataFrame, alt_text: str) -> None:
    """Follow-ups in the order given; with their customers where the rows say whose they are."""
    found = found.assign(
        follow_up_kind=found["follow_up_kind"].map(KINDS),
        team=found["team"].str.capitalize(),
        colleague=release.colleagues(found["owner_id"]),
    )
    customers = customer_column(found, release) if "customer_id" in found else {}
    columns = customers | {
        "follow_up_kind": st.column_config.TextColumn("What"),
        "due_date": date_column("Due"),
        "overdue_days": st.column_config.NumberColumn("Days late", format="%,d"),
        "team": st.column_config.TextColumn("Team"),
        "colleague": st.column_config.TextColumn("Colleague"),
    }
    table(found, columns, alt_text)

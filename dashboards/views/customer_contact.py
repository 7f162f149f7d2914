"""One customer across teams: how to reach them and whether to, what is owed to them, and what they were when."""

from __future__ import annotations

import streamlit as st

from dashboards import best_contact, formats
from dashboards.blocks import nothing, panel
from dashboards.data import OpenRelease
from dashboards.lists import date_column, table
from dashboards.queries import contact as queries
from dashboards.views.follow_ups import follow_up_table

STATES = {
    "segment": "Segment",
    "owner": "Owner",
    "account": "Organisation",
    "lifecycle_stage": "Stage",
    "marketing_consent": "Marketing consent",
    "rfm_group": "RFM group",
    "churn_band": "Churn band",
}
"""What is shown of the history; the scores behind the bands move too often to read."""


def show(release: OpenRelease, customer_id: str, facts: dict) -> None:
    left, right = st.columns(2)
    with left:
        _reach(release, customer_id, facts)
    with right:
        _owed(release, customer_id)
    _history(release, customer_id)


def _reach(release: OpenRelease, customer_id: str, facts: dict) -> None:
    quiet = release.row(queries.QUIET_REASON, customer_id=customer_id)
    found = release.rows(queries.CHANNELS_OF_CUSTOMER, customer_id=customer_id)
    with panel("How to reach them", "From what they began or answered within a year, not from opened mails"):
        if quiet:
            st.warning(f"**No offers now:** {formats.plain(quiet['reason'])}.", icon=":material/do_not_disturb_on:")
        lines = [*best_contact.of_customer(release, customer_id, facts), _pressure_words(facts)]
        st.markdown("\n".join(f"- {line}" for line in lines))
        best_contact.captions(release)
        if found.empty:
            return
        columns = {
            "channel": st.column_config.TextColumn("Channel"),
            "count_own_contacts": st.column_config.NumberColumn("Began or answered", format="%,d"),
            "count_touches": st.column_config.NumberColumn("Sent", format="%,d"),
        }
        table(found, columns, "Contacts by channel")


def _pressure_words(facts: dict) -> str:
    return f"**Heard from us:** {facts['count_touches_7d']} times in 7 days, {facts['count_touches_30d']} in 30 days"


def _owed(release: OpenRelease, customer_id: str) -> None:
    found = release.rows(queries.FOLLOW_UPS_OF_CUSTOMER, customer_id=customer_id)
    with panel("Owed to them", "Open follow-ups of every team"):
        if found.empty:
            nothing("No team owes this customer anything.")
            return
        follow_up_table(release, found, "Open follow-ups of this customer")


def _history(release: OpenRelease, customer_id: str) -> None:
    found = release.rows(queries.HISTORY, customer_id=customer_id, states=list(STATES))
    with panel("What they were when", "As the nights published it, newest first; known from the first night on"):
        if found.empty:
            nothing("No night has published anything of this customer yet.")
            return
        columns = {
            "state_name": st.column_config.TextColumn("What"),
            "state_value": st.column_config.TextColumn("Was"),
            "valid_from": date_column("From"),
            "valid_to": date_column("Until", help="Empty: still so"),
        }
        found = found.assign(state_name=found["state_name"].map(STATES))
        table(found, columns, "States of this customer over time")

"""Which open tickets will escalate in the next 14 days, and why: the block of the Service page that stands on a score.

Stays out: what waits and how fast it is answered (service), what tickets are about (service_topics), promises (sla).
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboards import evidence, formats, scored
from dashboards.blocks import nothing, panel
from dashboards.data import OpenRelease
from dashboards.export import csv_bytes
from dashboards.lists import as_percent, customer_column, date_column, paged, table
from dashboards.queries import service_risks as queries
from dashboards.scored import Scored

RAISES = " (raises the risk)"
"""How a reason ends that speaks against a ticket."""


def risks(release: OpenRelease) -> None:
    found = evidence.trust(release, "ticket_escalation")
    where = scored.shown(release, "ticket_escalation", found, "Risks of tickets")
    if where:
        _list(release, where)
    evidence.show(release, "ticket_escalation", found)


def _list(release: OpenRelease, where: Scored) -> None:
    note = "Open tickets, by their probability of being reopened, raised in priority or rated bad within 14 days"
    with panel("Tickets at risk", note):
        now = release.row(queries.TOTALS.format(scores=where.table))
        if not now["tickets"]:
            nothing("No open ticket has a risk: that takes a status history, and one that has escalated before.")
            return
        tickets = formats.counted(now["tickets"], "open ticket")
        st.markdown(f"Of **{tickets}**, about **{now['escalating']:,.0f}** will escalate.")
        st.download_button(
            "Download CSV",
            data=partial(file_of, release, where.table),
            file_name=f"tickets_at_risk_{where.as_of_date:%Y-%m-%d}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            help="All open tickets with their risk and reasons, the likeliest first; ids only.",
        )
        rows = st.container()
        found = release.rows(
            queries.TICKETS.format(scores=where.table), **paged(now["tickets"], "ticket_risks_page", rows=10)
        )
        found = found.assign(
            agent=release.colleagues(found["assignee_id"]),
            range=evidence.ranges(found),
            reasons=found["reasons"].map(_against),
        )
        columns = {
            "ticket_id": st.column_config.TextColumn("Ticket"),
            "escalation_probability": st.column_config.ProgressColumn(
                "Risk", format="%.0f%%", min_value=0, max_value=100, help="Of escalating in the next 14 days"
            ),
            "reasons": st.column_config.TextColumn("Why", width="large", help="What raises its risk"),
            "team": st.column_config.TextColumn("Team"),
            "agent": st.column_config.TextColumn("Agent"),
        }
        rest = {
            "priority": st.column_config.TextColumn("Priority"),
            "created_date": date_column("Created"),
            "range": st.column_config.TextColumn("Range", help="80% interval"),
        }
        with rows:
            shown = as_percent(found, "escalation_probability")
            table(shown, columns | customer_column(shown, release) | rest, "Tickets at risk")


def _against(reasons: str) -> str:
    """What raises the risk, in the reasons of a row: what an agent can mend. The download has them all."""
    raising = (said for said in evidence.reasons(reasons) if said.endswith(RAISES))
    return "; ".join(said.removesuffix(RAISES) for said in raising)


def file_of(release: OpenRelease, scores: str) -> bytes:
    """The whole list of the table `scores` as CSV, the likeliest first: ids, risk and reasons, no names."""
    everything = release.rows(queries.DOWNLOAD.format(scores=scores))
    return csv_bytes(list(everything.columns), everything.itertuples(index=False))

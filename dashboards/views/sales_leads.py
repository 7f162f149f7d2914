"""Which open leads will convert in the next 90 days, and why: the block of the Sales page about leads.

Stays out: deals (sales_chances).
"""

from __future__ import annotations

import streamlit as st

from dashboards import evidence, scored
from dashboards.blocks import nothing, panel
from dashboards.data import OpenRelease
from dashboards.lists import as_percent, customer_column, date_column, paged, percent_column, table
from dashboards.queries import sales_leads as queries


def leads(release: OpenRelease) -> None:
    found = evidence.trust(release, "lead_conversion")
    where = scored.shown(release, "lead_conversion", found, "Chances of leads")
    if where:
        _list(release, where.table)
    evidence.show(release, "lead_conversion", found)


def _list(release: OpenRelease, scores: str) -> None:
    with panel("Open leads", "By their probability of converting in the next 90 days; tier A is the best quarter"):
        tiers = release.rows(queries.TIERS.format(scores=scores))
        if tiers.empty:
            nothing("No lead is open: all have converted, or are older than a quarter.")
            return
        columns = {
            "lead_tier": st.column_config.TextColumn("Tier"),
            "leads": st.column_config.NumberColumn("Leads", format="%,d"),
            "probability": percent_column("Mean chance"),
            "expected": st.column_config.NumberColumn("Will convert", format="%,.0f", help="The chances added up"),
        }
        table(as_percent(tiers, "probability"), columns, "Tiers of leads")
        rows = st.container()
        found = release.rows(queries.LEADS.format(scores=scores), **paged(int(tiers["leads"].sum()), "leads_page"))
        found = found.assign(
            range=evidence.ranges(found),
            reasons=found["reasons"].map(evidence.why),
        )
        columns = {
            "lead_tier": st.column_config.TextColumn("Tier"),
            "conversion_probability": st.column_config.ProgressColumn(
                "Chance", format="%.0f%%", min_value=0, max_value=100, help="Of converting in the next 90 days"
            ),
            "range": st.column_config.TextColumn("Range", help="80% interval"),
            "reasons": st.column_config.TextColumn("Why", width="large"),
            "lead_source": st.column_config.TextColumn("Channel"),
            "created_date": date_column("Came"),
        }
        with rows:
            shown = as_percent(found, "conversion_probability")
            table(shown, customer_column(shown, release) | columns, "Open leads")

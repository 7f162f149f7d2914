"""Which open deals will be won in the next 90 days, and why: the block of the Sales page that stands on a score.

Stays out: what the CRM says of its pipeline (sales), owners and forgotten deals (sales_lists).
"""

from __future__ import annotations

import streamlit as st

from dashboards import evidence, formats, scored
from dashboards.blocks import nothing, panel
from dashboards.data import OpenRelease
from dashboards.lists import as_percent, customer_column, date_column, money_column, paged, percent_column, table
from dashboards.queries import sales_chances as queries


def chances(release: OpenRelease, pipeline: str | None) -> None:
    found = evidence.trust(release, "deal_win")
    where = scored.shown(release, "deal_win", found, "Chances of winning")
    if where:
        _list(release, pipeline, where.table)
    evidence.show(release, "deal_win", found)


def _list(release: OpenRelease, pipeline: str | None, scores: str) -> None:
    with panel("Chances of winning", "Open deals, by their probability of being won in the next 90 days"):
        now = release.row(queries.TOTALS.format(scores=scores), pipeline=pipeline)
        if not now["deals"]:
            nothing("No open deal has a chance yet: that takes a deal of the same CRM that has ended.")
            return
        worth = formats.money(now["expected_amount"], release.currency) if now["priced"] else None
        st.markdown(
            f"Of **{formats.counted(now['deals'], 'open deal')}**, about **{now['expected_deals']:,.0f}** will be won"
            + (f", worth {formats.plain(worth)}." if worth else ".")
        )
        order = st.selectbox("Order", list(queries.ORDERS), key="chances_order", width=260)
        rows = st.container()
        page = paged(now["deals"], f"chances_page_{order}")
        found = release.rows(queries.deals(scores, order), pipeline=pipeline, **page)
        found = found.assign(
            owner=release.colleagues(found["owner_id"]),
            range=evidence.ranges(found),
            reasons=found["reasons"].map(evidence.why),
        )
        columns = {
            "opportunity_id": st.column_config.TextColumn("Deal"),
            "win_probability": st.column_config.ProgressColumn(
                "Chance", format="%.0f%%", min_value=0, max_value=100, help="Of being won in the next 90 days"
            ),
            "range": st.column_config.TextColumn("Range", help="80% interval"),
            "crm_probability": percent_column("CRM says", help="The probability that the CRM gives its stage"),
            "reasons": st.column_config.TextColumn("Why", width="large"),
            "owner": st.column_config.TextColumn("Owner"),
            "stage_name": st.column_config.TextColumn("Stage"),
            "amount": money_column("Amount", release),
            "close_date": date_column("Planned close"),
        }
        with rows:
            shown = as_percent(found, "win_probability", "crm_probability")
            table(shown, columns | customer_column(shown, release), "Chances of winning")

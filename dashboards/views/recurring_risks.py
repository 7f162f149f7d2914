"""Which subscribers will leave in the next 90 days, and why: the block of the Revenue page that stands on a score.

Stays out: what subscriptions bring (recurring), buyers without a contract (churn).
"""

from __future__ import annotations

import streamlit as st

from dashboards import evidence, formats, scored
from dashboards.blocks import nothing, panel
from dashboards.data import OpenRelease
from dashboards.lists import as_percent, customer_column, money_column, paged, table
from dashboards.queries import recurring_risks as queries


def risks(release: OpenRelease) -> None:
    found = evidence.trust(release, "subscription_churn")
    where = scored.shown(release, "subscription_churn", found, "Risks of subscriptions")
    if where:
        _list(release, where.table)
    evidence.show(release, "subscription_churn", found)


def _list(release: OpenRelease, scores: str) -> None:
    with panel("Subscribers at risk", "By their probability of being without a subscription within 90 days"):
        now = release.row(queries.TOTALS.format(scores=scores))
        if not now["subscribers"]:
            nothing("Nobody subscribes today.")
            return
        who = formats.counted(now["subscribers"], "subscriber")
        st.markdown(f"Of **{who}**, about **{now['leaving']:,.0f}** will leave.")
        rows = st.container()
        found = release.rows(queries.SUBSCRIBERS.format(scores=scores), **paged(now["subscribers"], "risks_page"))
        found = found.assign(
            range=evidence.ranges(found),
            reasons=found["reasons"].map(evidence.why),
        )
        columns = {
            "end_probability": st.column_config.ProgressColumn(
                "Risk", format="%.0f%%", min_value=0, max_value=100, help="Of leaving in the next 90 days"
            ),
            "range": st.column_config.TextColumn("Range", help="80% interval"),
            "mrr_amount": money_column("A month", release),
            "reasons": st.column_config.TextColumn("Why", width="large"),
        }
        with rows:
            shown = as_percent(found, "end_probability")
            table(shown, customer_column(shown, release) | columns, "Subscribers at risk")

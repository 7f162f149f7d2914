"""The panel of Campaigns that shares revenue out: nine models, one at a time, and what is nobody's."""

from __future__ import annotations

import altair as alt
import streamlit as st

from dashboards import charts, formats
from dashboards.blocks import nothing, panel
from dashboards.data import OpenRelease
from dashboards.lists import money_column, table
from dashboards.queries import attribution as queries

KINDS = {"order": "Orders", "deal": "Won deals"}
NOTE = "By the clicks, replies and coupons that came before; coming before an order is not being its reason"
NOBODY = (
    "No order or won deal of this window came after an answer to a campaign. That needs orders or deals, and a mailing "
    "tool that exports clicks or replies, of the same people."
)


def show(release: OpenRelease, days: int) -> None:
    with panel("Revenue by campaign", NOTE):
        kinds = release.rows(queries.KINDS)["conversion_type"].tolist()
        if not kinds:
            nothing(NOBODY)
            return
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kind = st.segmented_control(
                "Revenue of", kinds, format_func=KINDS.get, default=kinds[0], required=True, key="attribution_kind"
            )
            model = st.selectbox(
                "Model",
                list(queries.MODELS),
                format_func=lambda name: queries.MODELS[name][0],
                key="attribution_model",
                width=220,
            )
        window = {"conversion_type": kind, "days": days, "as_of_date": release.as_of_date}
        total = release.row(queries.TOTAL, **window)
        found = release.rows(queries.by_campaign(model), **window)
        if found.empty:
            nothing(NOBODY)
            return
        _said(total, model, kind, release.currency)
        _shown(found, kind, release)


def _said(total: dict, model: str, kind: str, currency: str | None) -> None:
    share = total["attributed"] / total["revenue"] if total["revenue"] else None
    money = f"{formats.money(total['attributed'], currency)} of {formats.money(total['revenue'], currency)}"
    st.markdown(
        f"**{queries.MODELS[model][1]}.** {formats.count(total['attributed_records'])} of "
        f"{formats.count(total['records'])} {KINDS[kind].lower()} came after an answer: "
        f"{formats.plain(money)} ({formats.percent(share)}). The rest is nobody's, in every model."
    )


def _shown(found, kind: str, release: OpenRelease) -> None:
    title = f"Revenue, {release.currency}" if release.currency else "Revenue"
    extra = [alt.Tooltip("records:Q", title=KINDS[kind], format=",")]
    st.altair_chart(
        charts.ranked_bars(found, "campaign", "amount", title, extra, row_height=28), alt="Revenue by campaign"
    )
    if found["cost"].notna().any():
        columns = {
            "campaign": st.column_config.TextColumn("Campaign", width="medium"),
            "amount": money_column("Revenue", release),
            "cost": money_column("Cost", release),
            "return_on_cost": st.column_config.NumberColumn(
                "Return", format="%.1f", help="Revenue of this window ÷ cost; a dash where the cost is not known"
            ),
        }
        table(found, columns, "Revenue, cost and return by campaign")
    else:
        st.caption("No export says what these campaigns cost, so there is no return to show.")

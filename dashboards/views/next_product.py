"""Who bought something after which others buy a certain next product, or the same again, and is due for it now?"""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboards import evidence, formats, incidence_chart
from dashboards.blocks import Card, cards, chart, nothing, panel
from dashboards.data import OpenRelease
from dashboards.export import csv_bytes
from dashboards.lists import as_percent, customer_column, date_column, paged, percent_column, table
from dashboards.queries import next_product as queries

KINDS = {"Another product": False, "The same product again": True}
SHOWN_AS_BARS = 8


def show(release: OpenRelease) -> None:
    found = evidence.trust(release, "product_sequences")
    counts = release.row(queries.COUNTS)
    if found.is_published:
        cards(
            Card("Due now", formats.count(counts["due"]), note="customers, each once"),
            Card("A, then B", formats.count(counts["pairs"]), note="products after another"),
            Card("Refills", formats.count(counts["refills"]), note="products bought again"),
        )
        st.caption(f"{formats.plain(found.verdict).capitalize()}.")
        _due(release, int(counts["due"]))
        _sequences(release)
    else:
        nothing(f"Nothing can be said yet about what is bought after what: {formats.plain(found.verdict)}")
    _together(release)


def _due(release: OpenRelease, total: int) -> None:
    note = "Had the first product, not yet the next, and are in the days in which others buy it; no complaint pending"
    with panel("Due now", note):
        if not total:
            nothing("Nobody is due today. The list fills as customers reach the days in which others buy.")
            return
        st.download_button(
            "Download CSV",
            data=partial(_file, release),
            file_name=f"due_for_next_product_{release.as_of_date:%Y-%m-%d}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="primary",
            on_click="ignore",
            help="Customer ids and reasons: the segment “Due for the next product”. With e-mails: `rapport segments`.",
        )
        listing = st.container()
        page = paged(total, key="due_page", rows=10)
        shown = release.rows(queries.DUE, **page)
        columns = customer_column(shown, release) | {
            "reason": st.column_config.TextColumn("Why", width="large"),
            "due_until_date": date_column("Due until"),
            "last_order_date": date_column("Last order"),
            "has_marketing_consent": st.column_config.CheckboxColumn("May be mailed"),
        }
        with listing:
            table(shown, columns, "Customers due for their next product")


def _file(release: OpenRelease) -> bytes:
    everyone = release.rows(queries.DUE_DOWNLOAD)
    return csv_bytes(list(everyone.columns), everyone.itertuples(index=False))


def _sequences(release: OpenRelease) -> None:
    chosen = st.segmented_control(
        "What follows", list(KINDS), default="Another product", required=True, key="what_follows"
    )
    rows = release.rows(queries.SEQUENCES, is_refill=KINDS[chosen])
    if rows.empty:
        nothing("None is bought more often than usual after its first purchase. Try the other kind above.")
        return
    left, right = st.columns([3, 2])
    with left, panel("Most certain", "Share of buyers who buy the next within 90 days, against comparable customers"):
        bars = rows.head(SHOWN_AS_BARS)
        st.altair_chart(
            incidence_chart.shares_against_usual(bars), alt="Share who buy the next product, with the usual"
        )
    with right, panel("Day by day", "With its 95% interval; customers bought yesterday count for one day"):
        _curve(release, rows)
    _table(rows)


def _curve(release: OpenRelease, rows: pd.DataFrame) -> None:
    labels = dict(enumerate(rows["label"]))
    one = rows.iloc[st.selectbox("Sequence", list(labels), format_func=labels.get, key="sequence")]
    days = release.rows(queries.CURVE, product_id=one["product_id"], then_product_id=one["then_product_id"])
    chart(lambda: incidence_chart.curve(days), days, f"Share who have bought: {one['label']}", "No curve is stored.")
    share = formats.percent(one["share_60d"], 0)
    said = (
        f"Of **{one['count_customers']:,}** customers {share} buy within 60 days; half of "
        f"the buyers do so within {one['median_days']:,.0f} days. {one['lift']:.1f} times the usual "
        f"({one['lift_low']:.1f} to {one['lift_high']:.1f})."
    )
    if not one["is_refill"]:
        said += f" {one['count_bought']:,} bought in this order, {int(one['count_other_order']):,} the other way round."
    st.markdown(said)


def _table(rows: pd.DataFrame) -> None:
    with panel("All that stands out", "Sorted by how many times the usual is certain"):
        shown = as_percent(rows, "share_30d", "share_60d", "share_90d", "base_90d")
        columns = {
            "label": st.column_config.TextColumn("What", width="large"),
            "count_customers": st.column_config.NumberColumn("Customers", format="localized"),
            "share_30d": percent_column("30 days"),
            "share_60d": percent_column("60 days"),
            "share_90d": percent_column("90 days"),
            "base_90d": percent_column("Usual, 90 days", help="Of comparable customers: same month, as many products."),
            "lift": st.column_config.NumberColumn("Times the usual", format="%.1f"),
            "lift_low": st.column_config.NumberColumn("At least", format="%.1f"),
            "lift_high": st.column_config.NumberColumn("At most", format="%.1f"),
            "due_from_days": st.column_config.NumberColumn("Due from day"),
            "due_until_days": st.column_config.NumberColumn("Due until day"),
        }
        table(shown, columns, "Sequences of products")


def _together(release: OpenRelease) -> None:
    pairs = release.rows(queries.PAIRS)
    with panel("Bought together", "In one order, more often than chance puts them there; for bundles and shelves"):
        if pairs.empty:
            nothing("No two products were found together often enough. It needs orders that list their products.")
            return
        columns = {
            "product_name": st.column_config.TextColumn("Product"),
            "other_product_name": st.column_config.TextColumn("With"),
            "count_orders_both": st.column_config.NumberColumn("Orders with both", format="localized"),
            "confidence": percent_column("Of those with the first"),
            "lift": st.column_config.NumberColumn("Times chance", format="%.1f"),
            "lift_low": st.column_config.NumberColumn("At least", format="%.1f"),
            "lift_high": st.column_config.NumberColumn("At most", format="%.1f"),
        }
        table(as_percent(pairs, "confidence"), columns, "Products bought together")

"""The panels of Campaigns that compare: versions of a mail, and people mailed with people left out."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, formats
from dashboards.blocks import nothing, panel
from dashboards.data import OpenRelease
from dashboards.lists import table
from dashboards.queries import campaigns as queries

VERDICTS = {"better": "Better", "worse": "Worse", "not decided": "Not decided"}
NO_VERSIONS = "No campaign of this window went out in several versions, or the export does not say who got which."
NOBODY_LEFT_OUT = (
    "No campaign of this window that is over left a smaller part of its list out. Leave one in five out by chance, and "
    "this panel shows what a campaign really sold."
)


def show(release: OpenRelease, sent: dict) -> None:
    _versions(release.rows(queries.VARIANTS, **sent))
    _left_out(release.rows(queries.HOLDOUTS, **sent))


def points(difference: float) -> str:
    """`+2.3`: a difference of two shares in percentage points."""
    return f"{difference * 100:+.1f}"


def verdict(low: float, high: float, up: str, down: str) -> str:
    """In one word which way an interval points, or that it does not."""
    return up if low > 0 else down if high < 0 else "Not decided"


def _versions(found: pd.DataFrame) -> None:
    note = "Each version against the first one by name; the difference in points, with its 95% interval"
    with panel("Versions tested", note):
        if found.empty:
            nothing(NO_VERSIONS)
            return
        rows = [
            {
                "campaign": row.campaign,
                "measure": row.measure.capitalize(),
                "verdict": VERDICTS[row.verdict],
                "difference": f"{points(row.difference)} "
                f"({points(row.difference_low)} to {points(row.difference_high)})",
                "variant": row.variant,
                "share": f"{formats.percent(row.count_successes / row.count_sent)} of {row.count_sent:,}",
                "first_share": f"{formats.percent(row.first_successes / row.first_sent)} of {row.first_sent:,}",
            }
            for row in found.itertuples()
        ]
        columns = {
            "campaign": st.column_config.TextColumn("Campaign"),
            "measure": st.column_config.TextColumn("Measure"),
            "verdict": st.column_config.TextColumn("Verdict"),
            "difference": st.column_config.TextColumn("Points more or less"),
            "share": st.column_config.TextColumn("This version"),
            "first_share": st.column_config.TextColumn("First version"),
            "variant": st.column_config.TextColumn("Version"),
        }
        table(pd.DataFrame(rows), columns, "Versions of campaigns compared")


def _left_out(found: pd.DataFrame) -> None:
    note = (
        "How many more of the mailed than of the left out ordered within 30 days, in percentage points with their 95% "
        "interval. It is the effect if chance chose the left out; if they bought otherwise before, it did not"
    )
    with panel("Mailed and left out", note):
        if found.empty:
            nothing(NOBODY_LEFT_OUT)
            return
        lying = pd.DataFrame(
            {
                "label": found["campaign"],
                "score": found["difference"] * 100,
                "low": found["difference_low"] * 100,
                "high": found["difference_high"] * 100,
            }
        )
        st.altair_chart(
            charts.intervals(lying, "+.1f", "Percentage points more orders among the mailed"),
            alt="Difference in orders between mailed and left out, by campaign",
        )
        rows = [
            {
                "campaign": row.campaign,
                "mailed": f"{formats.percent(row.mailed_share)} of {row.count_mailed:,}",
                "left_out": f"{formats.percent(row.left_out_share)} of {row.count_left_out:,}",
                "verdict": verdict(row.difference_low, row.difference_high, "Sold more", "Sold less"),
                "before": "Alike" if row.is_alike_before else f"Not alike ({points(row.difference_before)})",
            }
            for row in found.itertuples()
        ]
        columns = {
            "campaign": st.column_config.TextColumn("Campaign"),
            "mailed": st.column_config.TextColumn("Mailed who ordered"),
            "left_out": st.column_config.TextColumn("Left out who ordered"),
            "verdict": st.column_config.TextColumn("Verdict"),
            "before": st.column_config.TextColumn("Month before", help="Whether the two bought alike"),
        }
        table(pd.DataFrame(rows), columns, "Mailed and left out by campaign")

"""What is in the pipeline, what do we win, how fast, and who?

Belongs here: the choices of the page, its headline and the pipeline as it stands. Stays out: how deals got there
(sales_history), owners and lists of deals (sales_lists).
"""

from __future__ import annotations

import altair as alt
import streamlit as st

from dashboards import charts, formats
from dashboards.blocks import Card, cards, chart, panel
from dashboards.data import OpenRelease
from dashboards.queries import sales as queries
from dashboards.views import sales_history, sales_lists

WINDOWS = {"90 days": 90, "365 days": 365, "3 years": 1095}
ALL = "All pipelines"
EMPTY = "No opportunities yet. Put the CRM's deal export into `landing/` and run `rapport run`."
TIMING = {"On time": charts.BLUE, "Overdue": charts.VERMILLION}


def show(release: OpenRelease) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        window = st.segmented_control(
            "Window", list(WINDOWS), default="365 days", required=True, label_visibility="collapsed", key="sales_window"
        )
        pipelines = release.rows(queries.PIPELINES)["pipeline_name"].tolist()
        pipeline = None
        if len(pipelines) > 1:
            chosen = st.selectbox("Pipeline", [ALL, *pipelines], label_visibility="collapsed", width=260)
            pipeline = None if chosen == ALL else chosen
    days = WINDOWS[window]
    _headline(release, days, pipeline)
    left, right = st.columns(2)
    with left:
        _stages(release, pipeline)
    with right:
        _expected(release, pipeline)
    _won(release, pipeline)
    sales_history.stages(release, pipeline)
    sales_history.forecast(release, pipeline)
    sales_lists.owners(release, days, pipeline, EMPTY)
    sales_lists.stale(release, pipeline)
    sales_lists.promises(release, days, pipeline)


def velocity(now: dict) -> float | None:
    """Amount per day: open opportunities × win rate × mean won amount ÷ mean cycle days; None where one is unknown."""
    parts = (now["win_rate"], now["mean_won_amount"], now["mean_cycle_days"])
    if any(part is None for part in parts) or not now["mean_cycle_days"]:
        return None
    return now["open_count"] * now["win_rate"] * now["mean_won_amount"] / now["mean_cycle_days"]


def _headline(release: OpenRelease, days: int, pipeline: str | None) -> None:
    now = release.row(queries.HEADLINE, days=days, pipeline=pipeline, as_of_date=release.as_of_date)
    closed = f"Opportunities closed in the last {days:,} days."
    nothing_closed = "Nothing closed in this window"
    unpriced = f", {now['open_without_amount']:,} without amount" if now["open_without_amount"] else ""
    cards(
        Card(
            "Open pipeline",
            formats.money(now["open_amount"], release.currency),
            note=f"{formats.count(now['open_count'])} opportunities{unpriced}",
            missing="No open amount",
        ),
        Card(
            "Expected revenue",
            formats.money(now["expected_amount"], release.currency),
            note="amount × probability",
            help="Sum over open opportunities.",
            missing="No open amount with a probability",
        ),
        Card(
            "Won",
            formats.money(now["won_amount"], release.currency),
            change=formats.change(now["won_amount"], now["won_amount_before"]),
            against=f"vs. {days:,} days before",
            help=closed,
            missing="Nothing won in this window",
        ),
        Card(
            "Win rate by count",
            formats.percent(now["win_rate"]),
            note=f"{now['won_count']:,} of {now['closed_count']:,} closed",
            help=f"Won ÷ (won + lost). {closed}",
            missing=nothing_closed,
        ),
        Card(
            "Win rate by amount",
            formats.percent(now["win_rate_by_amount"]),
            note="amount won ÷ amount closed",
            help=closed,
            missing=nothing_closed,
        ),
        Card(
            "Velocity",
            f"{formats.money(velocity(now), release.currency)} a day" if velocity(now) is not None else None,
            note=f"mean cycle {now['mean_cycle_days'] or 0:.0f} days",
            help="Open opportunities × win rate × mean won amount ÷ mean cycle in days.",
            missing="Nothing won in this window",
        ),
    )


def _stages(release: OpenRelease, pipeline: str | None) -> None:
    found = release.rows(queries.STAGES, pipeline=pipeline)
    extra = [
        alt.Tooltip("opportunities:Q", title="Opportunities", format=","),
        alt.Tooltip("expected_amount:Q", title="Expected revenue", format=",.0f"),
        alt.Tooltip("probability:Q", title="Mean probability", format=".0%"),
        alt.Tooltip("age_days:Q", title="Median age in days", format=".0f"),
    ]
    # Some CRMs give an amount only once a deal is won; then the stage is measured in opportunities.
    has_amounts = bool(found["amount"].notna().any())
    value, title = ("amount", "Amount") if has_amounts else ("opportunities", "Opportunities")
    with panel("Open pipeline by stage", f"{title} of open opportunities, earliest stage first"):
        chart(
            lambda: charts.ranked_bars(found, "stage_name", value, title, extra),
            found,
            "Open pipeline by stage",
            EMPTY,
        )


def _expected(release: OpenRelease, pipeline: str | None) -> None:
    found = release.rows(queries.EXPECTED_BY_MONTH, pipeline=pipeline, as_of_date=release.as_of_date)
    note = "Amount × probability by planned close month; overdue ones stand in the current month"
    with panel("Expected revenue", note):
        chart(
            lambda: charts.stacked_over_time(found, "amount", "Expected revenue", "month", "timing", TIMING),
            found,
            "Expected revenue by close month",
            "No open opportunity has an amount, a probability and a close date.",
        )


def _won(release: OpenRelease, pipeline: str | None) -> None:
    found = release.rows(queries.WON_BY_MONTH, pipeline=pipeline, as_of_date=release.as_of_date)
    found = found.assign(is_partial=found["period"] >= str(release.as_of_date.replace(day=1)))
    amount = f"Won, {release.currency}" if release.currency else "Won"
    with panel("Won by month", "Amount of won opportunities by close month; the lighter month is not over"):
        chart(
            lambda: charts.bars_over_time(found, "amount", amount, "month"),
            found,
            "Won amount by month",
            "Nothing was won in the last two years.",
        )

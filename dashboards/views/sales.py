"""What is in the pipeline, what do we win, how fast, and who?

Belongs here: the choices of the page, its headline and the pipeline as it stands. Stays out: how deals got there
(sales_history), which will be won (sales_chances), leads (sales_leads), owners and lists of deals (sales_lists).
"""

from __future__ import annotations

import altair as alt
import streamlit as st

from dashboards import charts
from dashboards.blocks import Card, cards, chart, panel
from dashboards.data import OpenRelease
from dashboards.figures import figures
from dashboards.queries import sales as queries
from dashboards.views import sales_chances, sales_history, sales_leads, sales_lists

WINDOWS = {"90 days": 90, "365 days": 365, "3 years": 1095}
KPIS = (
    "open_pipeline",
    "expected_revenue",
    "open_opportunities",
    "won_amount",
    "won_opportunities",
    "win_rate",
    "win_rate_by_amount",
    "sales_velocity",
    "sales_cycle",
)
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
    sales_chances.chances(release, pipeline)
    sales_leads.leads(release)
    sales_history.stages(release, pipeline)
    sales_history.forecast(release, pipeline)
    sales_lists.owners(release, days, pipeline, EMPTY)
    sales_lists.stale(release, pipeline)
    sales_lists.next_steps(release, pipeline)
    sales_lists.promises(release, days, pipeline)


def _headline(release: OpenRelease, days: int, pipeline: str | None) -> None:
    now = figures(release, *KPIS, days=days, compared=("won_amount",), pipeline_name=pipeline)
    waiting, expected, won = now["open_pipeline"], now["expected_revenue"], now["won_amount"]
    rate, by_amount, velocity = now["win_rate"], now["win_rate_by_amount"], now["sales_velocity"]
    window = f"Opportunities closed in the last {days:,} days."
    nothing_closed = "Nothing closed in this window"
    without = release.row(queries.WITHOUT_AMOUNT, pipeline=pipeline)["opportunities"]
    unpriced = f", {without:,} without amount" if without else ""
    cards(
        Card(
            "Open pipeline",
            waiting.text,
            note=f"{now['open_opportunities'].text} opportunities{unpriced}",
            help=waiting.help,
            missing="No open amount",
        ),
        Card(
            "Expected revenue",
            expected.text,
            note="amount × probability",
            help=expected.help,
            missing="No open amount with a probability",
        ),
        Card(
            "Won",
            won.text,
            change=won.change,
            against=f"vs. {days:,} days before",
            help=window,
            missing="Nothing won in this window",
        ),
        Card(
            "Win rate by count",
            rate.text,
            note=f"{now['won_opportunities'].text} of {rate.n:,} closed",
            help=f"{rate.help} {window}",
            missing=nothing_closed,
        ),
        Card(
            "Win rate by amount",
            by_amount.text,
            note="amount won ÷ amount closed",
            help=f"{by_amount.help} {window}",
            missing=nothing_closed,
        ),
        Card(
            "Velocity",
            f"{velocity.text} a day" if velocity.text else None,
            note=f"mean cycle {now['sales_cycle'].text}",
            help=velocity.help,
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

"""Recurring revenue: what subscriptions bring each month, and what moved it. A part of the page Revenue."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, formats
from dashboards.blocks import Card, cards, chart, nothing, panel
from dashboards.data import OpenRelease
from dashboards.lists import money_column, table
from dashboards.queries import revenue as queries
from dashboards.views import recurring_risks

MOVEMENTS = {
    "New": charts.BLUE,
    "Came back": charts.SKY,
    "Grew": charts.GREEN,
    "Shrank": charts.ORANGE,
    "Left": charts.VERMILLION,
}
COLUMNS = dict(zip(("new", "reactivation", "expansion", "contraction", "churn"), MOVEMENTS, strict=True))


def show(release: OpenRelease) -> None:
    now = release.row(queries.RECURRING)
    with panel("Recurring revenue", "What running subscriptions bring a month, before tax and discounts"):
        if not now["stretches"]:
            nothing("No subscriptions yet. Put the billing system's export into `landing/` and run `rapport run`.")
            return
        found = release.rows(queries.MOVEMENTS, as_of_date=release.as_of_date)
        _headline(release, now, found)
        moved = found.melt("period", list(COLUMNS), "movement", "amount")
        moved = moved.assign(movement=moved["movement"].map(COLUMNS))
        chart(
            lambda: charts.stacked_over_time(
                moved[moved["amount"] != 0], "amount", "Change", "month", "movement", MOVEMENTS
            ),
            moved,
            "What moved the recurring revenue, by month",
            "No subscription has been paid for yet.",
        )
        columns = {
            "period": st.column_config.DateColumn("Month", format="MMM YYYY"),
            "opening": money_column("Before", release),
            **{name: money_column(title, release) for name, title in COLUMNS.items()},
            "closing": money_column("After", release),
        }
        table(found.iloc[::-1], columns, "Recurring revenue by month")
    recurring_risks.risks(release)


def _headline(release: OpenRelease, now: dict, found) -> None:
    whole = found[found["period"].astype(str) < str(release.as_of_date.replace(day=1))]
    last = whole.iloc[-1] if len(whole) else None
    lost = -(last["churn"] + last["contraction"]) / last["opening"] if last is not None and last["opening"] else None
    unknown = f"{now['unknown']:,} stretches have no known price" if now["unknown"] else None
    cards(
        Card(
            "A month, now",
            formats.money(now["mrr"], release.currency),
            note=unknown or f"{formats.money(12 * now['mrr'], release.currency)} a year" if now["mrr"] else None,
            help="Yearly prices ÷ 12. Trials bring nothing until they are paid for.",
            missing="No subscription runs",
        ),
        Card("Paying customers", formats.count(now["payers"]), note=f"{now['given_notice']:,} have given notice"),
        Card(
            "Lost in the last month",
            formats.percent(lost),
            note=None if last is None else f"of {formats.money(last['opening'], release.currency)} at its beginning",
            help="Recurring revenue of customers who left or pay less, of the last whole month.",
        ),
    )

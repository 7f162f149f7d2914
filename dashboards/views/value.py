"""What will customers be worth in the next 365 days and for life, who are the best tenth, and who buys next?"""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from dashboards import charts, evidence, formats
from dashboards.blocks import Card, cards, chart, nothing, panel
from dashboards.data import OpenRelease
from dashboards.figures import figures
from dashboards.lists import customer_column, date_column, money_column, paged, table
from dashboards.queries import value as queries


def show(release: OpenRelease) -> None:
    value, next_purchase = st.tabs(["Value", "Next purchase"])
    with value:
        _value(release)
    with next_purchase:
        _next_purchase(release)


def _value(release: OpenRelease) -> None:
    found = evidence.trust(release, "lifetime_value")
    if not evidence.withheld(found, "Value scores"):
        headline = release.row(queries.HEADLINE)
        if headline["scored"]:
            _headline(release, headline, found)
            _distribution(release)
            _list(release, headline["scored"])
        else:
            nothing("No customer is scored yet: a score needs an order. Load orders, then run `rapport run`.")
    evidence.show(release, "lifetime_value", found)


def _headline(release: OpenRelease, headline: dict, found: evidence.Trust) -> None:
    top = release.row(queries.TOP_DECILE)
    now = figures(release, "predicted_value", "mean_predicted_value", "median_predicted_value")
    total, mean, median = now.values()
    past = release.row(queries.PAST_YEAR, as_of_date=release.as_of_date)["revenue"]
    cards(
        Card(
            "Next 365 days, predicted",
            total.text,
            note=f"{total.n:,} customers",
            help="Sum of the customers' expected values. The 80% intervals belong to single customers and do not add "
            "up to an interval of the total; how far totals were off in the past stands in the backtest below.",
        ),
        Card(
            "Last 365 days, actual",
            formats.money(past, release.currency),
            note="known customers only",
            help="Net of refunds, without cancelled and anonymous orders.",
        ),
        Card(
            "Share of the best tenth",
            formats.percent(top["share"]),
            note=f"{formats.count(top['customers'])} customers",
            help="Part of the predicted value that comes from the tenth of customers with the highest prediction.",
        ),
        Card("Mean per customer", mean.text, help=mean.help),
        Card("Median per customer", median.text, help=median.help),
        Card("Predicted orders", formats.count(headline["orders"]), note="next 365 days"),
        Card(
            "Lifetime value, discounted",
            formats.money(headline["lifetime"], release.currency),
            note="all purchases to come",
            help=found.card.get("lifetime"),
        ),
    )


def _distribution(release: OpenRelease) -> None:
    bins, tenths = release.rows(queries.DISTRIBUTION), release.rows(queries.DECILES)
    bins = bins.assign(label=_bin_labels(bins["bin_start"], release))
    tenths = tenths.assign(label=["Best tenth" if tenth == 1 else f"{tenth}." for tenth in tenths["tenth"]])
    left, right = st.columns(2)
    with left, panel("How the value is spread", "Customers by predicted value of the next 365 days"):
        chart(
            lambda: charts.columns(bins, "label", "customers", "Predicted value", "Customers"),
            bins,
            "Customers by predicted value",
            "No scores.",
        )
    with right, panel("Where the value is", "Share of the predicted value by tenth of customers, best first"):
        customers = alt.Tooltip("customers:Q", title="Customers", format=",")
        chart(
            lambda: charts.columns(
                tenths, "label", "share", "Tenth of customers", "Share of value", [customers], ".1%", ".0%"
            ),
            tenths,
            "Share of predicted value by tenth of customers",
            "No scores.",
        )


def _bin_labels(starts: pd.Series, release: OpenRelease) -> list[str]:
    """Bins of the 1-2-5 series as `$20–50`."""
    ends = [start * (2.5 if f"{start:.0f}".startswith("2") else 2) for start in starts]
    return [
        f"{formats.whole_money(start, release.currency)}–{end:,.0f}" if start else "under 1"
        for start, end in zip(starts, ends, strict=True)
    ]


def _list(release: OpenRelease, scored: int) -> None:
    with panel("Most valuable customers", "Range: 80% interval of one customer's value. Open a customer by its id"):
        listing = st.container()
        found = release.rows(queries.CUSTOMERS, **paged(scored, key="value_page"))
        found["range"] = [
            formats.interval(formats.money(low, release.currency), formats.money(high, release.currency))
            for low, high in zip(found["low"], found["high"], strict=True)
        ]
        found["reasons"] = found["reasons"].map(evidence.why)
        columns = customer_column(found, release) | {
            "predicted_clv_amount": money_column("Predicted value", release, help="Next 365 days"),
            "range": st.column_config.TextColumn("Range"),
            "predicted_number_of_orders": st.column_config.NumberColumn("Predicted orders", format="%.1f"),
            "discounted_lifetime_value_amount": money_column(
                "Lifetime value", release, help="All purchases to come, discounted to today"
            ),
            "historic_clv_amount": money_column("Value so far", release),
            "churn_band": st.column_config.TextColumn("Churn band"),
            "last_order_date": date_column("Last order"),
            "reasons": st.column_config.TextColumn("Why", width="large"),
            "evidence": st.column_config.TextColumn("Evidence", help="Own or pooled history"),
        }
        with listing:
            table(found, columns, "Customers by predicted value")


def _next_purchase(release: OpenRelease) -> None:
    found = evidence.trust(release, "next_purchase")
    if not evidence.withheld(found, "Next-purchase scores"):
        soon = release.row(queries.NEXT_PURCHASE)
        if soon["scored"]:
            cards(
                *(
                    Card(
                        f"Will order within {days} days",
                        formats.count(soon[f"within_{days}_days"]),
                        note=f"{formats.percent(soon[f'within_{days}_days'] / soon['scored'])} of those scored",
                        help="Sum of the customers' probabilities.",
                    )
                    for days in (30, 60, 90)
                )
            )
        else:
            nothing("No customer is scored yet: a score needs an order. Load orders, then run `rapport run`.")
    evidence.show(release, "next_purchase", found)

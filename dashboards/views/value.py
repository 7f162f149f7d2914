"""What will customers be worth in the next 365 days and for life, who are the best tenth, and who buys next?"""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from dashboards import charts, drivers, evidence, formats, next_items, scored
from dashboards.blocks import Card, cards, chart, nothing, panel
from dashboards.data import OpenRelease
from dashboards.figures import figures
from dashboards.lists import customer_column, date_column, money_column, paged, table
from dashboards.queries import value as queries
from dashboards.scored import Scored
from dashboards.totals import totals_panel


def show(release: OpenRelease) -> None:
    value, next_purchase = st.tabs(["Value", "Next purchase"])
    with value:
        _value(release)
    with next_purchase:
        _next_purchase(release)


def _value(release: OpenRelease) -> None:
    found = evidence.trust(release, "lifetime_value")
    where = scored.shown(release, "lifetime_value", found, "Value scores")
    if where:
        headline = release.row(queries.HEADLINE.format(scores=where.table))
        if headline["scored"]:
            _headline(release, headline, found, where)
            totals_panel(release, found)
            _distribution(release, where)
            _list(release, headline["scored"], where)
            drivers.show(found.card, "lifetime_value", release.currency)
        else:
            nothing("No customer is scored yet: a score needs an order. Load orders, then run `rapport run`.")
    evidence.show(release, "lifetime_value", found)


def _headline(release: OpenRelease, headline: dict, found: evidence.Trust, where: Scored) -> None:
    top = release.row(queries.TOP_DECILE.format(scores=where.table))
    now = figures(release, "predicted_value", "mean_predicted_value", "median_predicted_value").values()
    _, mean, median = now
    # The metrics are of tonight, which has no scores then: of the last good ones the page counts for itself.
    earlier = (formats.money(headline[name], release.currency) for name in ("amount", "mean", "median"))
    of_all, of_mean, of_median = (figure.text for figure in now) if where.is_tonight else earlier
    past = release.row(queries.PAST_YEAR, as_of_date=release.as_of_date)["revenue"]
    cards(
        Card(
            "Next 365 days, predicted",
            of_all,
            note=f"{headline['scored']:,} customers",
            help="Sum of the customers' expected values. No past origin has told how wrong totals of a year are; the "
            "total of the days that the backtest judged stands below, with its range.",
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
        Card("Mean per customer", of_mean, help=mean.help),
        Card("Median per customer", of_median, help=median.help),
        Card("Predicted orders", formats.count(headline["orders"]), note="next 365 days"),
        Card(
            "Lifetime value, discounted",
            formats.money(headline["lifetime"], release.currency),
            note=_beyond_past(found.card),
            help=found.card.get("lifetime"),
        ),
    )


def _beyond_past(card: dict) -> str:
    share = card.get("lifetime_beyond_past")
    return "all purchases to come" if share is None else f"{share:.0%} beyond the time observed"


def _distribution(release: OpenRelease, where: Scored) -> None:
    bins, tenths = (release.rows(sql.format(scores=where.table)) for sql in (queries.DISTRIBUTION, queries.DECILES))
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


def _list(release: OpenRelease, customers: int, where: Scored) -> None:
    with panel("Most valuable customers", "Range: 80% interval of one customer's value. Open a customer by its id"):
        listing = st.container()
        found = release.rows(queries.CUSTOMERS.format(scores=where.table), **paged(customers, key="value_page"))
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
    where = scored.shown(release, "next_purchase", found, "Next-purchase scores")
    if where:
        soon = release.row(queries.NEXT_PURCHASE.format(scores=where.table))
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
            next_items.of_next_customers(release, soon["scored"], where)
            drivers.show(found.card, "next_purchase")
        else:
            nothing("No customer is scored yet: a score needs an order. Load orders, then run `rapport run`.")
    evidence.show(release, "next_purchase", found)
    evidence.show(release, "next_items", evidence.trust(release, "next_items"))

"""Who will probably not buy in the next 90 days, what are they worth, and why?"""

from __future__ import annotations

import streamlit as st

from dashboards import charts, drivers, evidence, formats, scored
from dashboards.blocks import Card, cards, chart, nothing, panel
from dashboards.data import OpenRelease
from dashboards.figures import figures
from dashboards.lists import as_percent, customer_column, date_column, money_column, paged, percent_column, table
from dashboards.queries import churn as queries
from dashboards.scored import Scored

BANDS = ("High", "Medium", "Low")


def show(release: OpenRelease) -> None:
    found = evidence.trust(release, "churn")
    where = scored.shown(release, "churn", found, "Churn scores")
    if where:
        headline = release.row(queries.HEADLINE.format(scores=where.table))
        if headline["scored"]:
            _headline(release, headline, where)
            _distribution(release, where)
            _list(release, headline, where)
            drivers.show(found.card, "churn")
        else:
            nothing("No customer is scored yet: a score needs an order. Load orders, then run `rapport run`.")
    evidence.show(release, "churn", found)


def _headline(release: OpenRelease, headline: dict, where: Scored) -> None:
    risk = release.row(queries.AT_RISK.format(scores=where.table))
    leaving, at_risk, value = figures(release, "expected_churn", "customers_at_risk", "value_at_risk").values()
    # The metrics are of tonight, which has no scores then: of the last good ones the page counts for itself.
    left, high = (leaving.value, at_risk.text) if where.is_tonight else (headline["leaving"], f"{headline['high']:,}")
    cards(
        Card(
            "Expected to leave",
            formats.count(left),
            note=f"{formats.percent(left / headline['scored'])} of {headline['scored']:,} scored",
            help=leaving.help,
        ),
        Card("High risk", high, help=at_risk.help, note="probability above 66%"),
        Card("Medium risk", formats.count(headline["medium"]), note="33% to 66%"),
        Card("Low risk", formats.count(headline["low"]), note="below 33%"),
        Card(
            "Bought so far by High",
            formats.money(risk["historic"], release.currency),
            note=f"{formats.percent(risk['historic_share'], 0)} of all value so far",
            help="Net value of all past orders of customers whose churn band is High.",
        ),
        Card(
            "Value at risk",
            value.text,
            note="predicted, next 365 days",
            help=value.help,
            missing="Value is not scored" if where.is_tonight else "Not scored in this release",
        ),
    )


def _distribution(release: OpenRelease, where: Scored) -> None:
    bins, bands = (release.rows(sql.format(scores=where.table)) for sql in (queries.DISTRIBUTION, queries.BANDS))
    left, right = st.columns([3, 2])
    with left, panel("How the risk is spread", "Customers by probability of no order in 90 days"):
        chart(
            lambda: charts.probability_histogram(bins, "Churn probability"),
            bins,
            "Customers by churn probability and band",
            "No scores.",
        )
    with right, panel("The three bands", "Value so far, and predicted value of the next 365 days"):
        columns = {
            "churn_band": st.column_config.TextColumn("Band"),
            "customers": st.column_config.NumberColumn("Customers", format="%,d"),
            "mean_probability": percent_column("Mean risk", help="Mean churn probability"),
            "historic_amount": money_column("Value so far", release),
            "predicted_amount": money_column("Predicted", release),
        }
        table(as_percent(bands, "mean_probability"), columns, "Churn bands")


def _list(release: OpenRelease, headline: dict, where: Scored) -> None:
    with panel("Customers at risk", "Range: 80% interval of the probability. Open a customer by its id"):
        with st.container(horizontal=True):
            band = st.segmented_control("Band", BANDS, default="High", required=True, key="churn_band")
            order = st.selectbox("Order", list(queries.ORDERS), key="churn_order", width=260)
        listing = st.container()
        page = paged(headline[band.lower()], key=f"churn_page_{band}_{order}")
        found = release.rows(queries.customers(where.table, order), band=band, **page)
        if found.empty:
            nothing(f"No customer is in the {band} band. Choose another band.")
            return
        found["range"] = evidence.ranges(found)
        found["reasons"] = found["reasons"].map(evidence.why)
        columns = customer_column(found, release) | {
            "churn_probability": st.column_config.ProgressColumn(
                "Probability", format="%.0f%%", min_value=0, max_value=100, help="Of no order in 90 days"
            ),
            "range": st.column_config.TextColumn("Range"),
            "historic_clv_amount": money_column("Value so far", release),
            "predicted_clv_amount": money_column("Predicted value", release, help="Next 365 days"),
            "last_order_date": date_column("Last order"),
            "reasons": st.column_config.TextColumn("Why", width="large"),
            "evidence": st.column_config.TextColumn("Evidence", help="Own or pooled history"),
        }
        with listing:
            table(as_percent(found, "churn_probability"), columns, f"Customers in the {band} churn band")

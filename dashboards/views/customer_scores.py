"""What will one customer do, and why: the scores with their intervals and reasons, tonight's or the last good ones.

Stays out: what the customer did so far (customer), what teams did with them (customer_contact).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, evidence, formats, next_items, scored
from dashboards.blocks import nothing, panel
from dashboards.data import OpenRelease
from dashboards.queries import customer as queries
from dashboards.queries.scored import of_customer

NAMES = {"churn": "Churn", "next_purchase": "Next purchase", "lifetime_value": "Value"}
"""Of customers; what is withheld of products and tickets is told on their pages."""
Rows = Mapping[str, dict[str, Any]]
"""By score, the customer's row of its table."""


def show(release: OpenRelease, facts: dict) -> None:
    """The panels of the customer whose row of dim_customers is `facts`."""
    where = {name: place for name in NAMES if (place := scored.find(release, name))}
    found = {
        name: release.row(of_customer(place.table), customer_id=facts["customer_id"]) for name, place in where.items()
    }
    found = {name: row for name, row in found.items() if row}
    left, right = st.columns([3, 2])
    with left, panel("What comes next", "Point: estimate. Bar: 80% interval. Counted from the as-of date"):
        if found:
            st.markdown("\n".join(f"- {line}" for line in _lines(release, facts, found, where)).replace("$", "\\$"))
            _probabilities(found)
        else:
            nothing(
                "No scores for this customer: scores need at least one order, and a model that passed its backtest."
            )
        _withheld(release, where)
    with right, panel("Why", "What moved each score most for this customer"):
        _reasons(found)


def _withheld(release: OpenRelease, where: Mapping[str, scored.Scored]) -> None:
    names = NAMES | {next_items.SCORE: "What the next order will hold"}
    if items := scored.find(release, next_items.SCORE):
        where = {**where, next_items.SCORE: items}
    for card in release.rows(queries.WITHHELD, scores=list(names)).itertuples():
        said, why = names[card.score_name], formats.plain(card.verdict)
        if card.score_name in where:
            st.caption(f"{said} as of {formats.day(where[card.score_name].as_of_date)}: tonight's is withheld. {why}")
        else:
            st.caption(f"{said} is withheld: {why}")


def _probabilities(found: Rows) -> None:
    bars = (
        ("churn", "churn_probability", "No order in 90 days"),
        ("next_purchase", "next_purchase_probability_90d", "Order within 90 days"),
    )
    rows = [
        {"label": label, "score": found[name][column], "low": found[name]["low"], "high": found[name]["high"]}
        for name, column, label in bars
        if name in found
    ]
    if rows:
        st.altair_chart(
            charts.intervals(pd.DataFrame(rows), ".0%", "Probability", (0, 1)), alt="Probabilities with intervals"
        )


def _lines(release: OpenRelease, facts: dict, found: Rows, where: Mapping[str, scored.Scored]) -> list[str]:
    lines = []
    said_on = {
        name: "" if place.is_tonight else f", as of {formats.day(place.as_of_date)}" for name, place in where.items()
    }
    if row := found.get("churn"):
        span = formats.share_interval(row["low"], row["high"])
        chance = f"{formats.percent(row['churn_probability'], 0)} ({span}) that no order comes in 90 days"
        lines.append(f"**Churn{said_on['churn']}:** {row['churn_band'] or '–'}, {chance}")
    if row := found.get("next_purchase"):
        shares = " · ".join(
            f"{formats.percent(row[f'next_purchase_probability_{days}d'], 0) or '–'} within {days} days"
            for days in (30, 60, 90)
        )
        lines.append(f"**Next purchase{said_on['next_purchase']}:** {shares}")
        if row["expected_date_of_next_order"]:
            window = formats.interval(formats.day(row["expected_date_low"]), formats.day(row["expected_date_high"]))
            expected = formats.day(row["expected_date_of_next_order"])
            lines.append(f"**Expected next order:** {expected}" + (f" ({window})" if window else ""))
    if row := found.get("lifetime_value"):

        def money(name: str) -> str | None:
            return formats.money(row[name], release.currency)

        span = formats.interval(money("predicted_clv_low"), money("predicted_clv_high"))
        # Bought so far and predicted tonight: of an earlier night's prediction there is no such sum.
        total = formats.money(facts["total_clv_amount"], release.currency)
        lines.append(
            f"**Value, next 365 days{said_on['lifetime_value']}:** {money('predicted_clv_amount')} ({span}), of which "
            f"{money('predicted_clv_90d_amount')} within 90 days"
            + (f"; {total} with all bought so far" if total else "")
        )
        span = formats.interval(money("discounted_lifetime_value_low"), money("discounted_lifetime_value_high"))
        lines.append(f"**Lifetime value to come, discounted:** {money('discounted_lifetime_value_amount')} ({span})")
    return lines


def _reasons(found: Rows) -> None:
    if not found:
        nothing("No reasons, because there are no scores.")
    for name, row in found.items():
        words = evidence.EVIDENCE_WORDS.get(row["evidence"], row["evidence"])
        st.markdown(f"**{NAMES[name]}** :gray[· {words}]")
        told = evidence.reasons(row["reasons"]) or ["No single reason stands out."]
        st.markdown("\n".join(f"- {formats.plain(reason)}" for reason in told))

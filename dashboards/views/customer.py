"""Who is this, what happened, what comes next? Search, facts, scores with their intervals, and the timeline."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, formats, next_items
from dashboards.blocks import Card, cards, chart, nothing, panel
from dashboards.data import OpenRelease
from dashboards.lists import customer_column, date_column, money_column, paged, table
from dashboards.queries import actions
from dashboards.queries import customer as queries
from dashboards.views import customer_contact, customer_scores


def show(release: OpenRelease) -> None:
    by = "id, name or e-mail" if release.may_see_names else "id"
    # Links carry an id into the box; what is typed stays out of the address, because names end up in logs that way.
    text = st.text_input(
        f"Find a customer by {by}", value=st.query_params.get("customer", ""), key="customer",
        placeholder=f"Type a customer {by}", icon=":material/search:",
    )  # fmt: skip
    text = (text or "").strip()
    if not text:
        _recent(release)
        return
    found = _search(release, text)
    if found.empty:
        hint = (
            ""
            if release.may_see_names
            else " Names and e-mails can be searched only where the personal file is readable."
        )
        nothing(f"No customer matches. Check the spelling, or search for part of the {by}.{hint}")
        return
    exact = found[found["customer_id"] == text]
    if len(exact) or len(found) == 1:
        one_customer(release, (exact if len(exact) else found)["customer_id"].iloc[0])
        return
    with panel(f"{len(found)} matches" if len(found) < 20 else "The first 20 matches", "Open one by its id"):
        _customer_table(release, found)


def one_customer(release: OpenRelease, customer_id: str) -> None:
    """The page of one customer of this release."""
    facts = release.row(queries.FACTS, customer_id=customer_id)
    _who(release, facts)
    _next_action(release, customer_id)
    _headline(release, facts)
    customer_scores.show(release, facts)
    next_items.of_customer(release, customer_id)
    customer_contact.show(release, customer_id, facts)
    _timeline(release, customer_id, facts)


def _search(release: OpenRelease, text: str) -> pd.DataFrame:
    ids: list[str] = []
    if release.may_see_names:
        ids = release.personal_rows(queries.SEARCH_NAMES, text=text)["customer_id"].tolist()
    return release.rows(queries.SEARCH_IDS, text=text, customer_ids=ids)


def _recent(release: OpenRelease) -> None:
    found = release.rows(queries.RECENT)
    with panel("Seen last", "The customers with the latest interactions; open one by its id, or search above"):
        if found.empty:
            nothing("No customers yet. Put exports into `landing/` and run `rapport run`.")
            return
        _customer_table(release, found)


def _customer_table(release: OpenRelease, found: pd.DataFrame) -> None:
    found = found.copy()
    columns = customer_column(found, release) | {
        "country": st.column_config.TextColumn("Country"),
        "last_order_date": date_column("Last order"),
        "historic_number_of_orders": st.column_config.NumberColumn("Orders", format="%,d"),
        "historic_clv_amount": money_column("Value so far", release),
    }
    table(found, columns, "Customers found")


def _who(release: OpenRelease, facts: dict) -> None:
    person = {}
    if release.may_see_names:
        rows = release.personal_rows(queries.PERSON, customer_id=facts["customer_id"])
        person = {} if rows.empty else rows.iloc[0].dropna().to_dict()
    st.subheader(formats.plain(person.get("full_name") or facts["customer_id"]), anchor=False)
    consent = {True: "may be mailed", False: "may not be mailed"}.get(facts["has_marketing_consent"], "consent unknown")
    known = [
        facts["customer_id"],
        person.get("email"),
        person.get("phone"),
        facts["country"],
        facts["lifecycle_stage"],
        f"RFM: {facts['rfm_group']}" if facts["rfm_group"] else None,
        consent,
        f"known from {facts['source_names'].replace(',', ', ')}" if facts["source_names"] else None,
        f"since {formats.day(facts['first_seen_at'])}" if facts["first_seen_at"] else None,
    ]
    st.caption(" · ".join(formats.plain(part) for part in known if part))


def _next_action(release: OpenRelease, customer_id: str) -> None:
    found = release.rows(actions.OF_CUSTOMER, customer_id=customer_id)
    for row in found.to_dict("records"):
        stake = formats.money(row["stake_amount"], release.currency)
        told = [f"**Next:** {formats.plain(row['action'])}", f"Why: {formats.plain(row['reason'])}."]
        told += [f"{stake} of the next 90 days at stake."] if stake else []
        told += [f"Team: {formats.plain(row['owner'])}."] if row["owner"] else []
        st.info("  \n".join([told[0], " ".join(told[1:])]), icon=":material/checklist:")


def _headline(release: OpenRelease, facts: dict) -> None:
    last, gap = facts["last_order_date"], facts["average_days_between_orders"]
    cards(
        Card(
            "Value so far",
            formats.money(facts["historic_clv_amount"], release.currency),
            note=f"average order {formats.money(facts['average_order_value_amount'], release.currency) or '–'}",
            help="All orders so far, net of refunds.",
        ),
        Card(
            "Orders",
            formats.count(facts["historic_number_of_orders"]),
            note=f"every {gap:.0f} days" if not formats.is_missing(gap) else "no repeat order yet",
        ),
        Card(
            "Last order",
            formats.day(last),
            note=f"{(release.as_of_date - last).days:,} days ago" if last else None,
            help="Days are counted to the as-of date.",
            missing="No order yet",
        ),
        Card("Tickets", formats.count(facts["count_tickets"]), note=f"{facts['count_open_tickets'] or 0} open"),
        Card(
            "Last NPS answer",
            formats.count(facts["last_nps_score"]),
            note="of 10",
            missing="Never answered",
            help="0 to 6 detractor, 7 and 8 passive, 9 and 10 promoter.",
        ),
        Card(
            "Touches, 30 days",
            formats.count(facts["count_touches_30d"]),
            note=f"{facts['count_touches_7d'] or 0} in the last 7",
            help="Contacts of every kind: marketing, sales, support and surveys.",
        ),
    )


def _timeline(release: OpenRelease, customer_id: str, facts: dict) -> None:
    kinds = release.rows(queries.KINDS, customer_id=customer_id)
    with panel("Timeline", "Every interaction with any team, newest first"):
        if kinds.empty:
            nothing("No interactions recorded for this customer.")
            return
        with st.container(horizontal=True):
            teams = st.pills(
                "Teams", [team for team in charts.TEAMS if team in set(kinds["team"])], selection_mode="multi",
                format_func=str.capitalize, key=f"teams_{customer_id}", help="None chosen means all",
            )  # fmt: skip
            chosen = kinds[kinds["team"].isin(teams)] if teams else kinds
            types = st.multiselect(
                "Kinds", sorted(set(chosen["interaction_type"])), format_func=_kind, key=f"types_{customer_id}",
                placeholder="All kinds",
            )  # fmt: skip
        _interactions(
            release, customer_id, facts, sorted(set(chosen["team"])), types or sorted(set(chosen["interaction_type"]))
        )


def _interactions(release: OpenRelease, customer_id: str, facts: dict, teams: list[str], types: list[str]) -> None:
    asked = {"customer_id": customer_id, "teams": teams, "types": types}
    marks = release.rows(queries.TIMELINE_CHART, **asked)
    marks = marks.assign(kind=marks["interaction_type"].map(_kind))
    first = marks["occurred_date"].min() if len(marks) else release.as_of_date
    chart(
        lambda: charts.timeline(marks, pd.Timestamp(first).date(), release.as_of_date),
        marks,
        "Interactions over time by team",
        "No interaction matches. Remove a filter.",
    )
    total = release.row(queries.TIMELINE_COUNT, **asked)["interactions"]
    listing = st.container()
    page = paged(total, key=f"timeline_{customer_id}_{'-'.join(teams)}_{'-'.join(types)}")
    found = release.rows(queries.TIMELINE, **asked, **page)
    found = found.assign(interaction_type=found["interaction_type"].map(_kind), team=found["team"].str.capitalize())
    columns = {
        "occurred_at": st.column_config.DatetimeColumn("When (UTC)", format="D MMM YYYY, HH:mm"),
        "interaction_type": st.column_config.TextColumn("What"),
        "team": st.column_config.TextColumn("Team"),
        "detail": st.column_config.TextColumn("Detail", width="medium"),
        "amount": st.column_config.NumberColumn(
            f"Amount, {release.currency}" if release.currency else "Amount", format="%,.2f"
        ),
        "direction": st.column_config.TextColumn("Direction"),
        "channel": st.column_config.TextColumn("Channel"),
    }
    with listing:
        table(found, columns, "Interactions, newest first")


def _kind(interaction_type: str) -> str:
    return interaction_type.replace("_", " ").capitalize()

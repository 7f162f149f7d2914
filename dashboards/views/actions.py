"""Who needs us today, and for what? One next best action a customer, the money that it is about, how to reach them."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboards import best_contact, formats
from dashboards.blocks import Card, cards, nothing, panel
from dashboards.data import OpenRelease
from dashboards.export import csv_bytes
from dashboards.lists import customer_column, money_column, paged, table
from dashboards.queries import actions as queries

AIMS = {
    "settle": ("Settle", "Somebody waits for an answer: settle it before anything else"),
    "keep": ("Keep", "Worth something, and may be lost: ask what has changed"),
    "sell": ("Sell", "Probably ready to buy or to sign: talk about it now"),
    "thank": ("Thank", "All is well: say so, offer nothing"),
    "wait": ("Leave alone", "No offer and no call for now; the reason says why"),
}

AT_STAKE = ("settle", "keep", "sell")
"""Whom to thank or to leave alone nothing hangs on today."""


def show(release: OpenRelease) -> None:
    counted = release.rows(queries.AIMS).set_index("aim")
    if counted.empty:
        nothing("There is nothing to do about anybody today. Actions come from segments: see the page Segments.")
        return
    cards(*(
        Card(
            title,
            formats.count(counted["customers"].get(aim, 0)),
            note=_stake(release, counted["stake_amount"].get(aim)) if aim in AT_STAKE else "customers",
            help=words,
        )
        for aim, (title, words) in AIMS.items()
    ))  # fmt: skip
    st.caption(
        "Each customer stands here once: what is to be settled comes first, then who may be lost, then what may be "
        "sold. At stake is the money of the next 90 days that it is about, not what a call earns."
    )
    there = [aim for aim in AIMS if aim in counted.index]
    aim = st.segmented_control(
        "What for", there, default=there[0], required=True, format_func=lambda one: AIMS[one][0], key="aim",
        bind="query-params",
    )  # fmt: skip
    _listed(release, aim, int(counted["customers"][aim]))


def _stake(release: OpenRelease, amount: float | None) -> str:
    return "customers" if formats.is_missing(amount) else f"{formats.money(amount, release.currency)} at stake"


def _listed(release: OpenRelease, aim: str, total: int) -> None:
    title, words = AIMS[aim]
    with panel(title, f"{words}. Most at stake first" if aim != "wait" else words):
        st.download_button(
            "Download CSV",
            data=partial(_file, release, aim),
            file_name=f"{aim}_{release.as_of_date:%Y-%m-%d}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="primary",
            on_click="ignore",
            help="Customer ids, what to do and why. With e-mails: `rapport segments`.",
        )
        listing = st.container()
        page = paged(total, key=f"actions_{aim}")
        shown = release.rows(queries.LISTED, aim=aim, **page)
        columns = customer_column(shown, release) | {"reason": st.column_config.TextColumn("Why", width="large")}
        if aim != "wait":
            columns |= {
                "stake_amount": money_column("At stake", release, help="Of the next 90 days"),
                "title": st.column_config.TextColumn("Segment"),
                "action": st.column_config.TextColumn("What to do", width="large"),
                "owner": st.column_config.TextColumn("Team"),
                "best_channel": st.column_config.TextColumn("Best channel"),
                "hour": st.column_config.TextColumn("Best hour"),
                "others": st.column_config.TextColumn("Also in"),
            }
        with listing:
            table(shown, columns, f"Customers: {title}")
            if aim != "wait":
                best_contact.captions(release)


def _file(release: OpenRelease, aim: str) -> bytes:
    everyone = release.rows(queries.DOWNLOAD, aim=aim)
    return csv_bytes(list(everyone.columns), everyone.itertuples(index=False))

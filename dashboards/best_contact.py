"""The channel and the hour in which customers will next be in touch: of one customer, and why none is told.

Belongs here: those words, wherever a best channel or hour is shown. Stays out: how often customers hear from us, what
is owed to them (the pages have it).
"""

from __future__ import annotations

import streamlit as st

from dashboards import evidence, formats
from dashboards.data import OpenRelease
from dashboards.queries import contact as queries

HABITS = {
    "best_channel": ("Best channel", "best_channel", queries.BEST_CHANNEL),
    "best_hour": ("Best hour", "best_contact_hour", queries.BEST_HOUR),
}
"""By score: its title, the column of `dim_customers` that is set where it is clear, and what is said of a customer."""


def of_customer(release: OpenRelease, customer_id: str, facts: dict) -> list[str]:
    """A line of Markdown for each habit."""
    return [f"**{title}:** {_said(release, score, customer_id, facts)}" for score, (title, *_) in HABITS.items()]


def withheld(release: OpenRelease, score_name: str) -> str | None:
    """Why this release tells nobody's; None where it tells."""
    found = evidence.trust(release, score_name)
    return None if found.is_published else formats.plain(found.verdict)


def captions(release: OpenRelease) -> None:
    """Under whatever shows both: why one of them is not told."""
    for score, (title, *_) in HABITS.items():
        if why := withheld(release, score):
            st.caption(f"{title} is told of nobody. {why}")


def trust(release: OpenRelease) -> None:
    """How far both can be trusted, and why one is not told."""
    for score, (title, *_) in HABITS.items():
        if why := withheld(release, score):
            st.warning(f"**{title}: withheld in this release.** {why}", icon=":material/visibility_off:")
        evidence.show(release, score, evidence.trust(release, score))


def _said(release: OpenRelease, score: str, customer_id: str, facts: dict) -> str:
    if withheld(release, score):
        return "not told in this release"
    _, column, query = HABITS[score]
    row = release.row(query, customer_id=customer_id)
    if not row:
        return "not known, as they have not been in touch within a year"
    span = formats.share_interval(row["low"], row["high"])
    chance = f"{formats.percent(row['probability'], 0)} of next contacts (80% range {span})"
    likeliest = f"{formats.plain(row['habit'])}, {chance}; {formats.plain(row['reason'])}"
    return f"none stands out; likeliest {likeliest}" if formats.is_missing(facts[column]) else likeliest

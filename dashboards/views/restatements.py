"""The panel on Health that says which published figures are other figures now, and what changed them."""

from __future__ import annotations

import streamlit as st

from dashboards import formats
from dashboards.blocks import panel
from dashboards.data import OpenRelease
from dashboards.figures import written
from dashboards.queries import restatements as queries

SHOWN = 20
"""A page of sentences; all of them are in `release.restatements`."""
WHY = {
    "definition": "it is counted in another way since",
    "unknown": "rows left that month, or somebody turned out to be somebody else",
}


def show(release: OpenRelease) -> None:
    with panel("Figures that changed after they were published", "Months that were over when somebody first read them"):
        found = release.rows(queries.RESTATEMENTS, limit=SHOWN)
        if found.empty:
            st.markdown("No figure of a past month has changed since it was first published.")
        for row in found.itertuples():
            st.markdown(f"- {_sentence(row, release.currency)}")


def _sentence(row, currency: str | None) -> str:
    first, now = (
        formats.plain(written(value, row.unit, currency) or "unknown") for value in (row.first_value, row.value)
    )
    why = WHY.get(row.reason) or (f"brought or changed by {formats.plain(row.files)}" if row.files else "")
    return (
        f"**{formats.plain(row.label)}** of {row.from_date:%B %Y} was {first} when first published on "
        f"{formats.day(row.first_published_at)}; it is {now} since {formats.day(row.published_at)}"
        + (f": {why}." if why else ".")
    )

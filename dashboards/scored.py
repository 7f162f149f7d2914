"""Where a page finds the values of a score: tonight's or, while it is withheld, the last good ones with their day.

Belongs here: the choice, and the sentence that says so. Stays out: why a score is withheld (its card), which old values
a release carries and for how long (data_quality.last_good).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from dashboards import formats
from dashboards.data import OpenRelease
from dashboards.evidence import Trust, trust
from dashboards.queries import scored as queries


@dataclass(frozen=True)
class Scored:
    """`table` as a query names it; `as_of_date` is the first day that its values had not seen."""

    table: str
    as_of_date: date
    is_tonight: bool


def find(release: OpenRelease, score_name: str, found: Trust | None = None) -> Scored | None:
    """None where the score is withheld and this release carries no earlier values of it."""
    if (found or trust(release, score_name)).is_published:
        return Scored(f"scores.{score_name}", release.as_of_date, True)
    # An earlier version made the release, or nothing is carried: then there is no such table to ask.
    if score_name not in set(release.rows(queries.CARRIED)["table_name"]):
        return None
    table = f"last_good.{score_name}"
    return Scored(table, release.row(queries.day_of(table))["as_of_date"], False)


def shown(release: OpenRelease, score_name: str, found: Trust, what: str) -> Scored | None:
    """What the page is to show, said above it where that is not tonight's; None where there is nothing to show."""
    where = find(release, score_name, found)
    if where is None:
        st.warning(
            f"**{what} are withheld in this release.** {formats.plain(found.verdict)}",
            icon=":material/visibility_off:",
        )
    elif not where.is_tonight:
        st.warning(
            f"**{what} as of {formats.day(where.as_of_date)}: tonight's are withheld.** {formats.plain(found.verdict)}",
            icon=":material/history:",
        )
    return where

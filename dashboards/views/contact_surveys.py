"""NPS and CSAT: cards for the last quarter, and the months, with n, interval and response rate."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, formats
from dashboards.blocks import Card, nothing, panel
from dashboards.data import OpenRelease
from dashboards.queries import contact as queries

WINDOW = "last 90 days"
SURVEYS = {
    "nps": ("NPS", "Share of 9 and 10 less share of 0 to 6, in points. Each person counts once, by the last answer."),
    "csat": ("CSAT", "Good ÷ (good + bad). Each ticket counts once, by its last rating."),
}


def headline(release: OpenRelease) -> list[Card]:
    """A card per survey."""
    found = release.rows(queries.SURVEYS, window=WINDOW).set_index("survey_type")
    return [_card(name, help_text, found, survey) for survey, (name, help_text) in SURVEYS.items()]


def show(release: OpenRelease) -> None:
    places = st.columns(2)
    for place, (survey, (name, _)) in zip(places, SURVEYS.items(), strict=True):
        found = release.rows(queries.SURVEY_MONTHS, survey_type=survey, as_of_date=release.as_of_date)
        with place, panel(f"{name} by month", "Whole months. Bar: 95% interval; few answers leave much open"):
            if found.empty:
                nothing(f"No {name} answers in whole months. Load a survey tool's or helpdesk's export to see them.")
                continue
            found = found.assign(label=found["label"] + " · n = " + found["count_answers"].astype(str))
            pattern, scale = (".0f", 100) if survey == "nps" else (".0%", 1)
            found = found.assign(**{column: found[column] * scale for column in ("score", "low", "high")})
            domain = (-100, 100) if survey == "nps" else (0, 1)
            st.altair_chart(charts.intervals(found, pattern, name, domain), alt=f"{name} by month")


def _card(name: str, help_text: str, found, survey: str) -> Card:
    missing = f"No answers, {WINDOW.removeprefix('last ')}"
    if survey not in found.index or not found.loc[survey, "count_answers"]:
        return Card(f"{name}, 90 days", None, missing=missing, help=help_text)
    row = found.loc[survey]
    write = _points if survey == "nps" else _percent
    span = formats.interval(write(row["score_low"]), write(row["score_high"]))
    rate = formats.percent(row["response_rate"], 0)
    note = f"{span}, n = {int(row['count_answers']):,}"
    asked = f"{rate} of those asked answered." if rate else "How many were asked is not exported."
    return Card(f"{name}, 90 days", write(row["score"]), note=note, help=f"{help_text} 95% interval below. {asked}")


def _points(share: float) -> str:
    return f"{share * 100:+.0f}"


def _percent(share: float) -> str:
    return formats.percent(share, 0) or "–"

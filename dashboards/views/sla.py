"""Does the helpdesk keep what it promises, who does the work, and are these figures the helpdesk's own?"""

from __future__ import annotations

import streamlit as st

from dashboards import formats
from dashboards.blocks import Card, cards, nothing, panel
from dashboards.data import OpenRelease
from dashboards.intervals import share_of, wilson
from dashboards.lists import as_percent, percent_column, table
from dashboards.queries import sla as queries

WINDOWS = {"30 days": 30, "90 days": 90, "365 days": 365}
NO_HOURS = "No opening hours in the exports"
NO_PROMISES = (
    "The exports tell of no promises. Zendesk writes them into the audits of its tickets: export those with "
    "`via` and `events`, put them into `landing/zendesk/` and run `rapport run`."
)
NOBODY = "No reply, solution or rating in this window. Choose a longer one."
CAUSES = {
    "exported_later": "exported after this date",
    "history_incomplete": "changes missing from the history",
    "history_doubled": "changes doubled in the history",
    "other_convention": "other way to count business hours",
    "running_status": "still running",
    "change_not_logged": "counted there, not in its history",
    "change_not_counted": "in its history, not counted there",
    "unexplained": "unexplained",
}


def show(release: OpenRelease) -> None:
    chosen = st.segmented_control(
        "Window", list(WINDOWS), default="90 days", required=True, label_visibility="collapsed", key="sla_window"
    )
    days = WINDOWS[chosen]
    now = release.row(queries.HEADLINE, days=days, as_of_date=release.as_of_date)
    _headline(now, days)
    _kept(release, now, days)
    _due(release, now)
    left, right = st.columns(2)
    with left:
        _work(release, days, "Teams", "team_id")
    with right:
        _work(release, days, "Agents", "agent_id")
    _parity(release)


def _headline(now: dict, days: int) -> None:
    window = f"Tickets created in the last {days} days, in business hours"
    cards(
        Card(
            "Promises kept",
            formats.percent(now["kept"] / now["decided"]) if now["decided"] else None,
            note=share_of(now["kept"], now["decided"], 0),
            help=f"Kept ÷ (kept + broken) of promises (SLA targets) decided in the last {days} days, with the range "
            "that chance alone leaves (95 %). Replaced targets count as neither.",
            missing="No promise was decided",
        ),
        Card(
            "Broken and open",
            formats.count(now["broken_open"]) if now["promises"] else None,
            note="promises whose ticket still waits",
            missing="No promises in the exports",
        ),
        Card(
            "Due within a day",
            formats.count(now["due_soon"]) if now["promises"] else None,
            note="will break unless somebody acts",
            help="Promises whose clock is running and whose time is up within 24 hours of the as-of date.",
            missing="No promises in the exports",
        ),
        Card(
            "First reply, median",
            formats.duration(now["first_reply_median"]),
            note=f"9 of 10 within {formats.duration(now['first_reply_p90'])}",
            help=f"Creation to the first public reply by an agent. {window}, n = {now['replied']:,}.",
            missing=NO_HOURS,
        ),
        Card(
            "Resolution, median",
            formats.duration(now["resolution_median"]),
            note=f"9 of 10 within {formats.duration(now['resolution_p90'])}",
            help=f"Creation to the last time solved. {window}, n = {now['resolved']:,}.",
            missing=NO_HOURS,
        ),
    )


def _kept(release: OpenRelease, now: dict, days: int) -> None:
    with panel("Promises", f"Decided in the last {days} days; priority as it was when the promise was made"):
        if not now["promises"]:
            nothing(NO_PROMISES)
            return
        found = release.rows(queries.KEPT, days=days, as_of_date=release.as_of_date)
        if found.empty:
            nothing("No promise was decided in this window. Choose a longer one.")
            return
        found["metric"] = found["metric"].map(_words)
        found["target"] = [
            f"{formats.duration(minutes)}{', business hours' if is_business else ''}"
            for minutes, is_business in zip(found["target_minutes"], found["in_business_hours"], strict=True)
        ]
        found["took"] = found["elapsed_median"].map(formats.duration)
        found["certainty"] = [
            formats.share_interval(*wilson(kept, decided))
            for kept, decided in zip(found["kept"], found["decided"], strict=True)
        ]
        found["kept"] /= found["decided"]
        columns = {
            "metric": st.column_config.TextColumn("Promise"),
            "priority": st.column_config.TextColumn("Priority"),
            "target": st.column_config.TextColumn("Within"),
            "kept": percent_column("Kept"),
            "certainty": st.column_config.TextColumn("95 % range", help="What chance alone leaves open"),
            "decided": st.column_config.NumberColumn("Decided", format="%,d"),
            "took": st.column_config.TextColumn("Took, median"),
        }
        table(as_percent(found, "kept"), columns, "Promises kept by kind and priority")


def _due(release: OpenRelease, now: dict) -> None:
    if not now["promises"]:
        return
    with panel("Next to break", "Promises whose clock is running, first due first"):
        found = release.rows(queries.DUE)
        if found.empty:
            nothing("No promise is running.")
            return
        found["metric"] = found["metric"].map(_words)
        found["due"] = found["sla_breach_at"].map(formats.moment)
        columns = {
            "ticket_id": st.column_config.TextColumn("Ticket"),
            "metric": st.column_config.TextColumn("Promise"),
            "priority_applied": st.column_config.TextColumn("Priority"),
            "team": st.column_config.TextColumn("Team"),
            "due": st.column_config.TextColumn("Due"),
        }
        table(found, columns, "Promises that break next")


def _work(release: OpenRelease, days: int, title: str, column: str) -> None:
    with panel(title, f"Last {days} days, by who had the ticket at that moment, not by who has it today"):
        found = release.rows(queries.work(column), days=days, as_of_date=release.as_of_date)
        if found.empty:
            nothing(NOBODY)
            return
        if column == "agent_id":
            found["name"] = release.colleagues(found["id"])
        found["first_reply"] = found["first_reply_median"].map(formats.duration)
        role = {"role": st.column_config.TextColumn("Role", help="In force at that time")}
        columns = {
            "name": st.column_config.TextColumn(title[:-1]),
            **(role if column == "agent_id" else {}),
            "solved": st.column_config.NumberColumn("Solved", format="%,d"),
            "first_reply": st.column_config.TextColumn(
                "First reply", help="Median, in business hours where opening hours are known"
            ),
            "csat": percent_column("CSAT"),
            "rated": st.column_config.NumberColumn("Rated", format="%,d"),
            "kept": percent_column("Kept"),
            "promises": st.column_config.NumberColumn("Promises", format="%,d"),
            "reopened": percent_column("Reopened", help="Share of solved tickets that came back at least once"),
        }
        table(as_percent(found, "csat", "kept", "reopened"), columns, f"{title} and their work")


def _parity(release: OpenRelease) -> None:
    with panel(
        "Checked against the helpdesk", "Our figures beside those that the helpdesk counts itself, ticket by ticket"
    ):
        found = release.rows(queries.PARITY)
        if found.empty:
            nothing("The exports bring no figures of the helpdesk's own, so there is nothing to check against.")
            return
        found["figure"] = found["metric_name"].map(_words)
        found["why"] = found["causes"].map(_causes, na_action="ignore")
        columns = {
            "source_name": st.column_config.TextColumn("System"),
            "figure": st.column_config.TextColumn("Figure"),
            "compared": st.column_config.NumberColumn("Compared", format="%,d"),
            "agree": st.column_config.NumberColumn("Agree", format="%.1f%%"),
            "why": st.column_config.TextColumn("Where not, why", width="large"),
            "unknown": st.column_config.NumberColumn(
                "Not comparable", format="%,d", help="The export has no history or comments to count from"
            ),
        }
        table(as_percent(found, "agree"), columns, "Agreement with the helpdesk's own figures")


def _causes(text: str) -> str:
    """`running_status:12 unexplained:3` → `still running 12, unexplained 3`."""
    pairs = (cause.split(":") for cause in text.split())
    return ", ".join(f"{CAUSES[name]} {int(tickets):,}" for name, tickets in pairs)


def _words(name: str) -> str:
    """`first_reply_time` → `First reply`, `count_reopens` → `Reopens`."""
    words = name.removeprefix("count_").replace("_business_minutes_last_schedule", ", business hours")
    for ending, said in (("_business_minutes", ", business hours"), ("_calendar_minutes", ""), ("_minutes", "")):
        words = words.replace(ending, said)
    words = words.replace("_time", "").replace("_", " ")
    return words[:1].upper() + words[1:]

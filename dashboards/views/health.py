"""Can these figures be trusted today? The release, the checks, what was read, what is in it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import formats, scored
from dashboards.blocks import Card, cards, nothing, panel
from dashboards.data import OpenRelease, kept_releases, last_run
from dashboards.lists import paged, table
from dashboards.queries import health as queries
from dashboards.views import restatements


def show(release: OpenRelease) -> None:
    now = release.row(queries.HEADLINE)
    _headline(release, now)
    _unconverted(release)
    _checks(release, now)
    restatements.show(release)
    _loads(release, now)
    left, right = st.columns(2)
    with left:
        _scores(release)
    with right:
        _releases(release)
    _row_counts(release, now)


def _headline(release: OpenRelease, now: dict) -> None:
    published = formats.in_utc(release.release.published_at)
    run = last_run(release.home) or {}
    quarantined = now["rows_quarantined"] / now["rows_read"] if now["rows_read"] else None
    cards(
        Card(
            "Age of the release",
            formats.age(release.now - published),
            note=f"{formats.moment(published).split(',')[1].strip()} on {formats.day(published)}",
        ),
        Card(
            "Last run",
            {"succeeded": "Succeeded", "failed": "Failed"}.get(run.get("status")),
            note=formats.moment(formats.instant(run.get("finished_at"))),
            missing="No run is recorded",
        ),
        Card(
            "Failed checks",
            formats.count(now["errors"]),
            note=f"{formats.counted(now['warnings'], 'warning')}, {formats.counted(now['checks'], 'check')}",
            help="Checks that stop a release never fail in one that is out; warnings travel with it to this page.",
        ),
        Card(
            "Rows read",
            formats.count(now["rows_read"]),
            note=f"from {formats.counted(now['files'], 'file')}",
            missing="Nothing was loaded",
        ),
        Card(
            "Quarantined rows",
            formats.count(now["rows_quarantined"]),
            note=f"{formats.percent(quarantined, 2)} of rows read" if quarantined is not None else None,
            help="Rows that could not be read stay in `quarantine/` with their reason and can be replayed.",
            missing="Nothing was loaded",
        ),
        Card(
            "Rows accounted for",
            None if not now["files"] else "All" if not now["unreconciled"] else "Not all",
            note=f"{now['unreconciled']:,} do not reconcile, {now['refused']:,} refused",
            help="For every file: rows read = rows loaded + rows quarantined.",
            missing="Nothing was loaded",
        ),
    )


def _unconverted(release: OpenRelease) -> None:
    for one in release.rows(queries.UNCONVERTED).itertuples():
        st.warning(
            f"**{one.without_rate:,} of {formats.counted(one.amounts, 'amount')} in {formats.plain(one.currency)} "
            f"({formats.day(one.first_date)} to {formats.day(one.last_date)}) have no exchange rate to "
            f"{release.currency}.** Their orders, payments and deals are counted, their money is in no total. Put the "
            "rates into `landing/generic/exchange_rates.csv`, or set `reporting_currency` if "
            f"{formats.plain(one.currency)} is your own.",
            icon=":material/currency_exchange:",
        )


def _checks(release: OpenRelease, now: dict) -> None:
    with panel("Checks", "Failed ones first. An error stops a release, a warning travels with it"):
        if not now["checks"]:
            nothing("This release carries no check results. Publish through `rapport run`, which runs the gates.")
            return
        listing = st.container()
        found = release.rows(queries.GATES, **paged(now["checks"], key="checks_page", rows=15))
        found["result"] = [
            "✓ Passed" if passed else "✗ Failed" if severity == "error" else "! Warning"
            for passed, severity in zip(found["is_passed"], found["severity"], strict=True)
        ]
        columns = {
            "result": st.column_config.TextColumn("Result"),
            "check_name": st.column_config.TextColumn("Check", width="large"),
            "table_name": st.column_config.TextColumn("Table"),
            "observed": st.column_config.TextColumn("Observed"),
            "expected": st.column_config.TextColumn("Expected"),
            "failing_rows": st.column_config.NumberColumn("Failing rows", format="%,d"),
            "gate_name": st.column_config.TextColumn("Gate"),
        }
        with listing:
            table(found, columns, "Check results")


def _loads(release: OpenRelease, now: dict) -> None:
    with panel("What was read", "Rows read = rows loaded + rows quarantined, for every source and every file"):
        for sentence in (last_run(release.home) or {}).get("stale", []):
            st.warning(formats.plain(sentence), icon=":material/cloud_off:")
        if not now["files"]:
            nothing("Nothing was loaded. Put exports into `landing/<source>/` and run `rapport run`.")
            return
        by_source, by_file = st.tabs(["By source", "By file"])
        counts = {
            "rows_read": st.column_config.NumberColumn("Read", format="%,d"),
            "rows_loaded": st.column_config.NumberColumn("Loaded", format="%,d"),
            "rows_quarantined": st.column_config.NumberColumn("Quarantined", format="%,d"),
        }
        with by_source:
            columns = {
                "source": st.column_config.TextColumn("Source"),
                "files": st.column_config.NumberColumn("Files", format="%,d"),
                **counts,
                "quarantined_share": st.column_config.NumberColumn(
                    "Share", format="percent", help="Quarantined ÷ read"
                ),
                "refused": st.column_config.NumberColumn("Refused files", format="%,d"),
                "last_loaded_at": st.column_config.DatetimeColumn("Last loaded (UTC)", format="D MMM YYYY, HH:mm"),
            }
            table(release.rows(queries.LOADS_BY_SOURCE), columns, "Rows read by source")
        with by_file:
            listing = st.container()
            found = release.rows(queries.LOADS, **paged(now["files"], key="loads_page"))
            columns = {
                "source": st.column_config.TextColumn("Source"),
                "table_name": st.column_config.TextColumn("Table"),
                "file": st.column_config.TextColumn("File", width="medium"),
                **counts,
                "status": st.column_config.TextColumn("Status"),
                "reason": st.column_config.TextColumn("Reason", width="medium"),
                "loaded_at": st.column_config.DatetimeColumn("Loaded (UTC)", format="D MMM YYYY, HH:mm"),
            }
            with listing:
                table(found, columns, "Rows read by file")


def _scores(release: OpenRelease) -> None:
    found = release.rows(queries.MODELS)
    with panel("Scores", "Each score is published only where its backtest says so"):
        if found.empty:
            nothing("No model has been trained yet. Load orders and run `rapport run`.")
            return
        for score in found.itertuples():
            status = ":green-badge[✓ published]" if score.is_published else ":orange-badge[! withheld]"
            name = score.score_name.replace("_", " ").capitalize()
            st.markdown(f"**{name}** {status} {_champion(score.champion)}version `{score.model_version}`")
            where = scored.find(release, score.score_name)
            is_old = where and not where.is_tonight
            shown = f" Pages show its values as of {formats.day(where.as_of_date)}." if is_old else ""
            st.caption(formats.plain(score.verdict) + shown)


def _champion(name: str | None) -> str:
    """What a score without any history has none of."""
    return "" if formats.is_missing(name) else f"champion: {formats.plain(name)} · "


def _releases(release: OpenRelease) -> None:
    kept = kept_releases(release.home)
    with panel("Releases kept", "Roll back with `rapport releases`"):
        found = pd.DataFrame(
            {
                "release_id": [one.release_id for one in kept],
                "shown": ["● shown now" if one.release_id == release.release.release_id else "" for one in kept],
                "as_of_date": [one.as_of_date for one in kept],
                "published_at": [formats.in_utc(one.published_at).replace(tzinfo=None) for one in kept],
                "age": [formats.age(release.now - formats.in_utc(one.published_at)) for one in kept],
            }
        )
        if found.empty:
            nothing("Only the release shown now is known.")
            return
        columns = {
            "release_id": st.column_config.TextColumn("Release"),
            "shown": st.column_config.TextColumn(""),
            "as_of_date": st.column_config.DateColumn("As of", format="D MMM YYYY", help="The first day not seen"),
            "published_at": st.column_config.DatetimeColumn("Published (UTC)", format="D MMM YYYY, HH:mm"),
            "age": st.column_config.TextColumn("Age"),
        }
        table(found, columns, "Releases kept")


def _row_counts(release: OpenRelease, now: dict) -> None:
    with panel("What is in it", f"{now['rows_released'] or 0:,} rows in {formats.counted(now['tables'], 'table')}"):
        columns = {
            "table_schema": st.column_config.TextColumn("Schema"),
            "table_name": st.column_config.TextColumn("Table"),
            "row_count": st.column_config.NumberColumn("Rows", format="%,d"),
        }
        table(release.rows(queries.ROW_COUNTS), columns, "Rows per table")

"""The frame around every page: title, data date and release, warnings about age, footer; the page before the first run.

Belongs here: what all pages share. Stays out: anything about one subject.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import streamlit as st

from dashboards import formats
from dashboards.data import OpenRelease, last_run, open_release
from data_quality.release import STALE_AFTER, ReleaseError

LOOK = Path(__file__).with_name("look.css")
OLD_DATA = timedelta(days=2)


def framed(title: str, question: str, view: Callable[[OpenRelease], None], home: Path, now: datetime) -> None:
    """Draw one page: resolve the release once, frame it, and let `view` fill it."""
    st.html(LOOK)
    try:
        release = open_release(home, now)
    except ReleaseError as problem:
        _heading(title, question)
        st.error(f"The release cannot be opened: {formats.plain(problem)}. Ask an operator to run `rapport releases`.")
        return
    if release is None:
        before_the_first_run(title, question, last_run(home))
        return
    _heading(title, question, release)
    _age_banner(release, last_run(home))
    try:
        view(release)
    except (duckdb.CatalogException, duckdb.BinderException) as lacking:
        _of_an_earlier_version(lacking)
    _footer(release)


def _of_an_earlier_version(lacking: duckdb.Error) -> None:
    """New versions bring tables and columns; the current release may be older, or one that was rolled back to."""
    words = str(lacking).splitlines()[0].replace("`", "'")
    st.warning(
        "**The rest of this page is not in this release**, which an earlier version of Rapport made. It is there after "
        f"the next run; `rapport run` starts one. What was looked for: `{words}`",
        icon=":material/update:",
    )


def before_the_first_run(title: str, question: str, run: dict[str, Any] | None) -> None:
    """The page of a home that has no release yet."""
    _heading(title, question)
    st.info(
        "**There is nothing to show yet.** Put exports into `landing/` and run `rapport run`; "
        "or run `rapport demo` to see Rapport with generated data. The page fills when the first release is out.",
        icon=":material/rocket_launch:",
    )
    failure = _failure(run)
    if failure:
        st.warning(failure, icon=":material/error:")


def _heading(title: str, question: str, release: OpenRelease | None = None) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute", gap="small"):
        with st.container(width="content", gap=None):
            st.title(title, anchor=False)
            st.caption(question)
        if release is None:
            return
        with st.container(width="content", gap="xxsmall", key="release-line"):
            if release.is_generated_data:
                st.badge("Generated demo data", icon=":material/science:", color="violet")
            last_day = formats.day(release.as_of_date - timedelta(days=1))
            st.caption(f"Data up to **{last_day}** · release `{release.release.release_id}`")


def _age_banner(release: OpenRelease, run: dict[str, Any] | None) -> None:
    published = formats.in_utc(release.release.published_at)
    since_publication = release.now - published
    since_data = release.now.date() - release.as_of_date
    failure = _failure(run, after=published)
    if since_publication > STALE_AFTER:
        why = failure or "No failed run is recorded since: check that the nightly run is scheduled."
        st.warning(
            f"**These figures are old.** The release was published {formats.age(since_publication)} ago "
            f"({formats.moment(published)}); its data end before {formats.day(release.as_of_date)}. {why}",
            icon=":material/schedule:",
        )
    elif since_data > OLD_DATA:
        expected = (
            "They were generated for that date."
            if release.is_generated_data
            else "The last run was made for that date."
        )
        st.warning(
            f"**These data are old.** They end before {formats.day(release.as_of_date)}, {since_data.days:,} days ago, "
            f"in a release published {formats.age(since_publication)} ago. {failure or expected}",
            icon=":material/schedule:",
        )
    elif failure:
        st.warning(f"{failure} You see the last good release.", icon=":material/error:")


def _failure(run: dict[str, Any] | None, after: datetime | None = None) -> str | None:
    """Why the last run failed, in a sentence; None if it did not, or ended before `after`."""
    if not run or run.get("status") != "failed":
        return None
    ended = formats.instant(run.get("finished_at"))
    if ended and after and ended < after:
        return None
    when = f" on {formats.moment(ended)}" if ended else ""
    return f"The last run failed{when}: {formats.plain(run.get('reason') or 'no reason was recorded')}."


def _footer(release: OpenRelease) -> None:
    amounts = f"Amounts in {release.currency}, net of refunds" if release.currency else "No amounts"
    if release.unconverted_currencies:
        amounts += (
            f", without those in {', '.join(release.unconverted_currencies)} that have no exchange rate (see Health)"
        )
    published = formats.in_utc(release.release.published_at)
    names = "" if release.may_see_names else " · names and e-mails are not readable here"
    st.caption(
        f"Rapport {release.rapport_version} · published {formats.moment(published)} "
        f"({formats.age(release.now - published)} ago) · {amounts} · times in UTC{names}"
    )

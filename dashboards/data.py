"""The door between pages and releases: which release a page shows, and its answers to queries.

Belongs here: resolving the release once per page, bounded caches keyed by release id, names where the key is readable.
Stays out: SQL texts (dashboards.queries), anything drawn, files other than releases, the key and the last run's note.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import streamlit as st

from dashboards import queries
from data_quality.release import Release, ReleaseError, connect, connect_pii, current_release, list_releases

KEPT_CONNECTIONS = 2
"""Two, because sessions change over from one release to the next during a publication."""
KEPT_ANSWERS = 512
"""Answers are at most a page of rows, so this bounds the cache to some tens of megabytes."""


@dataclass(frozen=True)
class OpenRelease:
    """One release as a page sees it: its facts, what its manifest says, and answers to queries.

    Every amount is in `currency`; those in `unconverted_currencies` have no exchange rate and are in no sum. `key` is
    None where this server may not read names: no key, no personal file, or a key that does not open it.
    """

    home: Path
    release: Release
    now: datetime
    rapport_version: str
    is_generated_data: bool
    currency: str | None
    unconverted_currencies: tuple[str, ...]
    key: str | None

    @property
    def as_of_date(self) -> date:
        """The first day not seen."""
        return self.release.as_of_date

    @property
    def may_see_names(self) -> bool:
        return self.key is not None

    def rows(self, sql: str, **parameters: Any) -> pd.DataFrame:
        """All rows of a query, which must bound its own size."""
        return _rows(str(self.release.file), sql, parameters, self.release)

    def row(self, sql: str, **parameters: Any) -> dict[str, Any]:
        """The only row of a query as column → value, decimals as floats; empty if there is none."""
        return _row(str(self.release.file), sql, parameters, self.release)

    def personal_rows(self, sql: str, **parameters: Any) -> pd.DataFrame:
        """Rows of a query on personal data. Never cached, so that nothing personal outlives the page."""
        personal = _personal(str(self.release.pii_file), self.release, self.key)
        return personal.cursor().execute(sql, parameters).df()

    def names(self, customer_ids: Iterable[str]) -> dict[str, str]:
        """customer_id → full name, empty without the right to see names."""
        if not self.may_see_names:
            return {}
        found = self.personal_rows(queries.customer.NAMES, customer_ids=list(customer_ids))
        return dict(zip(found["customer_id"], found["full_name"], strict=True))

    def colleagues(self, user_ids: pd.Series) -> list[str]:
        """How owners and agents are called on a page: by name, else by their id in the system they work in."""
        names: dict[str, str] = {}
        if self.may_see_names:
            found = self.personal_rows(queries.frame.COLLEAGUES, user_ids=user_ids.dropna().unique().tolist())
            names = dict(zip(found["agent_id"], found["agent_name"], strict=True))
        return [
            "Not set" if pd.isna(user_id) else names.get(user_id, user_id.partition(":")[2]) for user_id in user_ids
        ]


def open_release(home: Path, now: datetime) -> OpenRelease | None:
    """The current release, or None before the first one. Call it once per page and pass the result on.

    Raises ReleaseError when the pointer or the file it names cannot be read.
    """
    release = current_release(home)
    if release is None:
        return None
    manifest = _row(str(release.file), queries.frame.MANIFEST, {}, release)
    return OpenRelease(
        home=home,
        release=release,
        now=now,
        rapport_version=manifest["rapport_version"],
        is_generated_data=bool(manifest["is_generated_data"]),
        currency=manifest["currency"],
        unconverted_currencies=tuple(manifest["unconverted_currencies"] or ()),
        key=_key_that_opens(release, home),
    )


def _key_that_opens(release: Release, home: Path) -> str | None:
    """The key of the personal file, or None where there is no such file, no readable key, or the key does not fit."""
    if release.pii_file is None:
        return None
    try:
        key = (home / "keys" / "pii.key").read_text(encoding="utf-8").strip()
        _personal(str(release.pii_file), release, key)
    except (FileNotFoundError, PermissionError, ReleaseError):
        return None
    return key


def kept_releases(home: Path) -> list[Release]:
    """Every release that can be rolled back to, newest first."""
    return list_releases(home)


def last_run(home: Path) -> dict[str, Any] | None:
    """What the last run left about itself (`status`, `reason`, `finished_at`), or None."""
    try:
        said = json.loads((home / "last_run.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, PermissionError, ValueError):
        return None
    return said if isinstance(said, dict) else None


# Files are named after their release and a name is never used twice, so the file is the cache key.
@st.cache_resource(max_entries=KEPT_CONNECTIONS, show_spinner=False, on_release=duckdb.DuckDBPyConnection.close)
def _facts(file: str, _release: Release) -> duckdb.DuckDBPyConnection:
    return connect(_release)


@st.cache_resource(max_entries=KEPT_CONNECTIONS, show_spinner=False, on_release=duckdb.DuckDBPyConnection.close)
def _personal(file: str, _release: Release, _key: str) -> duckdb.DuckDBPyConnection:
    return connect_pii(_release, _key)


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def _rows(file: str, sql: str, parameters: dict[str, Any], _release: Release) -> pd.DataFrame:
    return _facts(file, _release).cursor().execute(sql, parameters).df()


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def _row(file: str, sql: str, parameters: dict[str, Any], _release: Release) -> dict[str, Any]:
    cursor = _facts(file, _release).cursor().execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    found = cursor.fetchone() or ()
    return {
        name: float(value) if isinstance(value, Decimal) else value for name, value in zip(names, found, strict=False)
    }

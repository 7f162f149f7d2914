"""Releases as readers see them: which one is current, and how to open it without being able to change anything.

Belongs here: the pointer `releases/current.json`, listing, opening, rolling back. Dashboards know this module only.
Stays out: making a release (data_quality.publish) and judging one (data_quality.audit).

File names carry the release id and are never used twice: a process that still holds an older connection to a path
would otherwise be served the old data when it opens that path again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from data_quality.durable import only_writer, write_whole

POINTER = "current.json"
STALE_AFTER = timedelta(hours=36)
"""A nightly run plus half a day: a release older than that means that a night was missed."""
LIMITS = {"memory_limit": "1GB", "threads": 2, "max_temp_directory_size": "0GB"}
"""A reader's share of a laptop; one page never needs more, and nothing of a release may spill to disk."""
LOCKED_DOWN = {
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
}
_RELEASE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


class ReleaseError(RuntimeError):
    """A release cannot be found, opened or named; the message says which and why."""


class ReleaseNotFound(ReleaseError, LookupError):
    """No such release is kept."""


@dataclass(frozen=True)
class Release:
    """One finished release. `pii_file` is None where personal data was left out; `published_at` is naive UTC."""

    release_id: str
    file: Path
    pii_file: Path | None
    as_of_date: date
    published_at: datetime

    def to_json(self) -> str:
        """The pointer's text. File names are relative to the folder they stand in, so a home can be moved."""
        return json.dumps(
            {
                "release_id": self.release_id,
                "file": self.file.name,
                "pii_file": self.pii_file.name if self.pii_file else None,
                "as_of_date": self.as_of_date.isoformat(),
                "published_at": self.published_at.isoformat(),
            },
            indent=1,
        )


def releases_folder(home: Path) -> Path:
    return Path(home) / "releases"


def check_release_id(release_id: str) -> str:
    """The id itself, or ReleaseError: it becomes a file name, so letters, digits, `_` and `-` only; not `current`."""
    if not _RELEASE_ID.fullmatch(release_id) or release_id == Path(POINTER).stem:
        raise ReleaseError(f"release id {release_id!r}: use 1 to 100 letters, digits, '_' or '-', and not 'current'")
    return release_id


def current_release(home: Path) -> Release | None:
    """The release that readers see now; None before the first one. Resolve it once per page."""
    pointer = releases_folder(home) / POINTER
    return _read(pointer) if pointer.exists() else None


def list_releases(home: Path) -> list[Release]:
    """All finished releases, newest first. A release is finished when its description `<id>.json` stands beside it."""
    found = [_read(path) for path in releases_folder(home).glob("*.json") if path.name != POINTER]
    return sorted(found, key=lambda release: (release.published_at, release.release_id), reverse=True)


def rollback(home: Path, release_id: str) -> Release:
    """Point readers at an older (or newer) finished release again; its files must still be there."""
    folder = releases_folder(home)
    with only_writer(folder):
        kept = {release.release_id: release for release in list_releases(home)}
        if release_id not in kept:
            raise ReleaseNotFound(f"release {release_id!r} is not kept; kept are: {', '.join(kept) or 'none'}")
        release = kept[release_id]
        for file in (release.file, release.pii_file):
            if file is not None and not file.exists():
                raise ReleaseNotFound(f"release {release_id!r}: {file.name} is missing")
        write_whole(folder / POINTER, release.to_json())
    return release


def release_age(release: Release, now: datetime) -> timedelta:
    """How long ago the release was published; `now` is naive UTC or carries its offset."""
    return naive_utc(now) - release.published_at


def naive_utc(moment: datetime) -> datetime:
    """Moments are kept as naive UTC, like every timestamp in the warehouse."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def connect(release: Release, limits: Mapping[str, object] = LIMITS) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the pseudonymous facts that can reach no other file, extension or setting."""
    if not release.file.exists():
        raise ReleaseNotFound(f"release {release.release_id!r}: {release.file.name} is missing")
    return duckdb.connect(
        str(release.file),
        read_only=True,
        config={**LOCKED_DOWN, **limits, "enable_external_access": False, "lock_configuration": True},
    )


def connect_pii(release: Release, key: str, limits: Mapping[str, object] = LIMITS) -> duckdb.DuckDBPyConnection:
    """Like `connect`, with the schema `pii` of the encrypted file beside `marts`, `scores`, `segments` and `release`.

    An instance of its own: connections to the same file share attached databases, and a reader without the right
    must not find personal data attached by somebody else. Raises ReleaseError for a wrong key or a damaged file.
    """
    if release.pii_file is None:
        raise ReleaseError(f"release {release.release_id!r} was published without personal data")
    return connect_apart(release, key, limits)


def connect_apart(
    release: Release,
    key: str | None,
    limits: Mapping[str, object],
    prepare: Callable[[duckdb.DuckDBPyConnection], object] | None = None,
) -> duckdb.DuckDBPyConnection:
    """An instance of its own that `prepare` may change before it is locked; with the personal file where `key` is
    given. Raises ReleaseError for a wrong key or a damaged file.
    """
    con = duckdb.connect(config={**LOCKED_DOWN, **limits})
    opened = release.file
    try:
        if prepare is not None:
            prepare(con)
        con.execute(f"ATTACH {quoted(opened)} AS facts (READ_ONLY)")
        if key is not None:
            opened = release.pii_file
            con.execute(f"ATTACH {quoted(opened)} AS personal (READ_ONLY, ENCRYPTION_KEY {quoted(key)})")
        con.execute(f"SET search_path = 'facts.main{'' if key is None else ',personal.pii'}'")
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        con.close()
        raise ReleaseError(f"release {release.release_id!r}: cannot open {opened.name}: {error}") from error
    return con


def key_file(home: Path) -> Path:
    return Path(home) / "keys" / "pii.key"


def pii_key(home: Path) -> str | None:
    """The key of the personal files; None where this home has none (a reader without the right)."""
    path = key_file(home)
    return path.read_text(encoding="utf-8").strip() if path.exists() else None


def quoted(text: str | Path) -> str:
    """An SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def _read(path: Path) -> Release:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Release(
            release_id=said["release_id"],
            file=path.parent / said["file"],
            pii_file=path.parent / said["pii_file"] if said["pii_file"] else None,
            as_of_date=date.fromisoformat(said["as_of_date"]),
            published_at=datetime.fromisoformat(said["published_at"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ReleaseError(f"{path.name}: not a release description ({error})") from error

"""Copying a remote folder's new and changed files into `landing/<source>/fetched/`, each whole or not at all.

Stays out: how the folder is opened (file_systems), reading what was copied (intake).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from fsspec import AbstractFileSystem

from data_quality.durable import fsync, write_whole
from orchestration.intake.durable import private_file, private_folder
from orchestration.intake.landing import UNFINISHED
from orchestration.pull.context import Pulled
from orchestration.pull.file_systems import FAULTS, opened
from orchestration.pull.progress import FOLDER, read_progress

FETCHED = "fetched"
"""A folder of their own: a copy never replaces a file that somebody dropped."""
SETTLED = timedelta(minutes=1)
"""A file that was written to within the last minute may still grow, unless it was the same at the last look."""


@dataclass(frozen=True)
class RemoteFile:
    """`path` in its file system, `name` below the folder, `version` that changes with the content."""

    path: str
    name: str
    version: str
    modified: datetime | None


def fetch_folder(
    source: str,
    url: str,
    access: Mapping[str, str],
    home: Path,
    now: datetime,
    on_progress: Callable[[str], None] = lambda words: None,
) -> Pulled:
    """Copies what is new in the remote folder of a source. What fails is told in `failures`; the rest is copied.

    `access` holds secrets by their names in the environment. `now` is aware.
    """
    fetched = Pulled(source)
    memory = _Memory(home, source)
    folder = home / "landing" / source / FETCHED
    try:
        with opened(url, access) as (files, root):
            for remote in _listed(files, root, fetched):
                if memory.copied.get(remote.name) == remote.version:
                    continue
                if not _is_settled(remote, memory, now):
                    on_progress(f"{source}: {remote.name} is still being written")
                    continue
                try:
                    is_copied = _copy(files, remote, folder)
                except FAULTS as fault:
                    fetched.failures.append(f"{remote.name}: {_in_words(fault)}")
                    continue
                if is_copied:
                    memory.has_copied(remote)
                    fetched.files.append(folder / remote.name)
                    on_progress(f"{source}: {remote.name} fetched")
            memory.save()
    except FAULTS as fault:
        fetched.failures.append(f"{url}: {_in_words(fault)}")
    read_progress(home, f"{source}-{FETCHED}").ended(now, fetched.failures)
    return fetched


def _in_words(fault: BaseException) -> str:
    return (str(fault).splitlines() or [""])[0] or type(fault).__name__


def _listed(files: AbstractFileSystem, root: str, fetched: Pulled) -> Iterator[RemoteFile]:
    """The files below the root, by name: no hidden and unfinished ones; names that lead elsewhere are failures."""
    # A folder of S3 is a prefix, which is empty until something lies below it; one of SFTP is there or is not.
    strictly: dict[str, Any] = {"on_error": "raise"} if "sftp" in files.protocol else {}
    for path, info in sorted(files.find(root, detail=True, **strictly).items()):
        name = path.removeprefix(root).lstrip("/")
        parts = PurePosixPath(name).parts
        if info["type"] != "file" or name.endswith("/"):
            continue
        if ".." in parts or "\\" in name or "\0" in name:
            fetched.failures.append(f"{name}: the name leads out of the folder")
        elif not any(part.startswith(".") for part in parts) and not name.endswith(UNFINISHED):
            yield _remote_file(path, name, info)


def _remote_file(path: str, name: str, info: Mapping[str, Any]) -> RemoteFile:
    """An S3 object appears whole and has a tag of its content; elsewhere size and time must do."""
    if "ETag" in info:
        return RemoteFile(path, name, f"{info['size']}-{info['ETag']}", None)
    return RemoteFile(path, name, f"{info['size']}-{info['mtime'].isoformat()}", info["mtime"])


def _is_settled(remote: RemoteFile, memory: _Memory, now: datetime) -> bool:
    if remote.modified is None:
        return True
    was = memory.look(remote)
    return was == remote.version or remote.modified <= now - SETTLED


def _copy(files: AbstractFileSystem, remote: RemoteFile, folder: Path) -> bool:
    """Copies a file; False when it has changed meanwhile, and is left for the next time."""
    target = folder / remote.name
    private_folder(target.parent)
    unfinished = target.with_name(target.name + UNFINISHED[0])
    private_file(unfinished).close()
    try:
        files.get_file(remote.path, str(unfinished))
        files.invalidate_cache()
        after = _remote_file(remote.path, remote.name, files.info(remote.path))
        if after.version != remote.version or not remote.version.startswith(f"{unfinished.stat().st_size}-"):
            return False
        fsync(unfinished)
        unfinished.rename(target)
        fsync(target.parent)
        return True
    finally:
        unfinished.unlink(missing_ok=True)


class _Memory:
    """What was copied, and what was seen at the last look: name → version, kept beside the cursors of the source."""

    def __init__(self, home: Path, source: str) -> None:
        self._path = home / FOLDER / FETCHED / f"{source}.json"
        said = json.loads(self._path.read_text(encoding="utf-8")) if self._path.exists() else {}
        self.copied: dict[str, str] = said.get("copied", {})
        self._before: dict[str, str] = said.get("seen", {})
        self._seen: dict[str, str] = {}

    def look(self, remote: RemoteFile) -> str | None:
        """Notes a file as seen; returns the version that it had at the last look."""
        self._seen[remote.name] = remote.version
        return self._before.get(remote.name)

    def has_copied(self, remote: RemoteFile) -> None:
        self.copied[remote.name] = remote.version
        self.save()

    def save(self) -> None:
        private_folder(self._path.parent)
        said = {"copied": self.copied, "seen": self._seen}
        write_whole(self._path, json.dumps(said, indent=1, ensure_ascii=False) + "\n")

"""What has landed: every file under `landing/`, every member of every archive, and the table that takes it.

Belongs here: walking the landing folder, file names against patterns, member names against tricks.
Stays out: reading content.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from zipfile import ZipFile, ZipInfo

from data_quality.contracts import SourceTable
from orchestration.intake.load import Refused
from orchestration.intake.streams import GuardedStream, open_archive, open_file, open_member

UNFINISHED = (".part", ".tmp", ".crdownload")
NO_TABLE_TAKES_IT = "no declared table takes it"
NOT_FINISHED = "has the name of a hidden file or of one that is still being written"


@dataclass(frozen=True)
class Landed:
    """One landed file or archive member. `open` gives its unpacked bytes; `table` is None when nobody takes it.

    `refusal` and `waiting` say why it is not to be read; `file` is relative to the source's landing folder.
    """

    source: str
    file: str
    member: str | None
    open: Callable[[], GuardedStream]
    table: SourceTable | None = None
    refusal: str | None = None
    waiting: str | None = None


def landed_files(landing: Path, tables: list[SourceTable]) -> Iterator[Landed]:
    """Everything that has landed, in the natural order of names (`orders_2` before `orders_10`).

    Use each item before asking for the next one: archives are open only while their members are handed out.
    """
    if not landing.is_dir():
        return
    sources = {table.source for table in tables}
    for entry in sorted(landing.iterdir(), key=lambda path: natural_order(path.name)):
        if not entry.is_dir():
            yield _unclaimed(entry, "", entry.name, "lies outside the folder of a source")
            continue
        source = printable(entry.name)
        takers = [table for table in tables if table.source == source]
        for path in _files_under(entry):
            file = printable(str(path.relative_to(entry)))
            if any(part.startswith(".") for part in PurePosixPath(file).parts) or file.endswith(UNFINISHED):
                yield Landed(source, file, None, lambda path=path: open_file(path), waiting=NOT_FINISHED)
            elif source not in sources:
                yield _unclaimed(path, source, file, f"no source named {source!r} is declared")
            elif path.is_dir():
                yield _unclaimed(path, source, file, "is a link to a folder, which is not followed")
            elif path.suffix.lower() == ".zip":
                yield from _members(path, source, file, takers)
            else:
                yield _plain(path, source, file, takers)


def natural_order(name: str) -> list[tuple[int, str]]:
    """A sort key that reads runs of digits as numbers."""
    return [(int(part), part) if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", name)]


def printable(name: str) -> str:
    """A file name as text that can be written anywhere, also when its bytes are not UTF-8."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def taker(name: str, tables: list[SourceTable]) -> SourceTable | None:
    """The first table whose pattern matches a file name."""
    return next((table for table in tables if fnmatchcase(name, table.ingest.pattern)), None)


def _files_under(folder: Path) -> list[Path]:
    found = []
    for parent, folders, files in os.walk(folder, onerror=_raise):
        found += [Path(parent) / name for name in files]
        found += [Path(parent) / name for name in folders if (Path(parent) / name).is_symlink()]
    return sorted(found, key=lambda path: natural_order(str(path.relative_to(folder))))


def _raise(fault: OSError) -> None:
    """A folder that cannot be listed stops intake: what is in it would be passed over in silence."""
    raise fault


def _unclaimed(path: Path, source: str, file: str, reason: str) -> Landed:
    waits = file.startswith(".") or file.endswith(UNFINISHED)
    return Landed(
        source,
        printable(file),
        None,
        lambda: open_file(path),
        refusal=None if waits else reason,
        waiting=NOT_FINISHED if waits else None,
    )


def _plain(path: Path, source: str, file: str, takers: list[SourceTable]) -> Landed:
    inner = path.name[: -len(".gz")] if path.suffix.lower() == ".gz" else path.name
    table = taker(inner, takers) or taker(path.name, takers)
    refusal = None if table else NO_TABLE_TAKES_IT
    return Landed(source, file, None, lambda: open_file(path), table, refusal)


def _members(path: Path, source: str, file: str, takers: list[SourceTable]) -> Iterator[Landed]:
    try:
        archive = open_archive(path)
    except Refused as refusal:
        yield Landed(source, file, None, lambda: open_file(path), refusal=str(refusal))
        return
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if not members:
            yield Landed(source, file, None, lambda: open_file(path), refusal="is an archive without files")
        for member in sorted(members, key=lambda member: natural_order(member.filename)):
            name = member.filename.encode("utf-8", "backslashreplace").decode()
            table, refusal = _member_taker(name, takers)
            yield Landed(source, file, name, _opener(archive, member), table, refusal)


def _member_taker(name: str, takers: list[SourceTable]) -> tuple[SourceTable | None, str | None]:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name):
        return None, "its name in the archive points outside the archive"
    if path.name.startswith(".") or "__MACOSX" in path.parts:
        return None, NO_TABLE_TAKES_IT
    table = taker(path.name, takers)
    return table, None if table else NO_TABLE_TAKES_IT


def _opener(archive: ZipFile, member: ZipInfo) -> Callable[[], GuardedStream]:
    return lambda: open_member(archive, member)

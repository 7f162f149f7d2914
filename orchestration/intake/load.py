"""The load manifest: one `Load` says what became of one landed file (or one member of an archive).

Belongs here: the record itself, its JSON form, its identity, and reading every recorded one back.
Stays out: deciding what becomes of a file (loading), writing rows (raw, quarantine), showing loads to people (the CLI).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from data_quality.loads import with_replays

MANIFEST = "load.json"
NO_TABLE = "_no_table"
"""Folder under `quarantine/<source>/` that keeps refusals of files which no declared table takes."""
NO_SOURCE = "_no_source"
"""Folder under `quarantine/` for files that lie in `landing/` itself, outside every source's folder."""


class Refused(Exception):
    """A whole file cannot be taken; the message is the reason, in words, without the file's name."""


@dataclass(frozen=True)
class Load:
    """What became of one landed file or archive member. Always rows_read == rows_loaded + rows_quarantined.

    status is "loaded", "already_loaded" (the same content is in raw; counts are 0, reason names the earlier file),
    "refused" (nothing of it is in raw; reason says why), "waiting" (still being written; tried again next time) or
    "replayed" (mended rows; `replays` counts by load_id those that were taken out of the quarantine of which load).
    `table` is "" when no declared table takes the file. `file` is relative to the source's landing folder.
    """

    load_id: str
    source: str
    table: str
    file: str
    member: str | None
    sha256: str
    status: str
    loaded_at: datetime
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    reason: str | None = None
    warnings: list[str] = field(default_factory=list)
    replays: dict[str, int] = field(default_factory=dict)

    @property
    def source_file(self) -> str:
        """The file as `_source_file` shows it: `archive.zip!member.csv` for a member."""
        return f"{self.file}!{self.member}" if self.member else self.file

    def as_json(self) -> str:
        return json.dumps(asdict(self) | {"loaded_at": self.loaded_at.isoformat()}, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Load:
        said = json.loads(text)
        return cls(**said | {"loaded_at": datetime.fromisoformat(said["loaded_at"])})


def load_id_of(source: str, table: str, content: str) -> str:
    """The identity of a load: 16 hex digits from source, table and the sha256 of the content.

    The file's name is not part of it, so the same export under a new name is recognised.
    """
    return hashlib.sha256("\0".join((source, table, content)).encode()).hexdigest()[:16]


def raw_folder(home: Path, source: str, table: str, load_id: str) -> Path:
    return home / "raw" / source / table / f"load_id={load_id}"


def quarantine_folder(home: Path, source: str, table: str, load_id: str) -> Path:
    return home / "quarantine" / (source or NO_SOURCE) / (table or NO_TABLE) / f"load_id={load_id}"


def read_manifest(folder: Path) -> Load | None:
    """The Load that a folder's manifest records, or None when there is none."""
    path = folder / MANIFEST
    return Load.from_json(path.read_text(encoding="utf-8")) if path.exists() else None


def all_loads(home: Path) -> list[Load]:
    """Every finished load and every recorded refusal, sorted by source, table, time and file.

    Replayed rows count as loaded by the load that they came with, so that its rows_quarantined are the open ones.
    """
    loads = [Load(**said) for said in with_replays([asdict(load) for load in all_manifests(home)])]
    return sorted(loads, key=lambda load: (load.source, load.table, load.loaded_at, load.source_file, load.load_id))


def all_manifests(home: Path) -> list[Load]:
    """Every load, replay and refusal as it was written down, in no order."""
    paths = [path for area in ("raw", "quarantine") for path in (home / area).glob(f"*/*/load_id=*/{MANIFEST}")]
    return [Load.from_json(path.read_text(encoding="utf-8")) for path in paths if ".staging" not in path.parts]

"""Files on their way into `landing/<source>/`: written under a name that intake leaves alone, then renamed.

Stays out: what is in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import BinaryIO

from data_quality.durable import fsync
from data_quality.loads import PULLED
from orchestration.intake.durable import close_durably, private_file, private_folder

UNFINISHED = ".part"


@dataclass
class Arrival:
    """A file that a pull writes: rows of one raw table."""

    path: Path
    table: str
    file: BinaryIO
    rows: int = 0


class Arrivals:
    """The files of one pull. As a context, it removes what did not appear, and what a kill had left."""

    def __init__(self, landing: Path, source: str, now: datetime) -> None:
        self._folder = private_folder(landing / source)
        self._stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        self._open: dict[tuple[str, str], Arrival] = {}
        self.rows = 0
        """Rows written that have not appeared yet."""

    def __enter__(self) -> Arrivals:
        self._clear()
        return self

    def __exit__(self, *_: object) -> None:
        for arrival in self._open.values():
            arrival.file.close()
        self._open = {}
        self._clear()

    def write(self, table: str, stem: str, suffix: str, content: bytes, rows: int = 1) -> None:
        """Adds rows to the file `<stem>-pulled-<time>-<n>.<suffix>` that has not appeared yet."""
        arrival = self._open.get((stem, suffix))
        if arrival is None:
            path = self._free_name(stem, suffix)
            arrival = self._open[stem, suffix] = Arrival(path, table, private_file(_unfinished(path)))
        arrival.file.write(content)
        arrival.rows += rows
        self.rows += rows

    def appear(self) -> list[Arrival]:
        """Renames the whole files to their names, after their bytes have reached the disk; returns them."""
        arrived, self._open, self.rows = list(self._open.values()), {}, 0
        for arrival in arrived:
            close_durably(arrival.file)
        for arrival in arrived:
            _unfinished(arrival.path).rename(arrival.path)
        fsync(self._folder)
        return arrived

    def _free_name(self, stem: str, suffix: str) -> Path:
        names = (self._folder / f"{stem}{PULLED}{self._stamp}-{number}.{suffix}" for number in count(1))
        return next(path for path in names if not path.exists())

    def _clear(self) -> None:
        for left in self._folder.glob(f"*{PULLED}*{UNFINISHED}"):
            left.unlink()


def _unfinished(path: Path) -> Path:
    return path.with_name(path.name + UNFINISHED)

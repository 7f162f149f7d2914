"""Folders of which the newest counts: a new one appears whole or not at all, and only then do old ones go.

What a kill leaves half-written lies in `.staging` and is swept away by the next night.
Stays out: what is in the folders (identity, history).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from data_quality.durable import fsync
from orchestration.intake.durable import appear, clear_staging, fresh_staging


def every(area: Path) -> list[Path]:
    """The finished folders of `area`, oldest first: names sort by age."""
    return sorted(path for path in area.glob("[!.]*") if path.is_dir())


def newest(area: Path) -> Path | None:
    """The folder of `area` that counts; None where there is none yet."""
    folders = every(area)
    return folders[-1] if folders else None


def add(area: Path, name: str, write: Callable[[Path], None]) -> Path:
    """A new version `area/name`, filled by `write(folder)`; its files are on the disk before it appears."""
    clear_staging(area)
    staged = fresh_staging(area, name)
    write(staged)
    for path in staged.iterdir():
        path.chmod(0o600)
        fsync(path)
    appear(staged, area / name)
    return area / name


def keep(area: Path, count: int) -> None:
    """Remove all but the newest `count` versions."""
    for path in every(area)[:-count]:
        drop(path)


def drop(version: Path) -> None:
    """Remove one version."""
    shutil.rmtree(version)

"""Writing so that a kill, at any moment, leaves everything or nothing; and so that only the owner can read it.

Belongs here: private folders and files, fsync, and the rename that makes a finished folder appear.
Stays out: what is in the files.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import BinaryIO

from data_quality.durable import fsync

STAGING = ".staging"
"""Half-written folders live under `<area>/.staging`; what is found there at the start of a run was left by a kill."""


def private_folder(path: Path) -> Path:
    """Creates the folder and its missing parents with mode 0700, whatever the umask."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
        fsync(folder.parent)
    return path


def private_file(path: Path) -> BinaryIO:
    """A new file of mode 0600, whatever the umask, open for writing bytes."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "wb")


def close_durably(file: BinaryIO) -> None:
    """Closes a file after its bytes have reached the disk."""
    file.flush()
    os.fsync(file.fileno())
    file.close()


def write_durably(path: Path, content: bytes) -> None:
    file = private_file(path)
    file.write(content)
    close_durably(file)


def appear(staged: Path, target: Path) -> None:
    """Makes a finished staged folder appear under its final name in one rename; replaces a leftover of that name.

    The files inside must have been closed durably. Only quarantine folders are ever replaced: their rename comes
    before raw's, so a kill between the two leaves one that no load points to.
    """
    fsync(staged)
    private_folder(target.parent)
    if target.exists():
        shutil.rmtree(target)
    staged.rename(target)
    fsync(target.parent)


def fresh_staging(area: Path, name: str) -> Path:
    """An empty folder `<area>/.staging/<name>` to write in."""
    folder = area / STAGING / name
    if folder.exists():
        shutil.rmtree(folder)
    return private_folder(folder)


def clear_staging(area: Path) -> None:
    """Removes what killed runs left behind."""
    if (area / STAGING).exists():
        shutil.rmtree(area / STAGING)

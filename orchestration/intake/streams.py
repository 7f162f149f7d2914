"""Opening landed bytes: plain, .gz or a member of a .zip, counted, hashed and guarded against bombs and damage.

Belongs here: everything between a path and a stream of unpacked bytes.
Stays out: which table takes the bytes (landing), what they spell (decoding).
"""

from __future__ import annotations

import gzip
import hashlib
import lzma
import stat
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from orchestration.intake.load import Refused

BLOCK_BYTES = 4 * 2**20
LARGEST_UNPACKED = 128 * 2**20
LARGEST_RATIO = 200
"""What unpacks to more than 128 MiB and to more than 200 times its packed size is taken for a bomb. Tables of real
records pack to a tenth or a fiftieth; the size is what a processor unpacks and hashes in a fraction of a second."""

DAMAGE = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError, RuntimeError)
"""What the standard library raises on files that cannot be read, are cut, have flipped bits or are encrypted."""


class GuardedStream:
    """A stream of unpacked bytes that hashes what passes and refuses damage and bombs.

    `packed_size` is the number of packed bytes the content comes from, or None for a plain file.
    """

    def __init__(self, stream: BinaryIO, packed_size: int | None) -> None:
        self._stream = stream
        self._packed_size = packed_size
        self._hash = hashlib.sha256()
        self.size = 0

    def read(self, size: int = BLOCK_BYTES) -> bytes:
        """The next bytes, b"" at the end. Raises Refused for damage (checksums included) and for bombs."""
        try:
            block = self._stream.read(size)
        except DAMAGE as fault:
            raise Refused(f"cannot be read: {fault}") from fault
        self.size += len(block)
        if self._packed_size is not None:
            refuse_bombs(self.size, self._packed_size)
        self._hash.update(block)
        return block

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def __enter__(self) -> GuardedStream:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


def refuse_bombs(unpacked: int, packed: int) -> None:
    """Raises Refused when this much content cannot honestly come from so few packed bytes."""
    if unpacked > LARGEST_UNPACKED and unpacked > LARGEST_RATIO * packed:
        raise Refused(
            f"unpacks to more than {LARGEST_UNPACKED >> 20} MiB and more than {LARGEST_RATIO} times its packed size"
        )


def open_file(path: Path) -> GuardedStream:
    """A plain or .gz file. Raises Refused for what is not a regular, readable file."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Refused("is not a regular file")
        if path.suffix.lower() == ".gz":
            return GuardedStream(gzip.open(path, "rb"), status.st_size)
        return GuardedStream(path.open("rb"), None)
    except OSError as fault:
        raise Refused(f"cannot be opened: {fault.strerror}") from fault


def open_archive(path: Path) -> zipfile.ZipFile:
    """A .zip archive whose declared sizes are believable. Raises Refused otherwise."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Refused("is not a regular file")
        archive = zipfile.ZipFile(path)
    except DAMAGE as fault:
        raise Refused(f"is not a readable zip archive: {fault}") from fault
    try:
        refuse_bombs(sum(member.file_size for member in archive.infolist()), path.stat().st_size)
    except Refused:
        archive.close()
        raise
    return archive


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> GuardedStream:
    """One member of an open archive. Raises Refused for an encrypted member, a bomb or damage."""
    if member.flag_bits & 0x1:
        raise Refused("is encrypted")
    refuse_bombs(member.file_size, member.compress_size)
    try:
        return GuardedStream(archive.open(member), member.compress_size)
    except DAMAGE as fault:
        raise Refused(f"cannot be read: {fault}") from fault


def fingerprint(stream: GuardedStream) -> str:
    """The sha256 of everything in the stream; reading to the end also verifies the checksums of .gz and .zip."""
    while stream.read():
        pass
    return stream.sha256

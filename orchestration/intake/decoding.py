"""Bytes → lines of text, strictly: no byte is replaced, dropped or guessed.

Belongs here: byte order marks, encodings, line ends.
Stays out: what a record is (readers).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import chain

from orchestration.intake.load import Refused
from orchestration.intake.streams import BLOCK_BYTES, GuardedStream

LONGEST_RECORD = 64 * 2**20
"""Characters of one record, line breaks inside quotes included. More would not fit in memory as columns."""

UNDECODABLE = re.compile("[\udc80-\udcff]")
"""How bytes that the encoding does not know appear in the text (Python's surrogateescape)."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROLS = re.compile("[\x80-\x9f]")
"""What Latin-1 keeps for controls that no table holds. Where they stand, the file is of cp1252 or of another encoding:
read as declared, € would become an invisible character, so they count as undecodable."""


class TextLines:
    """Lines of a stream in blocks of about 4 MiB, without their `newline`, which is known after the first block.

    `newline` is "\\n" (a "\\r" before it stays on the line: inside quotes it is data) or "\\r" for old Mac files.
    `has_undecodable` turns true once bytes appeared that are not of the encoding; in the text they are UNDECODABLE
    characters, so that the record that holds them can be set aside. `is_cut` is true at the end when the last line
    has no line end.

    `encoding` is the declared one, or the one of the file's mark; `has_mark` is known after the first block.

    Raises Refused for the mark of UTF-16 where another encoding is declared, for `utf-16` without one, for undecodable
    bytes in encodings where a record cannot be isolated (UTF-16), and for lines of more than LONGEST_RECORD characters.
    """

    def __init__(self, stream: GuardedStream, encoding: str) -> None:
        self._stream = stream
        # A byte order mark is taken off in any case.
        self.encoding = "utf-8" if codecs.lookup(encoding).name == "utf-8-sig" else encoding
        self._is_latin_1 = codecs.lookup(encoding).name == "iso8859-1"
        self.newline = "\n"
        self.has_undecodable = False
        self.has_mark = False
        self._decoder = codecs.getincrementaldecoder(self.encoding)()
        self.is_cut = False
        self._texts = self._decoded_blocks()

    def __iter__(self) -> Iterator[list[str]]:
        for text in self.blocks():
            yield self.split(text)

    def split(self, text: str) -> list[str]:
        """The lines of a block."""
        return text.removesuffix(self.newline).split(self.newline)

    def blocks(self) -> Iterator[str]:
        """The text in blocks of whole lines, each with its newline; the very last one may lack it."""
        tail = ""
        for text in self.texts():
            whole, newline, rest = text.rpartition(self.newline)
            # Only the line that goes on from block to block can be long: a block is not.
            if len(tail) + len(whole if newline else rest) > LONGEST_RECORD:
                self._refuse_long_lines(tail + text)
            if newline:
                yield tail + whole + newline
                tail = rest
            else:
                tail += rest
        if tail:
            self.is_cut = True
            yield tail

    def texts(self) -> Iterator[str]:
        """The text in blocks that end anywhere, without the byte order mark."""
        yield from self._texts

    def beginning(self) -> str:
        """The first block of the text, which stays to be read."""
        first = next(self._texts, "")
        self._texts = chain([first], self._texts)
        return first

    def _decoded_blocks(self) -> Iterator[str]:
        is_first = True
        while block := self._stream.read(BLOCK_BYTES):
            if is_first:
                self._heed_foreign_mark(block)
            text = self._decode(block, final=False)
            if is_first:
                self.has_mark = text.startswith("\ufeff")
                text = text.removeprefix("\ufeff")
                self.newline = "\r" if "\r" in text and "\n" not in text else "\n"
                is_first = False
            yield text
        if text := self._decode(b"", final=True):
            yield text

    def _refuse_long_lines(self, text: str) -> None:
        if max(map(len, text.split(self.newline))) > LONGEST_RECORD:
            raise Refused(f"has a line of more than {LONGEST_RECORD >> 20} million characters")

    def _decode(self, block: bytes, final: bool) -> str:
        before = self._decoder.getstate()
        try:
            return self._without_controls(self._decoder.decode(block, final))
        except UnicodeDecodeError as fault:
            # Only where ASCII bytes are ASCII characters can a damaged byte not swallow a line end.
            if self.has_undecodable or "\n".encode(self.encoding) != b"\n":
                raise Refused(f"is not {self.encoding}: {fault.reason}") from fault
            self.has_undecodable = True
            self._decoder = codecs.getincrementaldecoder(self.encoding)("surrogateescape")
            self._decoder.setstate(before)
            return self._decode(block, final)

    def _without_controls(self, text: str) -> str:
        if not self._is_latin_1 or not _CONTROLS.search(text):
            return text
        self.has_undecodable = True
        return _CONTROLS.sub(lambda control: chr(0xDC00 + ord(control[0])), text)

    def _heed_foreign_mark(self, block: bytes) -> None:
        """No text of another encoding starts like the mark of UTF-8, so it outranks the declaration.

        That of UTF-16 says only in which order its bytes stand: other encodings can start like it.
        """
        declared = codecs.lookup(self.encoding).name
        for mark, spelling in _MARKS:
            if not block.startswith(mark) or declared == spelling:
                continue
            if spelling != "utf-8" and not declared.startswith("utf-16"):
                raise Refused(f"starts with the byte order mark of utf-16, but {self.encoding} is declared")
            self.encoding, self._is_latin_1 = spelling, False
            self._decoder = codecs.getincrementaldecoder(spelling)()
        if codecs.lookup(self.encoding).name == "utf-16":
            raise Refused("has no byte order mark: declare utf-16-le or utf-16-be")

    def original_bytes(self, text: str) -> bytes:
        """The bytes that a text was decoded from, undecodable ones included."""
        return text.encode(self.encoding, "surrogateescape")

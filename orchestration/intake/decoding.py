"""Bytes → lines of text, strictly: no byte is replaced, dropped or guessed.

Belongs here: byte order marks, encodings, line ends.
Stays out: what a record is (readers).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from orchestration.intake.load import Refused
from orchestration.intake.streams import BLOCK_BYTES, GuardedStream

LONGEST_RECORD = 64 * 2**20
"""Characters of one record, line breaks inside quotes included. More would not fit in memory as columns."""

UNDECODABLE = re.compile("[\udc80-\udcff]")
"""How bytes that the encoding does not know appear in the text (Python's surrogateescape)."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class TextLines:
    """Lines of a stream in blocks of about 4 MiB, without their `newline`, which is known after the first block.

    `newline` is "\\n" (a "\\r" before it stays on the line: inside quotes it is data) or "\\r" for old Mac files.
    `has_undecodable` turns true once bytes appeared that are not of the encoding; in the text they are UNDECODABLE
    characters, so that the record that holds them can be set aside. `is_cut` is true at the end when the last line
    has no line end.

    Raises Refused for a byte order mark of another encoding, for undecodable bytes in encodings where a record cannot
    be isolated (UTF-16), and for lines of more than LONGEST_RECORD characters.
    """

    def __init__(self, stream: GuardedStream, encoding: str) -> None:
        self._stream = stream
        # A byte order mark is taken off in any case.
        self.encoding = "utf-8" if codecs.lookup(encoding).name == "utf-8-sig" else encoding
        self.newline = "\n"
        self.has_undecodable = False
        self.is_cut = False

    def __iter__(self) -> Iterator[list[str]]:
        # Only where ASCII bytes are ASCII characters can a damaged byte not swallow a line end.
        is_ascii_based = "\n".encode(self.encoding) == b"\n"
        decoder = codecs.getincrementaldecoder(self.encoding)("surrogateescape" if is_ascii_based else "strict")
        tail, is_first = "", True
        while block := self._stream.read(BLOCK_BYTES):
            if is_first:
                self._refuse_foreign_mark(block)
            text = self._decode(decoder, block, final=False)
            if is_first:
                text = text.removeprefix("\ufeff")
                self.newline = "\r" if "\r" in text and "\n" not in text else "\n"
                is_first = False
            *lines, tail = (tail + text).split(self.newline)
            if max(map(len, (tail, *lines))) > LONGEST_RECORD:
                raise Refused(f"has a line of more than {LONGEST_RECORD >> 20} million characters")
            yield lines
        tail += self._decode(decoder, b"", final=True)
        if tail:
            self.is_cut = True
            yield [tail]

    def _decode(self, decoder: codecs.IncrementalDecoder, block: bytes, final: bool) -> str:
        try:
            text = decoder.decode(block, final)
        except UnicodeDecodeError as fault:
            raise Refused(f"is not {self.encoding}: {fault.reason}") from fault
        if not self.has_undecodable and not text.isascii():
            self.has_undecodable = UNDECODABLE.search(text) is not None
        return text

    def _refuse_foreign_mark(self, block: bytes) -> None:
        declared = codecs.lookup(self.encoding).name
        for mark, family in _MARKS:
            if block.startswith(mark) and not declared.startswith(family):
                raise Refused(f"starts with the byte order mark of {family}, but {self.encoding} is declared")

    def original_bytes(self, text: str) -> bytes:
        """The bytes that a text was decoded from, undecodable ones included."""
        return text.encode(self.encoding, "surrogateescape")

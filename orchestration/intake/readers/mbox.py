"""Mailboxes (.mbox): one record per message. Declare `encoding: latin-1`, which keeps every byte of every message.

The cells have names of their own, so that a contract need not know the grammar of mail:
    message_id      Message-ID, or, where a message has none, the md5 of its headers
    sent_at         Date, in UTC
    from_email, from_name, subject
    recipients      JSON list of {email, name, field}, field being to, cc or bcc
    is_automatic    whether a machine or a mailing list sent it
    text            the readable text, at most LONGEST_TEXT characters: kept only where the contract declares it
    is_text_cut, count_attachments

What is in a message is personal data, so nothing goes to `_extra`: other headers and attachments stay in the file.

Belongs here: from lines to messages to cells. Stays out: what stands in a message (mail_content).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email import message_from_bytes

import polars as pl

from data_quality.contracts import SourceTable
from orchestration.intake.decoding import LONGEST_RECORD, TextLines
from orchestration.intake.header import compare
from orchestration.intake.load import Refused
from orchestration.intake.readers import mail_content
from orchestration.intake.readers.batch import Batch, SetAside, text_schema

LONGEST_TEXT = 20_000
_DATED = re.compile(r"From \S.*\b[0-9]{1,2}:[0-9]{2}\b.*")
_HEADER = re.compile(r"[!-9;-~]+:")
TOO_LONG = f"is longer than {LONGEST_RECORD >> 20} million characters; only its beginning is kept here"


def read(lines: TextLines, table: SourceTable, warnings: list[str]) -> Iterator[Batch]:
    """Batches of messages, at most one of them in memory beside its block of lines.

    Set aside, with their bytes: messages without headers, with a Date, an address or a subject that cannot be read, and
    longer ones than a record may be. Raises Refused for a file that does not begin with a message.
    """
    messages = _Messages()
    rows_read = 0
    for block in lines:
        found = messages.take(block)
        if found:
            yield _batch(found, rows_read + 1, table)
            rows_read += len(found)
    if found := messages.close():
        yield _batch(found, rows_read + 1, table)
        rows_read += len(found)
    if rows_read:
        compare(list(mail_content.CELLS), table, [])


class _Messages:
    """Cuts lines into messages.

    A message begins at a line "From …" behind a blank one, if a time stands in it or a header follows it: a sentence
    that begins with "From" is no message.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._length = 0
        self._previous = ""
        self._waiting: list[str] = []
        self._is_begun = False

    def take(self, block: list[str]) -> list[tuple[str, bool]]:
        """(text, whether it is whole) of the messages that end in these lines."""
        found = []
        lines = self._waiting + block
        # Whether a line begins a message may be known only from the next one.
        self._waiting = lines[-1:]
        for at in range(len(lines) - 1):
            found += self._add(lines[at], lines[at + 1])
        return found

    def close(self) -> list[tuple[str, bool]]:
        """The last message."""
        found = [one for line in self._waiting for one in self._add(line, "")]
        self._waiting = []
        return found + self._end()

    def _add(self, line: str, following: str) -> list[tuple[str, bool]]:
        is_behind_blank, self._previous = not self._previous.strip(), line
        begins = line.startswith("From ") and is_behind_blank and (_DATED.match(line) or _HEADER.match(following))
        if not begins and not self._is_begun:
            if line.strip():
                raise Refused("is not a mailbox: it does not begin with a line 'From …'")
            return []
        found = self._end() if begins else []
        self._is_begun = True
        self._length += len(line) + 1
        if self._length <= LONGEST_RECORD:
            self._lines.append(line)
        return found

    def _end(self) -> list[tuple[str, bool]]:
        found = [("\n".join(self._lines), self._length <= LONGEST_RECORD)] if self._lines else []
        self._lines, self._length = [], 0
        return found


def _batch(messages: list[tuple[str, bool]], first_row: int, table: SourceTable) -> Batch:
    rows, aside = [], []
    for row, (text, is_whole) in enumerate(messages, start=first_row):
        original = text.encode("latin-1")
        try:
            if not is_whole:
                raise mail_content.Unreadable(TOO_LONG)
            # The line "From …" belongs to the mailbox, not to the message.
            cells = mail_content.cells(message_from_bytes(original.partition(b"\n")[2]), LONGEST_TEXT)
        except mail_content.Unreadable as fault:
            shown = original.decode("utf-8", "backslashreplace")
            aside.append(SetAside(row, str(fault), shown, fault.column, original))
            continue
        values = [cells.get(column.header) for column in table.columns]
        rows.append((row, text, *[json.dumps(one) if isinstance(one, list) else one for one in values], None))
    return Batch(pl.DataFrame(rows, schema=text_schema(table), orient="row"), aside)

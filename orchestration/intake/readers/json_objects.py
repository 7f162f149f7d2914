"""Cutting JSON objects into their members without touching their text.

Numbers keep every digit as written, nested values stay the JSON text they were.
Stays out: where one object ends and the next begins (ndjson, json_array); what is inside nested values (staging).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import polars as pl

from data_quality.contracts import SourceTable
from orchestration.intake.decoding import TextLines
from orchestration.intake.header import aliases_in, compare, kept_names
from orchestration.intake.load import Refused
from orchestration.intake.readers.batch import Batch, SetAside, set_aside_undecodable, text_schema

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN_NAME = re.compile(r'"([^"\\\x00-\x1f]*)"[ \t\n\r]*:[ \t\n\r]*')
_FOLLOWING = re.compile(r"[ \t\n\r]*([,}])[ \t\n\r]*")


class NotAnObject(ValueError):
    """A line is not the JSON object it should be; the message is the reason."""


def _no_constant(name: str) -> None:
    raise NotAnObject(f"{name} is not JSON")


# Numbers are taken from the text, never through float or int: long ids and decimals keep their digits.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_no_constant)


class JsonRecords:
    """The records of one file, numbered from 1 as their texts come in. `wrapped_in`: the member that holds a record."""

    def __init__(self, lines: TextLines, table: SourceTable, wrapped_in: str | None = None) -> None:
        self._lines, self._table, self._root = lines, table, wrapped_in
        self._keys = [column.header for column in table.columns if column.name in (table.ingest.key or ())]
        self._spelled = [column for column in table.columns if column.has_own_spelling]
        self._seen: dict[str, None] = {}
        self._renamed: dict[str, str] = {}
        self._first_fault = ""
        self.rows_read = 0

    def batch(self, texts: list[str]) -> Batch:
        """A batch of the records that these texts hold, one each; texts that hold none are set aside."""
        first_row = self.rows_read + 1
        self.rows_read += len(texts)
        malformed = set_aside_undecodable(texts, first_row, self._lines)
        records = []
        typed: dict[str, list[bool]] = {column.name: [] for column in self._spelled}
        for at, text in enumerate(texts):
            if at in malformed:
                continue
            try:
                members, around = _record(text, self._root, self._keys)
            except NotAnObject as fault:
                malformed[at] = SetAside(first_row + at, str(fault), text)
                continue
            for alias, header in aliases_in(members, self._table).items():
                members[header] = members.pop(alias)
                self._renamed[alias] = header
            everything = {name: text for name, (_, text) in members.items()} | around
            extra = {name: everything[name] for name in kept_names(everything, self._table)}
            self._seen.update(dict.fromkeys([*members, *around]))
            records.append((first_row + at, text, *_cells(members, self._table), _object(extra)))
            for column in self._spelled:
                typed[column.name].append(not members.get(column.header, ("", '"'))[1].startswith('"'))
        set_aside = list(malformed.values())
        self._first_fault = self._first_fault or next((record.reason for record in set_aside), "")
        frame = pl.DataFrame(records, schema=text_schema(self._table), orient="row")
        return Batch(
            frame, set_aside, typed={name: pl.Series(flags, dtype=pl.Boolean) for name, flags in typed.items()}
        )

    def finish(self, pieces: str, warnings: list[str]) -> None:
        """Compares the members that were seen with the contract. Raises Refused when none was, or one is lacking."""
        if self.rows_read and not self._seen:
            raise Refused(f"has no record in its {self.rows_read} {pieces}; the first one {self._first_fault}")
        if self.rows_read:
            compare(list(self._seen), self._table, warnings, self._renamed)


Members = dict[str, tuple[object, str]]
"""Name → (value, the text it was written as)."""


def _record(text: str, root: str | None, keys: Sequence[str]) -> tuple[Members, dict[str, str]]:
    """The members of a record, and as text those that stand beside it when it is wrapped in its `root`.

    What has the keys of a record and no root is a bare record: tools wrap it in lines, and not in arrays.
    """
    try:
        members, end = _members(text, _SPACE.match(text).end(), root)
        if _SPACE.match(text, end).end() != len(text):
            raise NotAnObject("has text after its JSON object")
        _refuse_half_pairs(text)
    except json.JSONDecodeError as fault:
        raise NotAnObject(f"is not JSON: {fault.msg} at character {fault.pos + 1}") from fault
    except RecursionError as fault:
        raise NotAnObject("is nested too deeply") from fault
    if root is None or (root not in members and keys and all(key in members for key in keys)):
        return members, {}
    inner = members.pop(root, ({}, ""))[0]
    if not isinstance(inner, dict) or not inner:
        raise NotAnObject(f"has no {root!r} object")
    # Named after the way to it, so that it cannot be taken for a member of the record.
    return inner, {f"../{name}": text for name, (_, text) in members.items()}


def _members(text: str, at: int, root: str | None = None) -> tuple[Members, int]:
    """The members of the object that starts at a character, and where it ends; of `root` the value is Members, too."""
    if not text.startswith("{", at):
        raise NotAnObject("is not a JSON object")
    members: Members = {}
    at = _SPACE.match(text, at + 1).end()
    if text.startswith("}", at):
        return members, at + 1
    while True:
        name, start = _name(text, at)
        if name in members:
            raise NotAnObject(f"names {name!r} twice")
        is_root = name == root and text.startswith("{", start)
        value, at = _members(text, start) if is_root else _DECODER.raw_decode(text, start)
        members[name] = (value, text[start:at])
        following = _FOLLOWING.match(text, at)
        if not following:
            raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
        at = following.end()
        if following[1] == "}":
            return members, at


def _name(text: str, at: int) -> tuple[str, int]:
    """The name of a member, and where its value starts."""
    plain = _PLAIN_NAME.match(text, at)
    if plain:
        return plain[1], plain.end()
    name, at = _DECODER.raw_decode(text, at)
    if text[at - 1] != '"':
        raise json.JSONDecodeError("Expecting a name in quotes", text, at)
    at = _SPACE.match(text, at).end()
    if not text.startswith(":", at):
        raise json.JSONDecodeError("Expecting ':' delimiter", text, at)
    return name, _SPACE.match(text, at + 1).end()


def _refuse_half_pairs(text: str) -> None:
    """Half a surrogate pair (`\\ud83d` alone) is an escape that no text can hold."""
    if "\\ud" not in text and "\\uD" not in text:
        return
    try:
        json.dumps(_DECODER.decode(text), ensure_ascii=False).encode()
    except UnicodeEncodeError as fault:
        raise NotAnObject("holds half a surrogate pair") from fault


def _cells(members: Members, table: SourceTable) -> list[str | None]:
    cells: list[str | None] = []
    for column in table.columns:
        value, text = members.get(column.header, (None, "null"))
        # Text and numbers both decode to str; only text is written in quotes.
        cells.append(None if value is None else value if text[0] == '"' and column.data_type != "json" else text)
    return cells


def _object(members: dict[str, str]) -> str | None:
    """A JSON object of members that are JSON text already."""
    inside = ",".join(f"{json.dumps(name, ensure_ascii=False)}:{text}" for name, text in members.items())
    return "{" + inside + "}" if members else None

"""How the records of a JSON file stand in it: one a line, as an array, or as a page that an API gave.

A page is an object around the array, with a cursor or a count beside it. Nobody has to declare which of the three it
is: the same table comes as lines from one tool and as pages from another.
Stays out: reading them (ndjson, json_array).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from data_quality.contracts import SourceTable


@dataclass(frozen=True)
class Shape:
    """`is_array`: the records are elements; `page_member` names the member of the outer object that holds them."""

    is_array: bool = False
    page_member: str | None = None


def shape_of(beginning: str, table: SourceTable) -> Shape:
    """The shape of a file by its first block of text."""
    text = beginning.lstrip()
    if text.startswith("["):
        return Shape(is_array=True)
    first_line = text.partition("\n")[0].rstrip()
    try:
        members = json.loads(first_line)
    except (ValueError, RecursionError):
        # The only object of a file may stand on several lines, or be longer than what is seen of it here.
        members = _members_seen(text)
    if not isinstance(members, dict) or _names_of(table) & members.keys():
        return Shape()
    lists = [name for name, value in members.items() if isinstance(value, list) and _are_objects(value)]
    return Shape(is_array=True, page_member=lists[0]) if len(lists) == 1 else Shape()


def _names_of(table: SourceTable) -> set[str]:
    """What a record has and a page has not: the columns' members, and the one that wraps a record."""
    names = {name for column in table.columns for name in (column.header, *column.aliases)}
    return names | ({table.ingest.root} if table.ingest.root else set())


def _are_objects(value: list) -> bool:
    return bool(value) and all(isinstance(one, dict) for one in value)


def _members_seen(text: str) -> dict[str, object]:
    """The members of the outermost object as far as the text goes; of an array that goes on, its first element."""
    decoder, members, at = json.JSONDecoder(), {}, 1
    try:
        while True:
            at = _skip(text, at)
            name, at = decoder.raw_decode(text, at)
            at = _skip(text, at)
            start = _skip(text, at + 1)
            try:
                members[name], at = decoder.raw_decode(text, start)
            except ValueError:
                if text.startswith("[", start):
                    element, _ = decoder.raw_decode(text, _skip(text, start + 1))
                    members[name] = [element]
                return members
            at = _skip(text, at) + 1
    except (ValueError, RecursionError):
        return members


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at

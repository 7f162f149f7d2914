"""One JSON array of objects, or an object in which `ingest.root` names the array; of any size, never whole in memory.

Belongs here: where one element ends and the next begins. Stays out: what is in an element (json_objects).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain

from data_quality.contracts import SourceTable
from orchestration.intake.decoding import LONGEST_RECORD, TextLines
from orchestration.intake.header import quoted
from orchestration.intake.load import Refused
from orchestration.intake.readers.batch import Batch
from orchestration.intake.readers.json_objects import JsonRecords

BATCH_CHARACTERS = 4 * 2**20
NOT_CLOSED = "ends before its array is closed: if the file was cut, records are missing"
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{},]', re.DOTALL)
_PARTNER = {"]": "[", "}": "{"}

Tokens = Iterator[tuple[str, str]]
"""(text since the last token, token): a string, a bracket or a comma; "" at the end of the file."""


def read(lines: TextLines, table: SourceTable, warnings: list[str]) -> Iterator[Batch]:
    """Batches of records, one an element of the array.

    Set aside: an element that is no JSON object, names a member twice, or holds half a surrogate pair; the stump of a
    file that was cut. Raises Refused when there is no such array, or its brackets contradict each other: then nobody
    can say where a record ends.
    """
    yield from read_array(lines, JsonRecords(lines, table), table.ingest.root, warnings)


def read_array(lines: TextLines, records: JsonRecords, root: str | None, warnings: list[str]) -> Iterator[Batch]:
    """The same for an array that the member `root` of an object holds; without one it is all there is."""
    tokens = _tokens(lines.texts())
    beside = _open_array(tokens, root)
    texts: list[str] = []
    size = 0
    for text in _elements(tokens, warnings):
        texts.append(text)
        size += len(text)
        if size > BATCH_CHARACTERS:
            yield records.batch(texts)
            texts, size = [], 0
    if texts:
        yield records.batch(texts)
    beside += _close(tokens, root)
    beside = [name for name in beside if name != root]
    if beside:
        warnings.append(f"beside its array the file has {quoted(beside)}, which is not loaded")
    records.finish("elements", warnings)


def _tokens(blocks: Iterator[str]) -> Tokens:
    rest = ""
    for block in blocks:
        text, at = rest + block, 0
        for found in _TOKEN.finditer(text):
            if found[0] == '"':
                break  # opened here, closed in a later block
            yield text[at : found.start()], found[0]
            at = found.end()
        rest = text[at:]
        if len(rest) > LONGEST_RECORD:
            raise Refused(f"has a text of more than {LONGEST_RECORD >> 20} million characters")
    yield rest, ""


def _open_array(tokens: Tokens, root: str | None) -> list[str]:
    """Reads up to and including the bracket that opens the array; gives the names of the members before it."""
    gap, token = next(tokens)
    if root is None:
        if gap.strip() or token != "[":
            hint = "; ingest.root names the member that holds it" if token == "{" else ""
            raise Refused(f"is not a JSON array{hint}")
        return []
    if gap.strip() or token != "{":
        raise Refused(f"is not a JSON object with an array {root!r}")
    names = []
    for name, gap, token in _members(tokens):
        if name == root and token == "[" and gap.strip() == ":":
            return names
        names += [name] if name not in names else []
    raise Refused(f"has no array {root!r}; it has {quoted(names)}")


def _members(tokens: Tokens) -> Iterator[tuple[str, str, str]]:
    """(member, text before, token) for every token of an object that is open, at its own depth; ends where it does."""
    depth, name = 1, ""
    for gap, token in tokens:
        if not token:
            raise Refused("ends inside its outermost object")
        if depth == 1 and token[0] == '"' and not name:
            name = _decoded(token)
        if depth == 1 and name:
            yield name, gap, token
        if depth == 1 and token == ",":
            name = ""
        depth += (token in ("[", "{")) - (token in ("]", "}"))
        if not depth:
            return


def _decoded(token: str) -> str:
    try:
        return json.loads(token)
    except ValueError:
        return token


def _elements(tokens: Tokens, warnings: list[str]) -> Iterator[str]:
    """The texts of the elements of the array that is open; empty ones (a comma too many) are none."""
    pieces: list[str] = []
    around: list[str] = []
    size = number = 0
    for gap, token in tokens:
        pieces.append(gap)
        if not token or (not around and token in (",", "]")):
            text = "".join(pieces).strip()
            pieces, size = [], 0
            number += bool(text)
            if not token:
                _refuse_unless_cut(text, number)
                warnings.append(NOT_CLOSED)
            if text:
                yield text
            if token == "]":
                return
            continue
        pieces.append(token)
        size += len(gap) + len(token)
        if size > LONGEST_RECORD:
            raise Refused(f"has a record of more than {LONGEST_RECORD >> 20} million characters")
        if token in ("[", "{"):
            around.append(token)
        elif token in _PARTNER and (not around or around.pop() != _PARTNER[token]):
            raise Refused(f"is broken JSON: record {number + 1} has a {token!r} without its partner")


def _refuse_unless_cut(stump: str, number: int) -> None:
    """A file that was cut is right up to its end; where it goes wrong before, good records are in the stump, too."""
    try:
        json.loads(stump or "0")
    except RecursionError:
        pass
    except json.JSONDecodeError as fault:
        if len(stump) - fault.pos > len("false") and not fault.msg.startswith(("Unterminated", "Invalid \\")):
            raise Refused(f"is broken JSON: record {number}: {fault.msg} at character {fault.pos + 1}") from fault


def _close(tokens: Tokens, root: str | None) -> list[str]:
    """Reads what follows the array; gives the names of the members after it. Raises Refused when more follows."""
    names: list[str] = []
    if root is not None:
        first = next(tokens, ("", ""))
        if first[1] == ",":
            names = list(dict.fromkeys(name for name, _, _ in _members(tokens)))
        elif first[1] != "}" and (first[0].strip() or first[1]):
            tokens = chain([first], tokens)
    if any(gap.strip() or token for gap, token in tokens):
        raise Refused("has text after its JSON value")
    return names

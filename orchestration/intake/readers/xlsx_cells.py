"""The cells of one sheet of a workbook, as JSON lines on standard output. Runs as a process of its own, with limits.

    python -I xlsx_cells.py FILE SHEET MEMORY_BYTES CPU_SECONDS

A line is `{"sheet": name, "others": [names]}` first, then `[row number, [[column, kind, text], …]]` for every row that
has cells, then `{"merged": [ranges]}`; or `{"refused": reason}` as the last line. Kinds: s text, n number, b boolean,
d date or moment, t time of day or duration, e error, f formula without a stored result.

The XML is read here, and only its meaning is openpyxl's (dates, number formats, references): its worksheet reader
takes a formula without a result for an empty cell, and stumbles over parts that hold no data. Imports nothing of
Rapport, so that the process is small and starts at once. Stays out: what the cells mean (xlsx).
"""

from __future__ import annotations

import contextlib
import json
import posixpath
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

# openpyxl imports numpy where it is; its threads alone reserve more memory than this process may have.
sys.modules["numpy"] = None  # type: ignore[assignment]

from defusedxml import DefusedXmlException  # noqa: E402
from defusedxml.ElementTree import iterparse  # noqa: E402
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format  # noqa: E402
from openpyxl.utils import column_index_from_string, get_column_letter  # noqa: E402
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel  # noqa: E402

LARGEST_UNPACKED = 32 * 2**20
LARGEST_RATIO = 100
"""Spreadsheets pack to a tenth or a thirtieth. More than 32 MiB that packs to a hundredth is taken for a bomb."""
MOST_PARTS = 10_000
FARTHEST_COLUMN = 2_048
WIDEST_GAP = 10_000
"""A cell further right, or after more empty rows, belongs to no table; filling the space before it takes all memory."""
SHOWN_MERGES = 20

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class Refused(Exception):
    """The workbook cannot be taken; the message is the reason."""


def main(path: str, sheet: str, memory: int, seconds: int) -> None:
    # Where a system does not know a limit, the guards below still stand.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    try:
        with _opened(path) as archive:
            for line in _lines(archive, sheet):
                print(json.dumps(line, ensure_ascii=True))
    except Refused as refusal:
        _refuse(str(refusal))
    except MemoryError:
        _refuse(f"needs more than {memory >> 20} MB to read")
    except DefusedXmlException:
        _refuse("declares XML entities, which no spreadsheet program writes")
    except (ParseError, zipfile.BadZipFile, KeyError, IndexError, ValueError, EOFError, RuntimeError, OSError) as fault:
        _refuse(f"is a damaged workbook: {type(fault).__name__}: {fault}")


def _refuse(reason: str) -> None:
    print(json.dumps({"refused": reason}))


def _opened(path: str) -> zipfile.ZipFile:
    """The workbook's archive, once its sizes and the beginnings of its parts are believable."""
    with open(path, "rb") as file:
        if file.read(4) == b"\xd0\xcf\x11\xe0":
            raise Refused("is an old .xls or a workbook with a password: save it as .xlsx without one")
        packed = file.seek(0, 2)
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as fault:
        raise Refused(f"is not an xlsx workbook: {fault}") from fault
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS:
        raise Refused(f"has {len(parts)} parts")
    if unpacked > LARGEST_UNPACKED and unpacked > LARGEST_RATIO * packed:
        raise Refused(f"unpacks to {unpacked >> 20} MB, more than {LARGEST_RATIO} times its packed size")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            # A declaration of entities stands before the first element, so no part is read further than that.
            with archive.open(part) as stream:
                next(iter(iterparse(stream, events=("start",), forbid_dtd=True)), None)
    return archive


def _lines(archive: zipfile.ZipFile, wanted: str) -> Iterator[Any]:
    workbook, folder = _part(archive, "", "officeDocument")
    sheets, epoch = [], WINDOWS_EPOCH
    with archive.open(workbook) as stream:
        for element in _elements(stream, "sheet", "workbookPr"):
            if _name(element) == "workbookPr":
                epoch = MAC_EPOCH if element.get("date1904") in ("1", "true") else WINDOWS_EPOCH
            else:
                relation = next(value for key, value in element.attrib.items() if key.endswith("}id"))
                sheets.append((element.get("name", ""), element.get("state", "visible"), relation))
    targets = {relation: target for relation, target, kind in _relations(archive, workbook) if kind == "worksheet"}
    tables = [(name, state, targets[relation]) for name, state, relation in sheets if relation in targets]
    chosen = next((one for one in tables if one[0] == wanted or (not wanted and one[1] == "visible")), None)
    if chosen is None:
        names = ", ".join(repr(name) for name, _, _ in tables) or "none"
        raise Refused(f"has no {f'sheet {wanted!r}' if wanted else 'visible sheet'}; its sheets: {names}")
    others = [name + ("" if state == "visible" else " (hidden)") for name, state, _ in tables if name != chosen[0]]
    yield {"sheet": chosen[0], "others": others}
    strings = _shared_strings(archive, folder, workbook)
    formats = _number_formats(archive, workbook)
    with archive.open(chosen[2]) as stream:
        yield from _rows(stream, strings, formats, epoch)


def _part(archive: zipfile.ZipFile, of: str, kind: str) -> tuple[str, str]:
    found = next((target for _, target, its_kind in _relations(archive, of) if its_kind == kind), None)
    if found is None:
        raise Refused("is not an xlsx workbook: no workbook part is in it")
    return found, posixpath.dirname(found)


def _relations(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str, str]]:
    """(id, path, kind) of the parts that a part points to."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in archive.namelist():
        return
    with archive.open(path) as stream:
        for element in _elements(stream, "Relationship"):
            if element.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))).lstrip("/")
                yield element.get("Id", ""), target, element.get("Type", "").rpartition("/")[2]


def _shared_strings(archive: zipfile.ZipFile, folder: str, workbook: str) -> list[str]:
    path = next((target for _, target, kind in _relations(archive, workbook) if kind == "sharedStrings"), None)
    if path is None:
        return []
    with archive.open(path) as stream:
        return [_text(element) for element in _elements(stream, "si")]


def _number_formats(archive: zipfile.ZipFile, workbook: str) -> list[str]:
    """The number format of every cell style, by its place."""
    path = next((target for _, target, kind in _relations(archive, workbook) if kind == "styles"), None)
    if path is None:
        return []
    own: dict[int, str] = {}
    formats: list[str] = []
    with archive.open(path) as stream:
        for element in _elements(stream, "numFmt", "cellXfs"):
            if _name(element) == "numFmt":
                own[int(element.get("numFmtId", 0))] = element.get("formatCode", "")
            else:
                numbers = [int(style.get("numFmtId", 0)) for style in element]
                formats = [own.get(number) or BUILTIN_FORMATS.get(number, "General") for number in numbers]
    return formats


def _elements(stream: IO[bytes], *names: str) -> Iterator[Element]:
    """The elements of these names as they end; what is over is forgotten, so that size does not matter."""
    around: list[Element] = []
    inside = 0
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
        is_wanted = _name(element) in names
        if event == "start":
            around.append(element)
            inside += is_wanted
            continue
        around.pop()
        inside -= is_wanted
        if is_wanted:
            yield element
        if around and not inside:
            around[-1].remove(element)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _rows(stream: IO[bytes], strings: list[str], formats: list[str], epoch: datetime) -> Iterator[Any]:
    merged: list[str] = []
    count_merged = number = last_used = 0
    dates = [is_date_format(code) for code in formats]
    durations = [is_timedelta_format(code) for code in formats]
    widths = [len(code) if re.fullmatch("00+", code) else 0 for code in formats]
    for element in _elements(stream, "row", "mergeCell"):
        if _name(element) == "mergeCell":
            count_merged += 1
            merged += [element.get("ref", "")] if count_merged <= SHOWN_MERGES else []
            continue
        number = int(element.get("r") or number + 1)
        cells, column = [], 0
        for cell in element:
            reference = _REFERENCE.fullmatch(cell.get("r", ""))
            column = column_index_from_string(reference[1]) if reference else column + 1
            style = int(cell.get("s", 0))
            is_known = style < len(formats)
            found = _value(cell, strings)
            if found is None:
                continue
            _refuse_far_cell(number, column, last_used)
            kind, text = found
            if kind == "n" and is_known and dates[style]:
                kind, text = _moment(text, epoch, durations[style])
            elif kind == "n":
                text = _number(text, widths[style] if is_known else 0)
            cells.append([column, kind, text])
        if cells:
            last_used = number
            yield [number, cells]
    yield {"merged": merged, "count_merged": count_merged}


def _refuse_far_cell(row: int, column: int, last_used: int) -> None:
    if column > FARTHEST_COLUMN or row > last_used + WIDEST_GAP:
        raise Refused(
            f"has a cell at {get_column_letter(column)}{row}, far outside any table: delete it and save again"
        )


def _value(cell: Element, strings: list[str]) -> tuple[str, str] | None:
    """Kind and text of a cell, None for an empty one."""
    kind = cell.get("t", "n")
    value = text = None
    is_formula = False
    for child in cell:
        if _name(child) == "v":
            value = child.text or ""
        elif _name(child) == "f":
            is_formula = True
        elif _name(child) == "is":
            text = _text(child)
    if kind == "inlineStr":
        return ("s", text) if text else None
    if value is None or (value == "" and kind != "str"):
        return ("f", "") if is_formula else None
    if kind == "s":
        return "s", strings[int(value)]
    if kind == "str":
        return ("s", _unescaped(value)) if value else None
    if kind == "b":
        return "b", "true" if value.strip() in ("1", "true") else "false"
    return kind, value.strip()


def _text(element: Element) -> str:
    """The text of a string; how it is pronounced (rPh) is not part of it."""
    pieces = []
    for child in element:
        if _name(child) == "t":
            pieces.append(child.text or "")
        elif _name(child) == "r":
            pieces += [run.text or "" for run in child if _name(run) == "t"]
    return _unescaped("".join(pieces))


def _unescaped(text: str) -> str:
    """`_x000D_` is how a workbook writes a carriage return, `_x005F_` an underscore before such letters."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _number(text: str, width: int) -> str:
    """A number in plain digits; with the leading zeros that its format (00000) shows."""
    if not re.fullmatch("-?[0-9]+", text):
        value = float(text)
        text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(Decimal(repr(value)), "f")
    return text.zfill(width) if width and text.isdigit() else text


def _moment(text: str, epoch: datetime, is_duration: bool) -> tuple[str, str]:
    try:
        value = from_excel(float(text), epoch, timedelta=is_duration)
    except (OverflowError, ValueError):
        return "e", f"a date of serial number {text}"
    if isinstance(value, datetime):
        is_day = value.time() == datetime.min.time()
        return "d", value.date().isoformat() if is_day else value.isoformat(" ")
    return ("d" if isinstance(value, date) else "t"), str(value)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))

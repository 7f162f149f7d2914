"""A random table, written in a random ugly way, comes back cell by cell, or is seen in quarantine row by row.

From landed bytes to raw: whatever the delimiter, quoting, encoding, packing and order of columns, and whatever is wrong
with single rows, no cell changes, no row is lost, and nothing wrong is loaded.
"""

from __future__ import annotations

import base64
import gzip
import shutil
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.intake.load import Load

ENCODINGS = {"utf-8": "é中😀", "utf-16": "é中😀", "latin-1": "éß", "gb18030": "é中😀", "cp1252": "é€"}
BROKEN_BYTES = {"utf-8": b"\xff", "gb18030": b"\xff"}
"""Bytes that are no text of the encoding. In UTF-16 they cost the whole file; the others give every byte a meaning."""
CUT = "the last record has no line end: if the file was cut, its last cell is not whole"


@dataclass(frozen=True)
class Row:
    """What a row should be when it is loaded; `written` is its text, None as `cells` marks a row that is wrong."""

    cells: tuple[str, int, str] | None
    written: bytes
    shown: str


@dataclass(frozen=True)
class UglyFile:
    encoding: str
    delimiter: str
    newline: str
    header: bytes
    rows: list[Row]

    @property
    def mark(self) -> bytes:
        return b"\xff\xfe" if self.encoding == "utf-16" else b""

    @property
    def content(self) -> bytes:
        end = encoded(self.newline, self.encoding)
        return self.mark + b"".join(line + end for line in (self.header, *(row.written for row in self.rows)))


def encoded(text: str, encoding: str) -> bytes:
    return text.encode("utf-16-le" if encoding == "utf-16" else encoding)


@st.composite
def ugly_files(draw: st.DrawFn) -> UglyFile:
    encoding = draw(st.sampled_from(sorted(ENCODINGS)))
    delimiter, newline = draw(st.sampled_from(",;|\t")), draw(st.sampled_from(["\n", "\r\n"]))
    names = ["id", "n", "note", *draw(st.sampled_from([[], ["x"], ["x", "x"], ["x", ""]]))]
    order = draw(st.permutations(names))
    notes = st.text(st.sampled_from(list("0 \t,;|'\\\0\"\n\r" + ENCODINGS[encoding])), max_size=6)

    def quoted(text: str, quotes_all: bool) -> str:
        needs = any(mark in text for mark in (delimiter, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if needs or quotes_all or draw(st.booleans()) else text

    rows = []
    for number in range(draw(st.integers(0, 8))):
        wrong = draw(st.sampled_from([None] * 4 + ["number", "short", "long", "open", "inside", "bytes"]))
        # A row that is wrong stays on one line: where its next line belongs, nobody could tell.
        note = draw(notes) if wrong is None else "plain"
        quotes_all = draw(st.booleans()) and wrong not in ("open", "inside")
        cells = {"id": f"r{number}", "n": str(number * 7), "note": note, "x": "extra", "": ""}
        if wrong == "number":
            cells["n"] = "seven"
        line = [quoted(cells[name], quotes_all) for name in order]
        if wrong == "short":
            line.pop()
        elif wrong == "long":
            line.append("more")
        elif wrong in ("open", "inside"):
            at = order.index("note")
            line[at] = '"plain' if wrong == "open" else 'pl"ain'
        text = delimiter.join(line)
        written = encoded(text, encoding)
        if wrong == "bytes":
            if encoding not in BROKEN_BYTES:
                wrong = None
            else:
                broken = BROKEN_BYTES[encoding]
                written = written.replace(b"plain", b"pl" + broken + b"ain")
        rows.append(Row((f"r{number}", number * 7, note) if wrong is None else None, written, text))
    return UglyFile(encoding, delimiter, newline, encoded(delimiter.join(order), encoding), rows)


def take(house, file: UglyFile, name: str, content: bytes) -> Load:
    shutil.rmtree(house.home, ignore_errors=True)
    columns = [{"name": "id", "required": True}, {"name": "n", "data_type": "bigint"}, {"name": "note"}]
    house.declare(columns, encoding=file.encoding, delimiter=file.delimiter, null_values=[])
    return house.take(name, content)


def loaded(house) -> dict[int, tuple]:
    return {row: tuple(cells) for row, *cells in house.rows().select("_source_row", "id", "n", "note").rows()}


def original(aside: dict, encoding: str) -> bytes:
    return base64.b64decode(aside["base64"]) if "base64" in aside else encoded(aside["text"], encoding)


UGLY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(file=ugly_files(), is_packed=st.booleans())
@settings(UGLY, max_examples=50)
def test_every_row_is_loaded_to_the_letter_or_set_aside_with_its_bytes(house, file: UglyFile, is_packed: bool) -> None:
    content = gzip.compress(file.content, 1) if is_packed else file.content
    load = take(house, file, "orders.csv.gz" if is_packed else "orders.csv", content)
    assert (load.status, load.rows_read) == ("loaded", len(file.rows)), load.reason
    good = {number: row.cells for number, row in enumerate(file.rows, start=1) if row.cells}
    assert loaded(house) == good
    assert load.rows_loaded == len(good)
    aside = {
        one["row"]: original(one, file.encoding).removesuffix(encoded("\r", file.encoding))
        for one in house.quarantined()
    }
    assert aside == {number: row.written for number, row in enumerate(file.rows, start=1) if not row.cells}


@given(file=ugly_files(), data=st.data())
@settings(UGLY, max_examples=50)
def test_a_cut_file_changes_no_cell_without_saying_so(house, file: UglyFile, data: st.DataObject) -> None:
    end = len(encoded(file.newline, file.encoding))
    start = len(file.mark) + len(file.header) + end
    keep = data.draw(st.integers(start, len(file.content)))
    load = take(house, file, "orders.csv", file.content[:keep])
    if load.status == "refused":
        assert file.encoding == "utf-16"
        assert "is not utf-16" in load.reason
        return
    whole, at = {}, start
    for number, row in enumerate(file.rows, start=1):
        at += len(row.written) + end
        if at <= keep and row.cells:
            whole[number] = row.cells
    found = loaded(house)
    assert {number: found.get(number) for number in whole} == whole
    beyond = {number: cells for number, cells in found.items() if number not in whole}
    assert not beyond or CUT in load.warnings


@given(file=ugly_files(), data=st.data())
@settings(UGLY, max_examples=30)
def test_a_cut_or_flipped_archive_loads_nothing_but_what_was_packed(house, file: UglyFile, data: st.DataObject) -> None:
    packed = bytearray(gzip.compress(file.content))
    if data.draw(st.booleans()):
        del packed[data.draw(st.integers(1, len(packed) - 1)) :]
    else:
        # After the header of the archive, whose bytes (a time, a system) do not touch the content.
        packed[data.draw(st.integers(10, len(packed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    load = take(house, file, "orders.csv.gz", bytes(packed))
    if load.status == "loaded":
        # Some bits fill up the last byte and mean nothing.
        assert gzip.decompress(bytes(packed)) == file.content
        assert len(loaded(house)) == sum(row.cells is not None for row in file.rows)
    else:
        assert (load.status, house.rows().height) == ("refused", 0)

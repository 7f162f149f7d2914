"""Any table, written in any legal way, comes back exactly; any damage is seen, and no line of text is lost."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_quality.contracts import Column, Ingest, SourceTable
from orchestration.intake.decoding import TextLines
from orchestration.intake.load import Refused
from orchestration.intake.quoting import parse_record
from orchestration.intake.readers import READERS
from orchestration.intake.readers.csv_blocks import cells_of_block
from orchestration.intake.streams import GuardedStream

ALPHABET = st.sampled_from(list('aé中😀0 \t,;|\'\\\0"""\n\n\r'))
CELL = st.text(ALPHABET, max_size=8)


@dataclass(frozen=True)
class Export:
    """A table and one legal way of writing it."""

    rows: list[list[str]]
    delimiter: str
    newline: str
    content: bytes


@st.composite
def exports(draw: st.DrawFn) -> Export:
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=12))
    delimiter, newline = draw(st.sampled_from(",;|\t")), draw(st.sampled_from(["\n", "\r\n"]))
    quotes_all = draw(st.booleans())

    def cell(text: str) -> str:
        needs = any(mark in text for mark in (delimiter, '"', "\n", "\r")) or (width == 1 and not text)
        return '"' + text.replace('"', '""') + '"' if needs or quotes_all or draw(st.booleans()) else text

    header = [f"c{place}" for place in range(width)]
    text = newline.join(delimiter.join(map(cell, row)) for row in [header, *rows])
    ending = draw(st.sampled_from(["", newline, newline * 2]))
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return Export(rows, delimiter, newline, mark + (text + ending).encode())


def table_of(width: int, delimiter: str) -> SourceTable:
    columns = tuple(Column(f"c{place}", "varchar", "…", f"c{place}", is_required=place == 0) for place in range(width))
    return SourceTable("s", "t", "", columns, Ingest("*", "csv", "append", delimiter=delimiter), Path("t.yml"))


def read(content: bytes, table: SourceTable, block: int) -> Iterator[tuple[int, str, tuple | None]]:
    """Every record in the order of the file: number, text, and cells (None when set aside)."""
    with patch("orchestration.intake.decoding.BLOCK_BYTES", block):
        lines = TextLines(GuardedStream(io.BytesIO(content), None), "utf-8")
        found = []
        for batch in READERS["csv"](lines, table, []):
            texts = batch.texts_of(range(batch.frame.height))
            rows = batch.frame.drop("_extra", "_text", strict=False).iter_rows()
            found += [(row, text, tuple(cells)) for text, (row, *cells) in zip(texts, rows, strict=True)]
            found += [(record.source_row, record.text, None) for record in batch.set_aside]
    yield from sorted(found, key=lambda record: record[0])


@given(exports(), st.sampled_from([64, 2**22]))
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_legally_is_read_exactly(export: Export, block: int) -> None:
    width = len(export.rows[0]) if export.rows else 1
    if not export.rows:
        return
    records = list(read(export.content, table_of(width, export.delimiter), block))
    assert [list(cells) for _, _, cells in records] == export.rows
    assert [row for row, _, _ in records] == list(range(1, len(export.rows) + 1))


@given(exports(), st.data(), st.sampled_from([64, 2**22]))
@settings(max_examples=400, deadline=None)
def test_whatever_is_damaged_every_line_of_text_is_in_a_record(export: Export, data: st.DataObject, block: int) -> None:
    if not export.rows:
        return
    content = bytearray(export.content)
    start = content.index(b"\n") + 1
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(start, len(content)))
        damage = data.draw(st.sampled_from(["cut", "drop", b'"', b"\n", b",", b"\xff", b"\xe4\xb8", b"\r"]))
        if damage == "cut":
            del content[max(at, start) :]
        elif damage == "drop":
            del content[at : at + 1]
        else:
            content[at:at] = damage
    try:
        records = list(read(bytes(content), table_of(len(export.rows[0]), export.delimiter), block))
    except Refused:
        # Only the header can cost the whole file: here, when the first line lost its end to a quote before it.
        assert b'"' in content[:start]
        return
    assert [row for row, _, _ in records] == list(range(1, len(records) + 1))
    written = bytes(content)[start:].decode("utf-8", "backslashreplace").replace("\r", "").split("\n")
    texts = "\n".join(text for _, text, _ in records).replace("\r", "").split("\n")
    assert [line for line in texts if line] == [line for line in written if line]


@given(table=exports())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_from_landing_to_raw_nothing_is_changed(house, table: Export) -> None:
    if not table.rows:
        return
    columns = [{"name": f"c{place}"} for place in range(len(table.rows[0]))]
    house.declare(columns, null_values=[], delimiter=table.delimiter)
    for path in (house.home / "landing/shop").glob("*"):
        path.unlink()
    load = house.take("orders.csv", table.content)
    if load.status == "loaded":
        folder = house.home / "raw/shop/orders" / f"load_id={load.load_id}"
        rows = pl.read_parquet(folder / "part-0.parquet").select(column["name"] for column in columns).rows()
        assert [list(row) for row in rows] == table.rows
        assert load.rows_quarantined == 0
    else:
        assert load.status == "already_loaded"


@given(exports(), st.data())
@settings(max_examples=300, deadline=None)
def test_the_fast_way_reads_what_the_careful_way_reads_or_leaves_it_alone(export: Export, data: st.DataObject) -> None:
    if not export.rows:
        return
    content = bytearray(export.content)
    start = content.index(b"\n") + 1
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(start, len(content)))
        content[at:at] = data.draw(
            st.sampled_from([b'"', b"\n", b",", b";", b"\r", b"\r\n", b"\x1f", b"\x00", b"#", b" "])
        )
    table = table_of(len(export.rows[0]), export.delimiter)

    def outcome() -> list | str:
        try:
            return list(read(bytes(content), table, 2**22))
        except Refused as refusal:
            return str(refusal)

    fast = outcome()
    with patch("orchestration.intake.readers.csv_records.cells_of_block", return_value=None):
        assert fast == outcome()


@pytest.mark.parametrize(
    "text",
    [
        '1,"a, b"\n2,"say ""hi"""\n',
        '"1","2"\n"","3, 4"\n',
        '"1","2"\r\n"3","4"\r\n',
        "1,\n,2\n",
        '"1","2"\r\n3,4\r\n',
        "1,ü\n2,😀\n",
        "1,\x1f\n",
    ],
)
def test_clean_text_takes_the_fast_way(text: str) -> None:
    cells = cells_of_block(text, 2, ",", 1)
    assert cells is not None
    careful = [parse_record(line.removesuffix("\r"), ",") for line in text.removesuffix("\n").split("\n")]
    assert [list(row[1:]) for row in cells.iter_rows()] == careful


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n3\n",
        "1,2,3\n",
        '1,"2\n',
        '1,2"3\n',
        "1,2",
        '1,"2" \n',
        "1\r,2\n",
        "1,2\n\n3,4\n",
        '1,"a\nb"\n',
        "1,\udcff\n",
    ],
)
def test_anything_else_is_left_to_the_careful_way(text: str) -> None:
    assert cells_of_block(text, 2, ",", 1) is None


@given(st.lists(st.sampled_from(['"', '""', '","', '"\n"', ",", "a", "\r"]), max_size=12).map("".join))
@settings(max_examples=500, deadline=None)
def test_quotes_that_add_up_are_not_enough(inside: str) -> None:
    """Two cells a line, every one quoted, but for what stands between."""
    text = f'"{inside}"\n'
    cells = cells_of_block(text, 2, ",", 1)
    if cells is not None:
        lines = text.removesuffix("\n").split("\n")
        assert [list(row[1:]) for row in cells.iter_rows()] == [
            parse_record(line.removesuffix("\r"), ",") for line in lines
        ]

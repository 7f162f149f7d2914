"""Quarantined rows come back in once they, or their contract, are mended: where they belong, once, and never lost."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from orchestration.intake.load import all_loads, all_manifests
from orchestration.intake.mended_rows import Unmendable, read_mended, write_rows
from orchestration.intake.replay import Replayed, replay
from orchestration.intake.waiting_rows import WaitingRow, waiting_rows

BAD = 'Order ID,Quantity,Note\nA,1,x\nB,two,y\n"C,3,z\nD,4\nE,5,"ü\nv"\n'
MORNING = datetime(2026, 11, 2, 8)


def mend(shop, *changes: tuple[str, str], at: datetime = MORNING) -> list[Replayed]:
    """Shows what is open, changes its text as a person would, and replays it."""
    mended = {}
    for row in waiting_rows(shop.home):
        text = row.text
        for old, new in changes:
            text = text.replace(old, new)
        mended[row.place] = text
    return replay(shop.home, shop.tables, at, mended, "mended.csv")


def open_rows(shop) -> dict[int, str]:
    return {row.row: row.reason for row in waiting_rows(shop.home)}


def counts(shop) -> tuple[int, int, int]:
    (load,) = all_loads(shop.home)
    assert load.rows_read == load.rows_loaded + load.rows_quarantined
    return load.rows_read, load.rows_loaded, load.rows_quarantined


def test_what_was_set_aside_is_shown_with_place_reason_and_text(shop) -> None:
    load = shop.take("orders.csv", BAD)
    assert list(waiting_rows(shop.home)) == [
        WaitingRow(
            load.load_id,
            "shop",
            "orders",
            "orders.csv",
            None,
            2,
            "quantity",
            "quantity: 'two' is not a bigint",
            "B,two,y",
        ),
        WaitingRow(
            load.load_id, "shop", "orders", "orders.csv", None, 3, None, "a quote is opened and never closed", '"C,3,z'
        ),
        WaitingRow(
            load.load_id,
            "shop",
            "orders",
            "orders.csv",
            None,
            4,
            None,
            "has 2 cells, but the header has 3 cells",
            "D,4",
        ),
    ]


def test_mended_rows_are_loaded_as_rows_of_their_file(shop) -> None:
    load = shop.take("orders.csv", BAD)
    (result,) = mend(shop, ("two", "2"), ('"C', "C"), ("D,4", "D,4,"))
    assert (result.rows_read, result.rows_loaded, result.still_wrong) == (3, 3, [])
    rows = shop.rows().select("_source_row", "order_id", "quantity", "note", "_source_file", "_load_id", "_loaded_at")
    assert [row[:4] for row in rows.rows()] == [
        (1, "A", 1, "x"),
        (2, "B", 2, "y"),
        (3, "C", 3, "z"),
        (4, "D", 4, None),
        (5, "E", 5, "ü\nv"),
    ]
    assert {row[4:] for row in rows.rows()} == {("orders.csv", load.load_id, load.loaded_at)}
    assert open_rows(shop) == {}
    assert counts(shop) == (5, 5, 0)


def test_a_row_that_is_still_wrong_stays_with_its_new_reason(shop) -> None:
    shop.take("orders.csv", BAD)
    (result,) = mend(shop, ("two", "zwei"), ('"C', "C"))
    assert (result.rows_read, result.rows_loaded, len(result.still_wrong)) == (3, 1, 2)
    assert open_rows(shop) == {
        2: "quantity: 'zwei' is not a bigint",
        4: "has 2 cells, but the header has 3 cells",
    }
    assert counts(shop) == (5, 3, 2)
    assert {row.row: row.text for row in waiting_rows(shop.home)} == {2: "B,zwei,y", 4: "D,4"}


def test_nothing_that_was_tried_is_forgotten(shop) -> None:
    shop.take("orders.csv", "Order ID,Quantity,Note\nB,two,y\n")
    mend(shop, ("two", "zwei"))
    mend(shop, ("zwei", "2"), at=datetime(2026, 11, 3))
    told = [(row.state, row.text) for row in waiting_rows(shop.home, with_history=True)]
    assert told == [("tried", "B,two,y"), ("replayed", "B,zwei,y")]
    assert shop.column("quantity") == [2]


def test_a_second_replay_of_the_same_file_takes_nothing_twice(shop) -> None:
    shop.take("orders.csv", BAD)
    mended = {row.place: row.text.replace("two", "2") for row in waiting_rows(shop.home)}
    replay(shop.home, shop.tables, MORNING, mended)
    before = sorted(path.name for path in (shop.home / "raw/shop/orders").iterdir())
    (again,) = replay(shop.home, shop.tables, datetime(2026, 11, 3), mended)
    assert again.rows_loaded == 0
    assert sorted(path.name for path in (shop.home / "raw/shop/orders").iterdir()) == before
    assert shop.column("order_id").count("B") == 1


def test_a_mended_contract_lets_the_rows_in_as_they_are(shop) -> None:
    shop.take("orders.csv", BAD)
    shop.declare(
        [
            {"name": "order_id", "header": "Order ID"},
            {"name": "quantity", "header": "Quantity"},
            {"name": "note", "header": "Note"},
        ]
    )
    (result,) = replay(shop.home, shop.tables, MORNING)
    assert (result.rows_read, result.rows_loaded) == (3, 1)
    assert list(open_rows(shop)) == [3, 4]
    replay(shop.home, shop.tables, datetime(2026, 11, 3))
    assert sum(load.status == "replayed" for load in all_manifests(shop.home)) == 1


def test_bytes_of_another_encoding_are_read_once_the_contract_names_it(shop) -> None:
    shop.take("orders.csv", b"Order ID,Quantity,Note\nA,1,caf\xe9\nB,2,tea\n")
    (result,) = replay(shop.home, shop.tables, MORNING)
    assert result.rows_loaded == 0
    (row,) = waiting_rows(shop.home)
    assert (row.text, row.original) == ("A,1,caf\\xe9", b"A,1,caf\xe9")
    columns = [
        {"name": "order_id", "header": "Order ID"},
        {"name": "quantity", "data_type": "bigint", "header": "Quantity"},
        {"name": "note", "header": "Note"},
    ]
    shop.declare(columns, encoding="latin-1")
    replay(shop.home, shop.tables, MORNING)
    assert shop.column("note") == ["café", "tea"]


def test_a_file_with_the_mark_of_utf_8_is_never_read_as_anything_else(shop) -> None:
    shop.take("orders.csv", "\ufeffOrder ID,Quantity,Note\n".encode() + "A,1,é ".encode() + b"\xe9\n")
    columns = [{"name": "order_id", "header": "Order ID"}, {"name": "note", "header": "Note"}]
    shop.declare(columns, encoding="latin-1")
    assert replay(shop.home, shop.tables, MORNING)[0].rows_loaded == 0
    assert open_rows(shop) == {1: "holds bytes that are not utf-8"}


def test_rows_of_workbooks_and_json_arrays_come_back_as_json(house) -> None:
    columns = [{"name": "id"}, {"name": "size", "data_type": "bigint"}]
    house.declare(columns, pattern="o*.json", format="json")
    house.declare(columns, table="sheets", pattern="s*.xlsx", format="xlsx")
    house.land("o.json", '[{"id": "a",\n "size": "x"}, {"id": "b", "size": 1}]')
    workbook = openpyxl.Workbook()
    for row in (["id", "size"], ["c", "x"], ["d", 2]):
        workbook.active.append(row)
    content = io.BytesIO()
    workbook.save(content)
    house.land("s.xlsx", content.getvalue())
    assert [(load.rows_loaded, load.rows_quarantined) for load in house.run()] == [(1, 1), (1, 1)]
    (array, sheet) = mend(house, ('"x"', "7"))
    assert (array.still_wrong, sheet.still_wrong) == ([], [])
    assert sorted(house.column("size")) == [1, 7]
    assert sorted(house.column("size", "sheets")) == [2, 7]


def test_text_that_only_shows_undecodable_bytes_is_never_taken_for_the_value(shop) -> None:
    shop.take("orders.csv", b"Order ID,Quantity,Note\nA,1,caf\xe9\n")
    mend(shop)
    assert (shop.column("note"), open_rows(shop)) == ([], {1: "holds bytes that are not utf-8"})
    mend(shop, ("\\xe9", "é"))
    assert (shop.column("note"), open_rows(shop)) == (["café"], {})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("B,2,y\nC,3,z", "is 2 rows, and stands for one"),
        ("", "is empty: a row can be mended, not removed"),
        ('"B,2,y', "a quote is opened and never closed"),
    ],
)
def test_a_mended_row_can_neither_shift_nor_swallow_its_neighbours(shop, text: str, reason: str) -> None:
    shop.take("orders.csv", "Order ID,Quantity,Note\nB,two,y\nC,three,z\n")
    first, second = waiting_rows(shop.home)
    mended = {first.place: text, second.place: "C,3,z"}
    (result,) = replay(shop.home, shop.tables, MORNING, mended)
    assert [row.reason for row in result.still_wrong] == [reason]
    assert shop.column("order_id") == ["C"]
    assert open_rows(shop) == {1: reason}


def test_rows_of_windows_files_come_back_without_their_line_end(shop) -> None:
    shop.take("orders.csv", 'Order ID,Quantity,Note\r\nB,two,y\r\nC,three,"a\r\nb"\r\n')
    mend(shop, ("three", "3"))
    assert (shop.column("note"), open_rows(shop)) == (["a\r\nb"], {1: "quantity: 'two' is not a bigint"})
    assert [row.text for row in waiting_rows(shop.home)] == ["B,two,y\r"]


def test_json_records_and_fixed_widths_come_back_too(house) -> None:
    house.declare([{"name": "id"}, {"name": "size", "data_type": "bigint"}], pattern="o*.ndjson", format="ndjson")
    columns = [{"name": "id", "width": [0, 2]}, {"name": "size", "data_type": "bigint", "width": [2, 5]}]
    house.declare(columns, table="lines", pattern="l*.txt", format="fixed_width")
    house.land("o.ndjson", '{"id":"a","size":"x"}\nnonsense\n')
    house.land("l.txt", "b   x\nc   1\n")
    house.run()
    mend(house, ('"x"}', "7}"), ("b   x", "b   9"), ("nonsense", '{"id":"n",\n "size":2}'))
    assert house.column("size") == [7, 2]
    assert house.column("size", "lines") == [9, 1]


def test_rows_of_a_table_that_is_declared_no_more_stay(shop) -> None:
    shop.take("orders.csv", BAD)
    (result,) = replay(shop.home, [], MORNING)
    assert {row.reason for row in result.still_wrong} == {"its table is declared no more"}
    assert len(open_rows(shop)) == 3


@pytest.mark.parametrize("file_format", ["csv", "ndjson"])
def test_what_is_shown_is_read_back_to_the_letter(shop, tmp_path: Path, file_format: str) -> None:
    shop.take("orders.csv", 'Order ID,Quantity,Note\nB,two,"=1+1, ""ü""\n\n中\0"\n')
    rows = list(waiting_rows(shop.home))
    out = io.StringIO()
    write_rows(rows, file_format, out)
    path = tmp_path / f"mended.{file_format}"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    assert len(rows) == 1
    assert read_mended(path) == {row.place: row.text for row in rows}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("m.csv", "row,text\n1,x\n", "m.csv: record 1 lacks load_id"),
        ("m.csv", "load_id,row,text\na,1.0,x\n", "m.csv: record 1: row '1.0' is not a number"),
        ("m.csv", "load_id,row,text\na,1,x\na,1,y\n", "m.csv: record 2: row 1 of load a is there twice"),
        ("m.csv", 'load_id,row,text\na,1,"x\n', "m.csv: cannot be read: unexpected end of data"),
        ("m.ndjson", "[]\n", "m.ndjson: holds a line that is not a JSON object"),
        ("m.ndjson", "{\n", "m.ndjson: cannot be read: Expecting property name"),
        ("m.csv", "load_id,row,text\na,1,ü\n".encode("latin-1"), "m.csv: is not UTF-8 text"),
        ("m.ndjson", '{"load_id":"a","row":1,"text":"\\ud83d"}', "m.ndjson: record 1 holds half a surrogate pair"),
        ("m.ndjson", None, "m.ndjson: cannot be read: No such file"),
    ],
)
def test_an_unclear_file_of_mended_rows_is_refused_whole(tmp_path: Path, name: str, content, reason: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Unmendable, match=reason):
        read_mended(tmp_path / name)


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from data_quality.contracts import load_source_tables
from orchestration.intake.replay import replay
from orchestration.intake.waiting_rows import waiting_rows

home, project, last_sync = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
sync, count = os.fsync, 0

def sync_until_killed(descriptor):
    global count
    count += 1
    if count == last_sync:
        os.kill(os.getpid(), signal.SIGKILL)
    sync(descriptor)

mended = {row.place: row.text.replace("two", "2") for row in waiting_rows(home)}
os.fsync = sync_until_killed
replay(home, load_source_tables(project), datetime(2026, 11, 2, 8), mended)
"""


def test_a_kill_leaves_no_replay_or_a_whole_one(shop) -> None:
    shop.take("orders.csv", BAD)
    whole = [[1, 5], [1, 2, 5]]
    repository = Path(__file__).resolve().parents[3]
    ends = []
    for last_sync in (2, 4, 6):
        command = [sys.executable, "-c", KILLED, str(shop.home), str(shop.project), str(last_sync)]
        ended = subprocess.run(command, cwd=repository, check=False)
        ends.append(ended.returncode)
        loaded = shop.column("_source_row")
        assert loaded in whole
        assert sorted([*loaded, *open_rows(shop)]) == [1, 2, 3, 4, 5]
    assert ends.count(-signal.SIGKILL) >= 2
    mend(shop, ("two", "2"))
    assert shop.column("_source_row") == [1, 2, 5]
    assert counts(shop) == (5, 3, 2)


def test_the_history_of_a_row_knows_each_load_of_its_own(shop) -> None:
    first = shop.take("orders.csv", "Order ID,Quantity,Note\nB,two,y\n")
    second = shop.take("orders_2.csv", "Order ID,Quantity,Note\nB,three,y\n")
    mend(shop, ("three", "3"))
    (row,) = waiting_rows(shop.home)
    assert row.load_id == first.load_id
    manifest = next(load for load in all_manifests(shop.home) if load.status == "replayed")
    assert manifest.replays == {second.load_id: 1}
    assert json.loads(manifest.as_json())["file"] == "mended.csv"
    assert replace(manifest, rows_read=2) != manifest

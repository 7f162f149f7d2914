"""Encodings: read as declared, byte for byte; what is of another encoding is seen, and nothing is guessed."""

from __future__ import annotations

import base64
import codecs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

COLUMNS = [{"name": "id"}, {"name": "note"}]
TEXT = 'id,note\n1,"Zoë, 😀"\n2,東京 客户\n3,né\n'


@pytest.mark.parametrize("declared", ["utf-16", "utf-16-le", "utf-16-be", "UTF-16", "utf-16le"])
@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_16_with_a_mark_is_read_in_the_order_of_its_mark(house, declared: str, order: str) -> None:
    house.declare(COLUMNS, encoding=declared)
    mark = {"le": codecs.BOM_UTF16_LE, "be": codecs.BOM_UTF16_BE}[order]
    load = house.take("orders.csv", mark + TEXT.encode(f"utf-16-{order}"))
    assert load.rows_quarantined == 0
    assert house.column("id") == ["1", "2", "3"]
    assert house.column("note") == ["Zoë, 😀", "東京 客户", "né"]


@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_16_without_a_mark_is_read_when_its_order_is_declared(house, order: str) -> None:
    house.declare(COLUMNS, encoding=f"utf-16-{order}")
    house.take("orders.csv", TEXT.encode(f"utf-16-{order}"))
    assert house.column("note") == ["Zoë, 😀", "東京 客户", "né"]


def test_utf_16_without_mark_and_order_is_refused_with_the_way_out(house) -> None:
    house.declare(COLUMNS, encoding="utf-16")
    load = house.take("orders.csv", TEXT.encode("utf-16-be"))
    assert (load.status, load.reason) == ("refused", "has no byte order mark: declare utf-16-le or utf-16-be")


def test_utf_16_of_the_other_order_is_refused(house) -> None:
    house.declare(COLUMNS, encoding="utf-16-le")
    load = house.take("orders.csv", TEXT.encode("utf-16-be"))
    assert load.status == "refused"


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("latin-1", "café ÿ £"),
        ("cp1252", "café € – “quoted”"),
        ("iso8859-15", "café €"),
        ("gb18030", "客户 东京 😀 é |"),
        ("cp932", "東京 ソ表"),
        ("shift_jis", "東京"),
        ("big5", "客戶"),
        ("koi8-r", "Привет"),
        ("cp437", "naïve ½"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
def test_every_declared_encoding_is_read_to_the_character(house, encoding: str, note: str, delimiter: str) -> None:
    house.declare(COLUMNS, encoding=encoding, delimiter=delimiter)
    cell = f'"{note}"' if delimiter in note else note
    load = house.take("orders.csv", f"id{delimiter}note\n007{delimiter}{cell}\n".encode(encoding))
    assert (load.status, load.rows_quarantined) == ("loaded", 0)
    assert house.rows().select("id", "note").rows() == [("007", note)]


@pytest.mark.parametrize(
    ("declared", "line", "shown"),
    [
        ("utf-8", "2,café".encode("cp1252"), "2,caf\\xe9"),
        ("utf-8", "2,客户".encode("gb18030"), "2,\\xbf\\u037b\\xa7"),
        ("gb18030", b"2,caf\xe9", "2,caf\\xe9"),
        ("cp1252", b"2,\x81\x8d", "2,\\x81\\x8d"),
        ("latin-1", "2,5 €".encode("cp1252"), "2,5 \\x80"),
        ("ascii", "2,é".encode(), "2,\\xc3\\xa9"),
    ],
)
def test_a_row_of_another_encoding_is_set_aside_with_its_bytes(house, declared: str, line: bytes, shown: str) -> None:
    house.declare(COLUMNS, encoding=declared)
    load = house.take("orders.csv", b"id,note\n1,before\n" + line + b"\n3,after\n")
    assert house.column("note") == ["before", "after"]
    (aside,) = house.quarantined()
    assert (aside["row"], aside["reason"]) == (2, f"holds bytes that are not {declared}")
    assert base64.b64decode(aside["base64"]) == line
    assert aside["text"].encode("unicode_escape").decode().replace("\\\\", "\\") == shown
    assert load.rows_quarantined == 1


def test_json_follows_its_encoding_too(house) -> None:
    house.declare(COLUMNS, pattern="orders*.json", format="json", encoding="utf-16")
    house.take("orders.json", '[{"id": "1", "note": "東京 😀"}]'.encode("utf-16"))
    assert house.column("note") == ["東京 😀"]


@pytest.mark.parametrize("written", ["1.23E+17", "1,23E+17", "1E+05", "4.91512E+11", " 1.2e+17 "])
def test_an_id_that_a_spreadsheet_has_cut_short_is_never_loaded(house, written: str) -> None:
    columns = [{"name": "order_id"}, {"name": "phone"}, {"name": "note"}, {"name": "n", "data_type": "bigint"}]
    house.declare(columns, delimiter=";")
    rows = [f"{written};1;{written};1", f"A;{written};x;1", f"B;1;x;{written}", f"C;1;{written};1"]
    house.take("orders.csv", "order_id;phone;note;n\n" + "\n".join(rows) + "\n")
    assert house.column("order_id") == ["C"]
    assert [(row["column"], row["reason"].partition(" is a number")[2]) for row in house.quarantined()] == [
        (column, " that a spreadsheet has cut short: its digits are lost; export it as text")
        for column in ("order_id", "phone", "n")
    ]


def test_what_only_looks_like_such_an_id_is_loaded(house) -> None:
    house.declare([{"name": "order_id"}, {"name": "sku", "id": False}])
    house.take("orders.csv", "order_id,sku\n1E5,1.23E+17\nE+17,x\n12E+17,x\n1.23E+1,x\n123456789012345678,x\n")
    assert house.column("order_id") == ["1E5", "E+17", "12E+17", "1.23E+1", "123456789012345678"]


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 9), st.text(st.characters(codec="utf-8", exclude_characters="\r\0"))), max_size=8
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_in_any_encoding_comes_back(house, rows: list[tuple[int, str]], encoding: str) -> None:
    house.declare(COLUMNS, encoding=encoding, null_values=[])
    lines = ["id,note", *(f'{number},"{text.replace(chr(34), chr(34) * 2)}"' for number, text in rows)]
    for path in (house.home / "landing/shop").glob("*"):
        path.unlink()
    load = house.take("orders.csv", ("\n".join(lines) + "\n").encode(encoding))
    assert load.status in ("loaded", "already_loaded")
    assert load.rows_quarantined == 0
    if load.status == "loaded":
        loaded = house.rows()
        assert loaded.filter(loaded["_load_id"] == load.load_id).select("id", "note").rows() == [
            (str(number), text) for number, text in rows
        ]

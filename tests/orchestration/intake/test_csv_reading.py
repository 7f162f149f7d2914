"""Ugly CSV files: what is loaded, what is set aside, and that no text is lost between the two."""

from __future__ import annotations

import base64
import json

import pytest


def test_a_plain_file_is_loaded_with_its_provenance(shop) -> None:
    load = shop.take("orders_1.csv", "Order ID,Quantity,Note\n00123,3,hello\n00124,-4,\n")
    assert (load.status, load.rows_read, load.rows_loaded, load.rows_quarantined) == ("loaded", 2, 2, 0)
    assert load.warnings == []
    rows = shop.rows()
    assert rows["order_id"].to_list() == ["00123", "00124"]
    assert rows["quantity"].to_list() == [3, -4]
    assert rows["note"].to_list() == ["hello", None]
    assert rows["_source_file"].to_list() == ["orders_1.csv"] * 2
    assert rows["_source_row"].to_list() == [1, 2]
    assert rows["_load_id"].to_list() == [load.load_id] * 2
    assert rows["_loaded_at"].to_list() == [load.loaded_at] * 2
    assert rows["_extra"].to_list() == [None, None]


def test_ids_keep_leading_zeros_and_every_digit(shop) -> None:
    shop.take("orders.csv", "Order ID,Quantity,Note\n007,1,\n90071992547409931234567,9007199254740993,\n'55,1,\n")
    assert shop.column("order_id") == ["007", "90071992547409931234567", "'55"]
    assert shop.column("quantity") == [1, 9007199254740993, 1]


def test_a_reordered_header_moves_no_value(shop) -> None:
    shop.take("orders.csv", "Note,Order ID,Quantity\nhello,A,1\n")
    assert shop.rows().select("order_id", "quantity", "note").rows() == [("A", 1, "hello")]


def test_a_header_in_other_letters_is_the_same_header(shop) -> None:
    load = shop.take("orders.csv", "ORDER ID,quantity,Note\nA,1,hello\n")
    assert shop.rows().select("order_id", "quantity", "note").rows() == [("A", 1, "hello")]
    assert load.warnings == []


def test_a_second_column_in_other_letters_is_kept_apart(shop) -> None:
    load = shop.take("orders.csv", "Order ID,Note,NOTE\nA,hello,HELLO\n")
    assert shop.column("note") == ["hello"]
    assert json.loads(shop.column("_extra")[0]) == {"NOTE": "HELLO"}
    assert "column 'NOTE' is not declared; it is kept in _extra" in load.warnings


def test_two_columns_that_could_both_be_meant_are_not_guessed_at(shop) -> None:
    shop.take("orders.csv", "Order ID,note,NOTE\nA,hello,HELLO\n")
    assert shop.column("note") == [None]
    assert json.loads(shop.column("_extra")[0]) == {"note": "hello", "NOTE": "HELLO"}


def test_an_unterminated_quote_costs_its_own_row_and_no_other(shop) -> None:
    lines = [f'{number},{number},"note {number}"' if number % 7 else f'{number},{number},""' for number in range(500)]
    lines[100] = '100,100,"never closed'
    load = shop.take("orders.csv", "Order ID,Quantity,Note\n" + "\n".join(lines) + "\n")
    assert (load.rows_read, load.rows_loaded, load.rows_quarantined) == (500, 499, 1)
    assert shop.column("order_id") == [str(number) for number in range(500) if number != 100]
    assert shop.quarantined() == [
        {
            "file": "orders.csv",
            "member": None,
            "row": 101,
            "column": None,
            "reason": "a quote is opened and never closed",
            "text": '100,100,"never closed',
        }
    ]


def test_an_unterminated_quote_in_an_otherwise_unquoted_file_does_not_reach_the_end(shop) -> None:
    load = shop.take("orders.csv", 'Order ID,Quantity,Note\n1,1,"open\n2,2,b\n3,3,c\n')
    assert load.rows_loaded == 2
    assert shop.column("order_id") == ["2", "3"]
    assert shop.quarantined()[0]["text"] == '1,1,"open'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('A,1,say "hi"', "a quote stands inside a cell"),
        ('A,1,"say "hi" there"', "a quote stands inside a cell"),
        ('A,1,"x" ', "a quote stands inside a cell"),
        ("A,1", "has 2 cells, but the header has 3 cells"),
        ("A,1,x,y", "has 4 cells, but the header has 3 cells"),
        ('"A",1', "has 2 cells, but the header has 3 cells"),
        ("A", "has 1 cell, but the header has 3 cells"),
        ("A,1,x\ry", "a lone carriage return stands outside quotes"),
    ],
)
def test_a_broken_row_is_set_aside_with_its_text_and_its_neighbours_stay(shop, line: str, reason: str) -> None:
    load = shop.take("orders.csv", f"Order ID,Quantity,Note\nB,2,before\n{line}\nC,3,after\n")
    assert shop.column("order_id") == ["B", "C"]
    assert [(row["row"], row["reason"], row["text"]) for row in shop.quarantined()] == [(2, reason, line)]
    assert load.rows_quarantined == 1


def test_a_file_cut_inside_a_row_keeps_the_stump_and_warns_when_it_looks_whole(shop) -> None:
    load = shop.take("orders_1.csv", "Order ID,Quantity,Note\nA,1,x\nB,2")
    assert shop.quarantined()[0]["text"] == "B,2"
    assert load.rows_loaded == 1
    load = shop.take("orders_2.csv", "Order ID,Quantity,Note\nA,1,x\nB,2,y")
    assert load.rows_loaded == 2
    assert load.warnings == ["the last record has no line end: if the file was cut, its last cell is not whole"]


def test_a_file_cut_inside_quotes_gives_up_line_by_line(shop) -> None:
    load = shop.take("orders.csv", 'Order ID,Quantity,Note\nA,1,x\nB,2,"first\nsecond')
    assert (load.rows_read, load.rows_loaded) == (3, 1)
    assert [row["text"] for row in shop.quarantined()] == ['B,2,"first', "second"]


def test_line_breaks_and_quotes_inside_quotes_are_kept_to_the_character(shop) -> None:
    cells = ['one\ntwo\r\nthree\n\n"four", five', ",", '"', "\r", "\n,A,1\n", '""']
    lines = [f'{number},1,"{cell.replace(chr(34), chr(34) * 2)}"' for number, cell in enumerate(cells)]
    shop.take("orders.csv", "Order ID,Quantity,Note\r\n" + "\r\n".join(lines) + "\r\n")
    assert shop.quarantined() == []
    # A note of nothing but white space is a null value ("" after trimming).
    assert shop.column("note") == [cell if cell.strip() else None for cell in cells]


def test_a_record_of_more_than_ten_thousand_characters_is_kept_whole(shop) -> None:
    long = "x" * 50_000 + "\n" + "y" * 150_000
    shop.take("orders.csv", f'Order ID,Quantity,Note\nA,1,"{long}"\nB,two,"{long}"\n')
    assert shop.column("note") == [long]
    assert shop.quarantined()[0]["text"] == f'B,two,"{long}"'


def test_a_record_larger_than_a_block_is_kept_whole(shop) -> None:
    long = "line of text\n" * 800_000
    load = shop.take("orders.csv", f'Order ID,Quantity,Note\nA,1,"{long}"\nB,2,b\n')
    assert load.rows_loaded == 2
    assert shop.column("note") == [long, "b"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_marks_and_line_ends_of_every_system_are_read(shop, newline: str, mark: bytes) -> None:
    text = newline.join(["Order ID,Quantity,Note", "A,1,x", "", '"B","2","y"', ""])
    load = shop.take("orders.csv", mark + text.encode())
    assert shop.rows().select("order_id", "quantity", "note").rows() == [("A", 1, "x"), ("B", 2, "y")]
    assert load.rows_quarantined == 0


def test_a_missing_header_refuses_the_file_and_names_what_is_missing(shop) -> None:
    load = shop.take("orders.csv", "A,1,x\nB,2,y\n")
    assert load.status == "refused"
    assert load.reason == "lacks the column 'Order ID'; it has 'A', '1', 'x'"
    assert shop.rows().height == 0


def test_a_missing_header_is_noticed_even_when_no_column_is_required(house) -> None:
    house.declare([{"name": "a"}, {"name": "b"}])
    load = house.take("orders.csv", "1,2\n3,4\n")
    assert (load.status, load.reason) == ("refused", "lacks the columns 'a', 'b'; it has '1', '2'")


def test_a_missing_key_column_refuses_the_file(house) -> None:
    house.declare([{"name": "id"}, {"name": "note"}], load="merge", key=["id"])
    assert house.take("orders.csv", "note\nhello\n").reason == "lacks the column 'id'; it has 'note'"


def test_missing_optional_and_undeclared_columns_are_told_and_kept(shop) -> None:
    load = shop.take("orders.csv", 'Order ID,Note,Colour,"Si""ze"\nA,x,red,"a ""b""\n{c}"\nB,y,,\n')
    assert load.warnings == [
        "column 'Quantity' is missing; quantity is empty",
        "column 'Colour' is not declared; it is kept in _extra",
        "column 'Si\"ze' is not declared; it is kept in _extra",
    ]
    assert shop.column("quantity") == [None, None]
    assert [json.loads(extra) for extra in shop.column("_extra")] == [
        {"Colour": "red", 'Si"ze': 'a "b"\n{c}'},
        {"Colour": "", 'Si"ze': ""},
    ]


def test_a_header_that_names_a_column_twice_is_refused(shop) -> None:
    load = shop.take("orders.csv", "Order ID,Note,Note\nA,x,y\n")
    assert (load.status, load.reason) == ("refused", "its header has 'Note' more than once")


def test_a_header_with_a_broken_quote_is_refused(shop) -> None:
    load = shop.take("orders.csv", '"Order ID,Quantity,Note\nA,1,x\n')
    assert (load.status, load.reason) == ("refused", "its header cannot be read: a quote is opened and never closed")


def test_undecodable_bytes_cost_their_row_and_the_bytes_are_kept(shop) -> None:
    bad = b"B,2,caf\xe9 \xff"
    load = shop.take("orders.csv", b"Order ID,Quantity,Note\nA,1,caf\xc3\xa9\n" + bad + b"\nC,3,z\n")
    assert shop.column("note") == ["café", "z"]
    (aside,) = shop.quarantined()
    assert (aside["row"], aside["reason"]) == (2, "holds bytes that are not utf-8")
    assert aside["text"] == "B,2,caf\\xe9 \\xff"
    assert base64.b64decode(aside["base64"]) == bad
    assert load.rows_loaded == 2


def test_a_file_in_another_encoding_is_read_as_declared(house) -> None:
    house.declare([{"name": "id"}, {"name": "note"}], encoding="cp1252", delimiter=";")
    house.take("orders.csv", "id;note\n1;café €\n".encode("cp1252"))
    assert house.column("note") == ["café €"]


def test_the_mark_of_utf_8_outranks_the_declared_encoding(house) -> None:
    house.declare([{"name": "id"}, {"name": "note"}], encoding="gb18030")
    house.take("orders.csv", "id,note\n1,联系人\n".encode("gb18030"))
    house.take("orders_2.csv", "id,note\n2,联系人 é\n".encode("utf-8-sig"))
    assert sorted(house.column("note")) == ["联系人", "联系人 é"]


def test_bytes_that_are_not_utf_8_are_set_aside_in_a_marked_file_whatever_is_declared(house) -> None:
    house.declare([{"name": "id"}, {"name": "note"}], encoding="gb18030")
    content = "id,note\n1,联系人\n2,".encode("utf-8-sig") + "联系人\n".encode("gb18030")
    assert house.take("orders.csv", content).rows_loaded == 1
    [aside] = house.quarantined()
    assert aside["reason"] == "holds bytes that are not utf-8"


def test_utf_16_is_read_when_declared_and_refused_when_not(house) -> None:
    house.declare([{"name": "id"}, {"name": "note"}], encoding="utf-16", delimiter="\t")
    house.take("orders.csv", 'id\tnote\n1\t"a\nb"\n'.encode("utf-16"))
    assert house.column("note") == ["a\nb"]
    house.declare([{"name": "id"}, {"name": "note"}])
    load = house.take("orders_2.csv", "id,note\n1,x\n".encode("utf-16"))
    assert load.reason == "starts with the byte order mark of utf-16, but utf-8 is declared"


def test_cut_utf_16_is_refused(house) -> None:
    house.declare([{"name": "id"}], encoding="utf-16")
    assert house.take("orders.csv", "id\n1\n".encode("utf-16")[:-1]).reason == "is not utf-16-le: truncated data"


def test_blank_lines_are_no_records_and_a_header_alone_is_an_empty_load(shop) -> None:
    load = shop.take("orders.csv", "\n\nOrder ID,Quantity,Note\n\n\n")
    assert (load.status, load.rows_read) == ("loaded", 0)
    load = shop.take("orders_2.csv", "\n\n\n")
    assert (load.status, load.reason) == ("refused", "has no header line: it holds nothing but line breaks")


def test_null_bytes_are_data(shop) -> None:
    shop.take("orders.csv", "Order ID,Quantity,Note\nA,1,x\0y\n")
    assert shop.column("note") == ["x\0y"]


def test_a_required_cell_that_is_empty_sets_its_row_aside(shop) -> None:
    shop.take("orders.csv", "Order ID,Quantity,Note\n ,1,x\nB,2,y\n")
    (aside,) = shop.quarantined()
    assert (aside["column"], aside["reason"], aside["text"]) == (
        "order_id",
        "order_id: is required but empty",
        " ,1,x",
    )


def test_all_faults_of_a_row_are_told_at_once(house) -> None:
    house.declare(
        [{"name": "id", "required": True}, {"name": "day", "data_type": "date"}, {"name": "n", "data_type": "bigint"}]
    )
    house.take("orders.csv", "id,day,n\n,2026-02-30,x\n")
    (aside,) = house.quarantined()
    assert aside["column"] == "id"
    assert aside["reason"] == "id: is required but empty; day: '2026-02-30' is not a date; n: 'x' is not a bigint"


def test_rows_without_any_key_cannot_be_merged(house) -> None:
    house.declare([{"name": "a"}, {"name": "b"}, {"name": "c"}], load="merge", key=["a", "b"])
    house.take("orders.csv", "a,b,c\n1,,x\n,2,y\n,,z\n")
    assert house.column("c") == ["x", "y"]
    assert [row["text"] for row in house.quarantined()] == [",,z"]


def test_set_aside_rows_stand_in_the_order_of_the_file(shop) -> None:
    shop.take("orders.csv", 'Order ID,Quantity,Note\nA,x,\nB\nC,1,\nD,y,\nE,"1\n')
    assert [row["row"] for row in shop.quarantined()] == [1, 2, 4, 5]


def test_null_values_count_in_every_type_after_trimming(house) -> None:
    columns = [{"name": "id"}, {"name": "n", "data_type": "bigint"}, {"name": "t"}, {"name": "d", "data_type": "date"}]
    house.declare(columns, null_values=["", "?", "n/a"])
    load = house.take("orders.csv", "id,n,t,d\n1,?,?,?\n2, n/a , n/a , \n3, 5 , x , 2026-01-02 \n")
    assert load.rows_quarantined == 0
    assert house.column("n") == [None, None, 5]
    assert house.column("t") == [None, None, " x "]
    assert [str(day) for day in house.column("d")] == ["None", "None", "2026-01-02"]

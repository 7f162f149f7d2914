"""Fixed width: columns by place, and no text outside them is lost."""

from __future__ import annotations

import pytest


@pytest.fixture
def log(house):
    house.declare(
        [
            {"name": "customer", "width": [0, 6], "required": True},
            {"name": "day", "header": "date", "data_type": "date", "format": "%Y%m%d", "width": [6, 15]},
            {"name": "amount", "data_type": "decimal(18,4)", "width": [18, 26]},
        ],
        pattern="orders*.txt",
        format="fixed_width",
    )
    return house


def test_cells_are_cut_by_place_and_stripped(log) -> None:
    load = log.take("orders.txt", " 00001 19970101      11.77\r\n 00002 19970112      12.00\r\n\r\n")
    assert load.rows_loaded == 2
    assert log.column("customer") == ["00001", "00002"]
    assert [str(amount) for amount in log.column("amount")] == ["11.7700", "12.0000"]


def test_a_header_of_the_declared_names_is_skipped_and_any_other_is_not(log) -> None:
    assert log.take("orders_1.txt", " customer  date    amount\n 00001 19970101      11.77\n").rows_read == 1
    assert log.take("orders_2.txt", " customer  day     amount\n 00009 19970101      11.77\n").rows_quarantined == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (" 00002 199701", "is 13 characters long, but its columns end at 26"),
        (" 00002 19970112     12.0", "is 24 characters long, but its columns end at 26"),
        (" 00002 19970112 5    12.00", "has text outside the declared columns: 5"),
        (" 00002 19970112      12.00   EUR", "has text outside the declared columns: EUR"),
        (" 00002 19970199      12.00", "day: '19970199' is not a date like %Y%m%d"),
        ("       19970112     12.00 ", "customer: is required but empty"),
    ],
)
def test_a_line_that_does_not_fit_is_set_aside(log, line: str, reason: str) -> None:
    log.take("orders.txt", f" 00001 19970101      11.77\n{line}\n 00003 19970101       1.00\n")
    assert log.column("customer") == ["00001", "00003"]
    (aside,) = log.quarantined()
    assert (aside["row"], aside["text"], aside["reason"]) == (2, line, reason)


def test_the_last_column_may_have_lost_its_trailing_blanks_when_it_is_text(house) -> None:
    columns = [{"name": "id", "width": [0, 3]}, {"name": "note", "width": [3, 20]}]
    house.declare(columns, pattern="orders*.txt", format="fixed_width")
    load = house.take("orders.txt", "1  né\n2\n3  \n")
    assert house.column("note") == ["né", None]
    assert [row["text"] for row in house.quarantined()] == ["2"]
    assert load.rows_read == 3

"""Workbooks: every cell is what people saw in it, or its row is set aside; none can exhaust the machine."""

from __future__ import annotations

import io
import json
import random
import resource
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.intake.readers import xlsx
from orchestration.intake.replay import replay

COLUMNS = [
    {"name": "order_id", "header": "Order ID", "required": True},
    {"name": "ordered_at", "header": "Date", "data_type": "timestamp"},
    {"name": "day", "header": "Day", "data_type": "date", "format": "%d.%m.%Y"},
    {"name": "amount", "header": "Amount", "data_type": "decimal(18,4)"},
    {"name": "pieces", "header": "Pieces", "data_type": "bigint"},
    {"name": "is_paid", "header": "Paid", "data_type": "boolean"},
    {"name": "note", "header": "Note"},
]
HEADER = ["Order ID", "Date", "Day", "Amount", "Pieces", "Paid", "Note"]


@pytest.fixture
def till(house):
    """A house whose table `orders` is read from workbooks."""
    house.declare(COLUMNS, pattern="orders*.xlsx", format="xlsx", timezone="Europe/Berlin")
    return house


def workbook(*rows: list, change: Callable[[Worksheet], object] = lambda sheet: None) -> bytes:
    """A workbook with the header and these rows; `change` is done to its sheet before it is saved."""
    book = Workbook()
    sheet = book.active
    for row in (HEADER, *rows):
        sheet.append(row)
    change(sheet)
    return saved(book)


def saved(book: Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def with_part(content: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The workbook with the XML of one part changed by hand."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            new.writestr(part.filename, change(text.decode()).encode() if part.filename == name else text)
    return written.getvalue()


NIGHT = datetime(2026, 11, 1, 2, 30)
SHEET = "xl/worksheets/sheet1.xml"


def test_every_cell_is_what_it_was_to_the_people_who_saw_it(till) -> None:
    moment = datetime(2026, 7, 1, 9, 30)
    load = till.take(
        "orders.xlsx",
        workbook(
            ["00123", moment, date(2026, 7, 2), 9.95, 3, True, "Zoë 😀\nnext line"],
            ["A-1", "2026-01-02 10:00", "05.03.2026", 0.1 + 0.2, "4", "no", None],
            [],
            [77, date(2026, 1, 1), None, "12.50", None, None, "=not a formula"],
            change=lambda sheet: setattr(sheet["G5"], "data_type", "s"),
        ),
    )
    assert (load.status, load.rows_loaded, load.rows_quarantined) == ("loaded", 3, 0)
    assert till.column("order_id") == ["00123", "A-1", "77"]
    assert till.column("ordered_at") == [
        datetime(2026, 7, 1, 7, 30),
        datetime(2026, 1, 2, 9),
        datetime(2025, 12, 31, 23),
    ]
    assert till.column("day") == [date(2026, 7, 2), date(2026, 3, 5), None]
    assert till.column("amount") == [Decimal("9.9500"), Decimal("0.3000"), Decimal("12.5000")]
    assert till.column("pieces") == [3, 4, None]
    assert till.column("is_paid") == [True, False, None]
    assert till.column("note") == ["Zoë 😀\nnext line", None, "=not a formula"]


def test_rows_are_numbered_as_a_spreadsheet_program_numbers_them(till) -> None:
    till.take("orders.xlsx", workbook(["A"], [], [], ["B"], [None, "2026-01-02"]))
    assert till.column("_source_row") == [2, 5]
    (aside,) = till.quarantined()
    assert (aside["row"], aside["column"], aside["reason"]) == (6, "order_id", "order_id: is required but empty")


def test_a_set_aside_row_keeps_its_cells_by_header(till) -> None:
    till.take("orders.xlsx", workbook(["A", datetime(2026, 1, 2, 3), None, 1.5, 2.5, True, "x"]))
    (aside,) = till.quarantined()
    assert aside["reason"] == "pieces: '2.5' is not a bigint"
    assert json.loads(aside["text"]) == {
        "Order ID": "A",
        "Date": "2026-01-02 03:00:00",
        "Amount": 1.5,
        "Pieces": 2.5,
        "Paid": True,
        "Note": "x",
    }


def test_a_formula_gives_its_stored_result_and_without_one_its_row_is_set_aside(till) -> None:
    content = workbook(["A", None, None, "=1+1"], ["B", None, None, "=2+2"], ["C", None, None, '=""'])
    content = with_part(content, SHEET, lambda xml: xml.replace("<f>1+1</f><v />", "<f>1+1</f><v>2</v>"))
    content = with_part(
        content, SHEET, lambda xml: xml.replace('<c r="D4"><f>""</f><v />', '<c r="D4" t="str"><f>""</f><v></v>')
    )
    till.take("orders.xlsx", content)
    assert till.rows().select("order_id", "amount").rows() == [("A", Decimal("2.0000")), ("C", None)]
    (aside,) = till.quarantined()
    assert (aside["row"], aside["column"]) == (3, "amount")
    assert aside["reason"].startswith("amount: holds a formula without a stored result")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (123456789012345678, "is a number of more than 15 digits"),
        (1.23456789012346e17, "is a number of more than 15 digits"),
        ("1.23E+17", "is a number that a spreadsheet has cut short"),
        (datetime(2026, 3, 4), "is a date: a spreadsheet has made it from what was typed"),
    ],
)
def test_an_id_that_lost_digits_is_set_aside_and_never_loaded(till, cell: object, reason: str) -> None:
    till.take("orders.xlsx", workbook(["123456789012345678"], [cell], [123456789012345]))
    assert till.column("order_id") == ["123456789012345678", "123456789012345"]
    (aside,) = till.quarantined()
    assert aside["column"] == "order_id"
    assert reason in aside["reason"]


def test_leading_zeros_that_only_the_format_shows_are_kept(till) -> None:
    till.take("orders.xlsx", workbook([123], change=lambda sheet: setattr(sheet["A2"], "number_format", "00000")))
    assert till.column("order_id") == ["00123"]


def test_errors_of_the_spreadsheet_are_set_aside(till) -> None:
    content = workbook(["A"], ["#REF!"], change=lambda sheet: setattr(sheet["A3"], "data_type", "e"))
    till.take("orders.xlsx", content)
    assert till.quarantined()[0]["reason"] == "order_id: holds #REF!, an error of the spreadsheet"


def test_merged_cells_give_their_value_to_the_first_and_say_so(till) -> None:
    content = workbook(["A", None, None, 1], ["B", None, None, 2], change=lambda sheet: sheet.merge_cells("D2:D3"))
    load = till.take("orders.xlsx", content)
    assert till.column("amount") == [Decimal("1.0000"), None]
    assert load.warnings == ["merged cells: D2:D3; their value stands in the first cell, the others are empty"]


def test_the_declared_sheet_is_read_otherwise_the_first_visible_one(till) -> None:
    def sheets(note: str) -> bytes:
        book = Workbook()
        book.active.title = "Notes"
        book.active.append([note])
        book.active.sheet_state = "hidden"
        for name in ("June", "July"):
            sheet = book.create_sheet(name)
            sheet.append(HEADER)
            sheet.append([name])
        return saved(book)

    load = till.take("orders.xlsx", sheets("one"))
    assert till.column("order_id") == ["June"]
    assert load.warnings == ["only the sheet 'June' is read; it also has 'Notes (hidden)', 'July'"]
    till.declare(COLUMNS, pattern="orders*.xlsx", format="xlsx", sheet="July")
    till.take("orders_2.xlsx", sheets("two"))
    assert sorted(till.column("order_id")) == ["July", "June"]
    till.declare(COLUMNS, pattern="orders*.xlsx", format="xlsx", sheet="May")
    assert till.take("orders_3.xlsx", sheets("three")).reason == (
        "has no sheet 'May'; its sheets: 'Notes', 'June', 'July'"
    )


def test_the_header_is_matched_by_name_and_undeclared_columns_are_kept(till) -> None:
    book = Workbook()
    book.active.append([])
    book.active.append([None, "Colour", "Order ID", None])
    book.active.append([None, "red", "A"])
    book.active.append([None, None, "B", None, "lost?"])
    load = till.take("orders.xlsx", saved(book))
    assert till.rows().select("order_id", "_extra").rows() == [("A", '{"Colour": "red"}')]
    assert till.quarantined()[0]["reason"] == "has 'lost?' in column E, which has no header"
    assert "column 'Colour' is not declared; it is kept in _extra" in load.warnings


def with_shared_strings(*texts: str) -> bytes:
    """A workbook as spreadsheet programs write it: texts are kept apart and cells point to them."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Order ID", "Note"])
        for row, text in enumerate(texts, start=1):
            sheet.write_row(row, 0, [f"id {row}", text])
    return written.getvalue()


def test_escaped_characters_and_rich_text_come_back_exactly(till) -> None:
    def written(xml: str) -> str:
        xml = xml.replace("<t>first</t>", "<t>a_x000D_b _x005F_x000D_</t>")
        return xml.replace("<t>second</t>", "<r><t>東</t></r><r><t>京</t></r><rPh><t>とうきょう</t></rPh>")

    content = with_shared_strings("first", "second", " blanks ")
    till.take("orders.xlsx", with_part(content, "xl/sharedStrings.xml", written))
    assert till.column("note") == ["a\rb _x000D_", "東京", " blanks "]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Order ID\nA\n", "is not an xlsx workbook: File is not a zip file"),
        (
            b"\xd0\xcf\x11\xe0" + b"\0" * 600,
            "is an old .xls or a workbook with a password: save it as .xlsx without one",
        ),
        (workbook()[:-300], "is not an xlsx workbook: File is not a zip file"),
        (saved(Workbook()), "has no header line: its sheet is empty"),
        (workbook().replace(b"worksheets", b"worksheetz"), "is a damaged workbook"),
    ],
)
def test_what_is_no_workbook_is_refused(till, content: bytes, reason: str) -> None:
    load = till.take("orders.xlsx", content)
    assert load.status == "refused"
    assert load.reason.startswith(reason)


def test_a_workbook_without_the_required_column_is_refused(till) -> None:
    book = Workbook()
    book.active.append(["Date", "Note"])
    load = till.take("orders.xlsx", saved(book))
    assert load.reason == "lacks the column 'Order ID'; it has 'Date', 'Note'"


def entities(xml: str) -> str:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 100}">' for n in range(10))
    body = xml[xml.index("<worksheet") :].replace("<v>0</v>", "<v>&l9;</v>", 1)
    return f"<?xml version='1.0'?><!DOCTYPE worksheet [{laughs}]>{body}"


def bomb() -> bytes:
    written = io.BytesIO(workbook())
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/more.xml", "w") as part:
        part.write(b"<more>")
        for _ in range(600):
            part.write(b" " * 2**20)
    return written.getvalue()


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (lambda: workbook(["A"], change=lambda sheet: sheet.cell(1048576, 16384, "far")), "has a cell at XFD1048576"),
        (lambda: workbook(["A"], change=lambda sheet: sheet.cell(2, 16384, "far")), "has a cell at XFD2"),
        (lambda: workbook(["A"], change=lambda sheet: sheet.cell(1048576, 1, "far")), "has a cell at A1048576"),
        (lambda: with_part(workbook(["A"]), SHEET, entities), "declares XML entities"),
        (bomb, "unpacks to 600 MB, more than 100 times its packed size"),
    ],
)
def test_a_workbook_built_to_exhaust_the_machine_is_refused(till, build: Callable[[], bytes], reason: str) -> None:
    content = build()
    assert len(content) < 2**20
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    load = till.take("orders.xlsx", content)
    assert load.status == "refused"
    assert load.reason.startswith(reason)
    # Of computing, which a busy machine does not stretch: it is refused before it is unpacked.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 3
    assert till.rows().height == 0


def test_a_workbook_that_needs_more_memory_than_it_may_is_refused(till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MEMORY", 64 * 2**20)
    dice = random.Random(3)
    content = with_shared_strings(*(f"{dice.getrandbits(40_000):x}" for _ in range(4_000)))
    load = till.take("orders.xlsx", content)
    assert (load.status, load.reason) == ("refused", "needs more than 64 MB to read")


def test_a_workbook_that_takes_too_long_is_refused(till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "SECONDS", 1)
    monkeypatch.setattr(xlsx, "SECONDS_PER_MEGABYTE", 0)
    content = with_shared_strings(*map(str, range(60_000)))
    load = till.take("orders.xlsx", content)
    assert load.status == "refused"
    assert load.reason.startswith("takes more than ")


def test_what_cannot_be_trusted_is_not_taken_in_by_a_replay_until_somebody_has_mended_it(till) -> None:
    content = workbook(
        [1234567890123456],
        [datetime(2026, 3, 4)],
        ["C", None, None, "=1+1"],
        ["D", None, None, None, None, None, "#REF!"],
        ["E", None, None, None, 1.5],
        change=lambda sheet: setattr(sheet["G5"], "data_type", "e"),
    )
    till.take("orders.xlsx", content)
    (same,) = replay(till.home, till.tables, NIGHT + timedelta(days=1))
    assert (same.rows_read, same.rows_loaded) == (5, 0)
    rows = {row["row"]: row for row in till.quarantined()}
    assert rows[5]["text"] == '{"Order ID": "D", "Note": #REF!}'
    mended = {(till.run()[0].load_id, 4): rows[4]["text"].replace("=formula", "2")}
    replay(till.home, till.tables, NIGHT + timedelta(days=2), mended)
    assert till.rows().select("order_id", "amount").rows() == [("C", Decimal("2.0000"))]


def test_a_workbook_inside_an_archive_is_read_like_any_other(till) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("july/orders_7.xlsx", workbook(["A"]))
    till.land("drop.zip", packed.getvalue())
    (load,) = till.run()
    assert (load.status, load.member, load.rows_loaded) == ("loaded", "july/orders_7.xlsx", 1)

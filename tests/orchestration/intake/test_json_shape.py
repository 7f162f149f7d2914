"""The same records as lines, as an array and as a page of an API: one table, one declaration, the same rows."""

from __future__ import annotations

import json

import pytest

RECORDS = [{"id": number, "subject": f"Ünit {number}", "comments": [{"id": number * 10}]} for number in range(1, 6)]


@pytest.fixture
def desk(house):
    """A house whose table `tickets` has a key and is read from {"ticket": {…}} lines, or whatever else there is."""
    house.declare(
        [
            {"name": "ticket_id", "header": "id", "data_type": "bigint", "required": True},
            {"name": "subject"},
            {"name": "comments", "data_type": "json"},
        ],
        table="tickets",
        pattern="tickets*.*json",
        format="ndjson",
        root="ticket",
        load="merge",
        key=["ticket_id"],
    )
    return house


def wrapped(record: dict) -> dict:
    return {"ticket": record}


SHAPES = {
    "wrapped lines": "\n".join(json.dumps(wrapped(record)) for record in RECORDS) + "\n",
    "bare lines": "\n".join(map(json.dumps, RECORDS)) + "\n",
    "array": json.dumps(RECORDS),
    "array, indented": "\n" + json.dumps(RECORDS, indent=2) + "\n",
    "array of wrapped": json.dumps([wrapped(record) for record in RECORDS]),
    "page": json.dumps({"tickets": RECORDS, "next_page": None, "count": 5}),
    "page, indented": json.dumps({"count": 5, "links": {"next": []}, "tickets": RECORDS}, indent=1),
    "page, one record a line": '{"tickets": [\n' + ",\n".join(map(json.dumps, RECORDS)) + '\n], "count": 5}',
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_rows(desk, shape: str) -> None:
    load = desk.take("tickets.json", SHAPES[shape])
    assert (load.rows_read, load.rows_loaded, load.rows_quarantined) == (5, 5, 0), load
    assert desk.column("ticket_id", "tickets") == [1, 2, 3, 4, 5]
    assert desk.column("subject", "tickets") == [f"Ünit {number}" for number in range(1, 6)]
    assert json.loads(desk.column("comments", "tickets")[4]) == [{"id": 50}]


@pytest.mark.parametrize("indent", [None, 1])
def test_a_page_of_any_length_is_read(desk, indent: int | None) -> None:
    many = [{"id": number, "subject": "x" * 1000, "comments": []} for number in range(6000)]
    load = desk.take("tickets.json", json.dumps({"tickets": many}, indent=indent))
    assert (load.rows_read, load.rows_loaded) == (6000, 6000)


def test_what_stands_beside_the_records_of_a_page_is_said(desk) -> None:
    load = desk.take("tickets.json", SHAPES["page"])
    assert [warning for warning in load.warnings if "next_page" in warning and "not loaded" in warning]


def test_a_record_that_begins_with_a_list_of_objects_is_no_page(desk) -> None:
    text = '{"comments": [{"id": 10}, {"id": 11}], "id": 1}\n{"comments": [{"id": 20}], "id": 2}\n'
    desk.take("tickets.ndjson", text)
    assert desk.column("ticket_id", "tickets") == [1, 2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(SHAPES["page"] + "\n" + SHAPES["page"], "has text after its JSON value", id="two pages"),
        pytest.param('{"tickets": [{"id": 1}], "users": [{"id": 9}]}\n', "has no record", id="two lists"),
        pytest.param('{"error": "Unauthorized"}\n', "has no record", id="an error instead of a page"),
    ],
)
def test_what_is_no_list_of_records_is_refused_and_not_guessed(desk, text: str, reason: str) -> None:
    load = desk.take("tickets.json", text)
    assert load.status == "refused"
    assert reason in load.reason


def test_a_cut_page_keeps_its_whole_records_and_sets_the_stump_aside(desk) -> None:
    load = desk.take("tickets.json", SHAPES["page, one record a line"][:200])
    assert load.rows_read == load.rows_loaded + 1 == 3
    assert any("if the file was cut" in warning for warning in load.warnings)

"""JSON lines: members keep the text they were written as."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def desk(house):
    """A house whose table `tickets` is read from {"ticket": {…}} lines."""
    house.declare(
        [
            {"name": "id", "data_type": "bigint", "required": True},
            {"name": "subject"},
            {"name": "tags", "data_type": "json"},
            {"name": "amount", "data_type": "decimal(18,4)"},
            {"name": "is_open", "data_type": "boolean", "header": "open"},
        ],
        table="tickets",
        pattern="tickets*.ndjson",
        format="ndjson",
        root="ticket",
    )
    return house


def line(**members: object) -> str:
    return json.dumps({"ticket": {"id": 1, "subject": None, "tags": [], "amount": 1, "open": True} | members})


def test_members_become_columns_and_nested_values_stay_text(desk) -> None:
    text = '{"ticket": {"open": false, "id": 90071992547409931, "subject": "Zo\\u00eb \\ud83d\\ude00\\n", '
    text += '"tags": {"x": [1.10, 12345678901234567890, null]}, "amount": 10.50}}'
    load = desk.take("tickets.ndjson", text + "\r\n\n")
    assert (load.rows_loaded, load.warnings) == (1, [])
    row = desk.rows("tickets").row(0, named=True)
    assert (row["id"], row["subject"], row["is_open"]) == (90071992547409931, "Zoë 😀\n", False)
    assert row["tags"] == '{"x": [1.10, 12345678901234567890, null]}'
    assert str(row["amount"]) == "10.5000"


def test_null_and_absent_members_are_null_and_json_strings_keep_their_quotes(desk) -> None:
    load = desk.take("tickets.ndjson", line(tags="x", amount=None) + '\n{"ticket": {"id": 2}}\n')
    assert load.rows_loaded == 2
    assert desk.column("tags", "tickets") == ['"x"', None]
    assert desk.column("amount", "tickets") == [None, None]


def test_undeclared_members_are_kept_as_written(desk) -> None:
    text = line(colour="red", size={"w": 1.50}).replace("1.5}", "1.50}")
    load = desk.take("tickets.ndjson", text[:-1] + ', "page": 7, "id": 8}\n' + line() + "\n")
    assert desk.column("_extra", "tickets") == ['{"colour":"red","size":{"w": 1.50},"../page":7,"../id":8}', None]
    assert "column 'colour' is not declared; it is kept in _extra" in load.warnings


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"ticket": {"id": 2', "is not JSON: Expecting ',' delimiter at character 20"),
        ("[1, 2]", "is not a JSON object"),
        ('{"ticket": 5}', "has no 'ticket' object"),
        ('{"user": {"id": 2}}', "has no 'ticket' object"),
        ('{"ticket": {"id": 2}} {"ticket": {"id": 3}}', "has text after its JSON object"),
        ('{"ticket": {"id": 2, "id": 3}}', "names 'id' twice"),
        ('{"ticket": {"id": 2, "amount": NaN}}', "NaN is not JSON"),
        ('{"ticket": {"id": 2, "subject": "\\ud83d"}}', "holds half a surrogate pair"),
        ('{"ticket": {"id": 2, "tags": ' + "[" * 100_000 + "]" * 100_000 + "}}", "is nested too deeply"),
        ('{"ticket": {"id": "two"}}', "id: 'two' is not a bigint"),
        ('{"ticket": {"id": 2.0}}', "id: '2.0' is not a bigint"),
        ('{"ticket": {"subject": "no id"}}', "id: is required but empty"),
        ("not json at all", "is not a JSON object"),
    ],
)
def test_a_line_that_is_no_record_is_set_aside_whole(desk, text: str, reason: str) -> None:
    load = desk.take("tickets.ndjson", f"{line()}\n{text}\n{line(id=3)}\n")
    assert desk.column("id", "tickets") == [1, 3]
    (aside,) = desk.quarantined("tickets")
    assert (aside["row"], aside["text"]) == (2, text)
    assert reason in aside["reason"]
    assert load.rows_quarantined == 1


def test_undecodable_bytes_cost_their_line(desk) -> None:
    load = desk.take("tickets.ndjson", line().encode() + b'\n{"ticket": {"id": 2, "subject": "\xff"}}\n')
    assert (load.rows_loaded, load.rows_quarantined) == (1, 1)
    assert desk.quarantined("tickets")[0]["text"] == '{"ticket": {"id": 2, "subject": "\\xff"}}'


def test_line_separators_inside_strings_do_not_split_a_record(desk) -> None:
    desk.take("tickets.ndjson", '{"ticket": {"id": 1, "subject": "a\u2028b\u0085c"}}\n')
    assert desk.column("subject", "tickets") == ["a\u2028b\u0085c"]


def test_a_file_where_no_record_has_the_required_member_is_refused(desk) -> None:
    load = desk.take("tickets.ndjson", '{"ticket": {"number": 1}}\n{"ticket": {"number": 2}}\n')
    assert load.status == "refused"
    assert load.reason == "lacks the column 'id'; it has 'number'"


def test_a_file_without_any_record_is_refused_with_the_first_fault(desk) -> None:
    load = desk.take("tickets.ndjson", '[\n{"id": 1},\n{"id": 2}\n]\n')
    assert load.reason == "has no record in its 2 elements; the first one has no 'ticket' object"

"""JSON files: one array, or an object that holds it; elements keep the text they were written as."""

from __future__ import annotations

import json
import tracemalloc
from datetime import datetime
from decimal import Decimal

import pytest

from orchestration.intake.replay import replay

COLUMNS = [
    {"name": "id", "required": True},
    {"name": "size", "data_type": "bigint"},
    {"name": "amount", "data_type": "decimal(18,4)"},
    {"name": "tags", "data_type": "json"},
]


@pytest.fixture
def shop(house):
    house.declare(COLUMNS, pattern="orders*.json", format="json")
    return house


@pytest.fixture
def paged(house):
    house.declare(COLUMNS, pattern="orders*.json", format="json", root="results")
    return house


def test_elements_become_rows_with_every_digit_and_nested_values_as_written(shop) -> None:
    text = '[\n {"id": "00123", "size": 3, "amount": 10.50, "tags": [1.10, {"a": "]}, {"}]},\n'
    text += '{"id": 123456789012345678, "colour": "r\\u00e9d", "tags": null}\n]\n'
    load = shop.take("orders.json", text)
    assert (load.rows_read, load.rows_loaded) == (2, 2)
    assert shop.column("id") == ["00123", "123456789012345678"]
    assert shop.column("amount") == [Decimal("10.5000"), None]
    assert shop.column("tags") == ['[1.10, {"a": "]}, {"}]', None]
    assert shop.column("_extra") == [None, '{"colour":"r\\u00e9d"}']
    assert shop.column("_source_row") == [1, 2]
    assert load.warnings == ["column 'colour' is not declared; it is kept in _extra"]


def test_the_array_is_found_by_its_name_and_what_stands_beside_it_is_told(paged) -> None:
    text = '{"page": {"results": [{"id": "no"}], "next": "results"}, "results": [{"id": "A"}, {"id": "B"}], "total": 2}'
    load = paged.take("orders.json", text)
    assert paged.column("id") == ["A", "B"]
    assert "beside its array the file has 'page', 'total', which is not loaded" in load.warnings


def test_a_mended_element_is_taken_in_without_the_object_around_its_array(paged) -> None:
    load = paged.take("orders.json", '{"results": [{"id": "A", "size": "x"}, {"id": "B"}]}')
    replay(paged.home, paged.tables, datetime(2026, 11, 2), {(load.load_id, 1): '{"id": "A", "size": 1}'})
    assert sorted(paged.column("id")) == ["A", "B"]


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        ("5", "is not a JSON object"),
        ('"text"', "is not a JSON object"),
        ('[{"id": "B"}]', "is not a JSON object"),
        ('{"id": "B", "id": "C"}', "names 'id' twice"),
        ('{"id": "B" "size": 1}', "is not JSON: Expecting ',' delimiter at character 11"),
        ('{"id": "B"} {"id": "C"}', "has text after its JSON object"),
        ('{"id": "B", "size": 1.5}', "size: '1.5' is not a bigint"),
        ('{"size": 1}', "id: is required but empty"),
        ('{"id": 1.23E+17}', "id: '1.23E+17' is a number that a spreadsheet has cut short"),
        ('{"id": "\\ud83d"}', "holds half a surrogate pair"),
    ],
)
def test_an_element_that_is_no_record_is_set_aside_whole(shop, element: str, reason: str) -> None:
    shop.take("orders.json", f'[{{"id": "A"}},\n  {element}  ,\n{{"id": "Z"}}]')
    assert shop.column("id") == ["A", "Z"]
    (aside,) = shop.quarantined()
    assert (aside["row"], aside["text"]) == (2, element)
    assert reason in aside["reason"]


def test_undecodable_bytes_cost_their_element(shop) -> None:
    load = shop.take("orders.json", b'[{"id": "A"}, {"id": "\xff"}, {"id": "C"}]')
    assert shop.column("id") == ["A", "C"]
    assert shop.quarantined()[0]["reason"] == "holds bytes that are not utf-8"
    assert load.rows_quarantined == 1


def test_a_file_that_was_cut_keeps_the_stump_and_says_so(shop) -> None:
    whole = json.dumps([{"id": "A", "tags": ["x", "y"]}, {"id": "B", "tags": ["[", '"']}])
    for cut in range(whole.index("B") - 7, len(whole) - 1):
        load = shop.take(f"orders_{cut}.json", whole[:cut])
        assert (load.status, load.rows_loaded + load.rows_quarantined) == ("loaded", load.rows_read), whole[:cut]
        assert load.warnings[0].startswith("ends before its array is closed")
        assert load.rows_loaded == (2 if whole[:cut].endswith("}") else 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello", "is not a JSON array"),
        ('{"orders": [{"id": "A"}]}', "is not a JSON array; ingest.root names the member that holds it"),
        ('[{"id": "A"}] [{"id": "B"}]', "has text after its JSON value"),
        ('[{"id": "A"}, {"tags": [1, 2}, {"id": "C"}]', "is broken JSON: record 2 has a '}' without its partner"),
        (
            '[{"id": "A"}, {"id": "B}, {"id": "C"}, {"id": "D"}, {"id": "E"}]',
            "is broken JSON: record 2: Expecting ',' delimiter at character 15",
        ),
        ('[{"number": 1}]', "lacks the column 'id'; it has 'number'"),
        ("[1, 2]", "has no record in its 2 elements; the first one is not a JSON object"),
    ],
)
def test_a_file_of_which_nobody_can_say_where_a_record_ends_is_refused(shop, text: str, reason: str) -> None:
    load = shop.take("orders.json", text)
    assert load.status == "refused"
    assert load.reason == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"id": "A"}]', "is not a JSON object with an array 'results'"),
        ('{"items": [], "total": 0}', "has no array 'results'; it has 'items', 'total'"),
        ('{"results": {"id": "A"}}', "has no array 'results'; it has 'results'"),
        ('{"items": [{"id": "A"}, {', "ends inside its outermost object"),
    ],
)
def test_a_file_without_the_named_array_is_refused(paged, text: str, reason: str) -> None:
    assert paged.take("orders.json", text).reason == reason


def test_an_empty_array_is_an_empty_load(shop, paged) -> None:
    assert paged.take("orders.json", '{"results": [ ], "next": null}').rows_read == 0


def test_where_a_block_ends_changes_nothing(shop, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [{"id": f"né {n} 😀", "tags": ['"', "\\", "]", {"deep": [n, "}{"]}]} for n in range(50)]
    for size in (1, 2, 3, 7, 64):
        monkeypatch.setattr("orchestration.intake.decoding.BLOCK_BYTES", size)
        load = shop.take(
            f"orders_{size}.json", json.dumps(records, ensure_ascii=size % 2 == 0, indent=size % 3) + " " * size
        )
        assert load.rows_loaded == 50
    assert shop.column("id") == [record["id"] for record in records] * 5
    assert {json.loads(tags)[3]["deep"][1] for tags in shop.column("tags")} == {"}{"}


def test_an_array_on_one_line_is_never_whole_in_memory(shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.intake.decoding.BLOCK_BYTES", 2**20)
    monkeypatch.setattr("orchestration.intake.readers.json_array.BATCH_CHARACTERS", 2**20)
    element = json.dumps({"id": "A", "note": "x" * 5_000})
    content = "[" + ",".join([element] * 5_000) + "]"
    shop.land("orders.json", content)
    tracemalloc.start()
    try:
        (load,) = shop.run()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert load.rows_loaded == 5_000
    assert most < len(content) / 2

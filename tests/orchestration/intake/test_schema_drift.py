"""Columns that come, go, change their name or stand twice: each is dealt with as the contract says, and said."""

from __future__ import annotations

import json

import pytest

from data_quality.contracts import ContractError
from orchestration.intake.load import Load


def declare(house, ingest: dict | None = None, **note: object) -> None:
    """`orders` with a required order_id and a note, whose drift policy is the test's."""
    house.declare(
        [{"name": "order_id", "header": "Order ID", "required": True}, {"name": "note"} | note], **ingest or {}
    )


def extras(house) -> list[dict | None]:
    return [json.loads(extra) if extra else None for extra in house.column("_extra")]


def test_a_new_column_is_kept_aside_unless_the_contract_says_otherwise(house) -> None:
    declare(house)
    load = house.take("orders.csv", "Order ID,note,Colour\nA,x,red\n")
    assert load.warnings == ["column 'Colour' is not declared; it is kept in _extra"]
    assert extras(house) == [{"Colour": "red"}]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("orders.csv", "Order ID,note,Colour\nA,x,red\n"),
        ("orders.ndjson", '{"Order ID":"A","note":"x","Colour":"red"}\n'),
    ],
)
@pytest.mark.parametrize("policy", ["ignore", "stop"])
def test_a_new_column_is_left_out_or_stops_the_file_where_the_contract_says_so(house, policy, file, content) -> None:
    declare(house, {"new_columns": policy, "pattern": "orders*", "format": file.removeprefix("orders.")})
    load = house.take(file, content)
    if policy == "stop":
        reason = "has the undeclared column 'Colour'; the contract says to stop then"
        assert (load.status, load.reason, house.rows().height) == ("refused", reason, 0)
    else:
        assert load.warnings == ["column 'Colour' is not declared; it is left out, as the contract says"]
        assert extras(house) == [None]


def missing(house, policy: str) -> Load:
    declare(house, missing=policy)
    return house.take("orders.csv", "Order ID\nA\n")


def test_a_missing_column_is_empty_and_said_to_be(house) -> None:
    assert missing(house, "evolve").warnings == ["column 'note' is missing; note is empty"]
    assert house.column("note") == [None]


def test_a_column_that_may_be_missing_is_not_talked_about(house) -> None:
    assert missing(house, "ignore").warnings == []
    assert house.column("note") == [None]


def test_a_missing_column_refuses_the_file_where_the_contract_says_stop(house) -> None:
    load = missing(house, "stop")
    assert (load.status, load.reason) == ("refused", "lacks the column 'note'; it has 'Order ID'")


def test_a_renamed_column_is_read_under_its_alias_and_said_to_be(house) -> None:
    declare(house, aliases=["Comment", "Remark"])
    load = house.take("orders.csv", "Order ID,Remark\nA,x\n")
    assert load.warnings == ["column 'note' is called 'Remark' here"]
    assert (house.column("note"), extras(house)) == (["x"], [None])


def test_the_columns_own_name_wins_over_an_alias_beside_it(house) -> None:
    declare(house, aliases=["Comment"])
    load = house.take("orders.csv", "Order ID,Comment,note\nA,old,new\n")
    assert load.warnings == ["column 'Comment' is not declared; it is kept in _extra"]
    assert (house.column("note"), extras(house)) == (["new"], [{"Comment": "old"}])


def test_an_alias_counts_in_every_json_record_of_its_own(house) -> None:
    declare(house, {"pattern": "orders*", "format": "ndjson"}, aliases=["Comment"])
    load = house.take("orders.ndjson", '{"Order ID":"A","note":"x"}\n{"Order ID":"B","Comment":"y"}\n')
    assert load.warnings == ["column 'note' is called 'Comment' here"]
    assert (house.column("note"), extras(house)) == (["x", "y"], [None, None])


def test_a_required_column_is_found_under_its_alias(house) -> None:
    house.declare([{"name": "id", "required": True, "aliases": ["Id"]}], load="merge", key=["id"])
    assert house.take("orders.csv", "Id\n7\n").rows_loaded == 1


def test_columns_in_another_order_are_read_by_name_and_said_to_be(house) -> None:
    declare(house)
    load = house.take("orders.csv", "note,Order ID\nx,A\n")
    assert load.warnings == ["its columns stand in another order than declared; they are read by name"]
    assert (house.column("order_id"), house.column("note")) == (["A"], ["x"])


@pytest.mark.parametrize("twice", ["note", "Comment"])
def test_a_column_that_is_read_may_not_stand_there_twice(house, twice: str) -> None:
    declare(house, aliases=["Comment"])
    load = house.take("orders.csv", f"Order ID,{twice},{twice}\nA,x,y\n")
    assert (load.status, load.reason) == ("refused", f"its header has {twice!r} more than once")


def test_undeclared_columns_of_one_name_are_told_apart_and_all_kept(house) -> None:
    declare(house)
    load = house.take("orders.csv", "Order ID,note,Tag,Tag,Tag (2),,\nA,x,1,2,3,4,5\n")
    assert load.status == "loaded"
    assert extras(house) == [{"Tag": "1", "Tag (3)": "2", "Tag (2)": "3", "": "4", " (2)": "5"}]


def test_a_number_given_to_a_repeated_name_is_never_taken_for_a_declared_column(house) -> None:
    declare(house, header="Tag (2)")
    house.take("orders.csv", "Order ID,Tag,Tag\nA,1,2\n")
    assert house.column("note") == [None]
    assert extras(house) == [{"Tag": "1", "Tag (3)": "2"}]


@pytest.mark.parametrize(
    ("columns", "ingest", "reason"),
    [
        ([{"name": "id"}], {"new_columns": "keep"}, "new_columns 'keep' is not one of evolve, ignore, stop"),
        ([{"name": "id", "missing": "keep"}], {}, "orders.id: missing 'keep' is not one of evolve, ignore, stop"),
        (
            [{"name": "id", "missing": "ignore", "required": True}],
            {},
            "is required or a key, so missing can only be stop",
        ),
        ([{"name": "id"}, {"name": "mail", "aliases": ["id"]}], {}, "the alias 'id' means another column already"),
        (
            [{"name": "id", "aliases": ["x"]}, {"name": "mail", "aliases": ["x"]}],
            {},
            "orders.mail: the alias 'x' means another column already",
        ),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(house, columns: list[dict], ingest: dict, reason: str) -> None:
    with pytest.raises(ContractError, match=reason):
        house.declare(columns, **ingest)

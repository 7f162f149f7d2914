"""The same file again is nothing new, unless something else had taken its place in between."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

COLUMNS = [{"name": "id", "required": True}, {"name": "state"}]
OPEN, PAID = "id,state\nA,open\n", "id,state\nA,paid\n"
NIGHT = datetime(2026, 11, 1, 2)


def nights(house, *landed: dict[str, str]) -> list[list[tuple[str, str]]]:
    """Lands these files before each night; (file, status) of all files of each night."""
    said = []
    for number, files in enumerate(landed):
        for name, content in files.items():
            house.land(name, content)
        loads = house.run(NIGHT + timedelta(days=number))
        said.append([(load.file, load.status) for load in loads])
    return said


def newest_state(house) -> str:
    rows = house.rows().sort("_loaded_at")
    return rows["state"][-1]


@pytest.mark.parametrize("load", ["merge", "snapshot"])
def test_a_file_that_changes_back_counts_anew_and_then_rests(house, load: str) -> None:
    house.declare(COLUMNS, load=load, key=["id"])
    said = nights(house, {"orders.csv": OPEN}, {"orders.csv": PAID}, {"orders.csv": OPEN}, {}, {"orders.csv": PAID}, {})
    statuses = [status for night in said for _, status in night]
    assert statuses == ["loaded", "loaded", "loaded", "already_loaded", "loaded", "already_loaded"]
    assert newest_state(house) == "paid"


def test_what_came_back_says_so(house) -> None:
    house.declare(COLUMNS, load="merge", key=["id"])
    nights(house, {"orders.csv": OPEN}, {"orders.csv": PAID})
    load = house.take("orders.csv", OPEN)
    assert load.warnings == [
        "same content as orders.csv, loaded 2026-11-01 02:00 UTC: "
        "it counts anew, since orders.csv had other content after that"
    ]


def test_a_new_snapshot_may_look_like_an_old_one(house) -> None:
    house.declare(COLUMNS, load="snapshot")
    said = nights(house, {"orders_1.csv": OPEN}, {"orders_2.csv": PAID}, {"orders_10.csv": OPEN}, {})
    assert said[2] == [
        ("orders_1.csv", "already_loaded"),
        ("orders_2.csv", "already_loaded"),
        ("orders_10.csv", "loaded"),
    ]
    assert newest_state(house) == "open"
    assert {status for _, status in said[3]} == {"already_loaded"}


def test_a_copy_of_an_old_snapshot_never_takes_the_place_of_a_newer_one(house) -> None:
    house.declare(COLUMNS, load="snapshot")
    said = nights(house, {"orders_1.csv": OPEN, "orders_1_copy.csv": OPEN}, {"orders_2.csv": PAID}, {})
    assert [status for _, status in said[2]] == ["already_loaded"] * 3
    assert newest_state(house) == "paid"


def test_events_never_count_twice(house) -> None:
    house.declare(COLUMNS, load="append")
    nights(house, {"orders.csv": OPEN}, {"orders.csv": PAID}, {"orders.csv": OPEN})
    assert sorted(house.column("state")) == ["open", "paid"]

"""customer_states: what past nights said is continued and never rewritten, and tonight adds what is new."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import pytest

from orchestration.history.stretches import write_stretches

AS_OF_DATE = date(2026, 11, 1)
BEFORE = date(2026, 10, 20)
REMEMBERED = [
    ("hubspot:1", "owner", "hubspot:Kim Lee", "2026-10-01", "2026-10-20"),
    ("hubspot:1", "owner", "hubspot:Jo Ray", "2026-10-20", None),
    ("hubspot:1", "lifecycle_stage", "Lead", "2026-10-01", None),
    ("hubspot:9", "owner", "hubspot:Kim Lee", "2026-10-01", None),
]


@pytest.fixture(scope="module")
def states(make_estate: Callable) -> set[tuple]:
    estate: Any = make_estate(
        {
            "hubspot.contacts": [
                {"record_id": "1", "contact_owner": "Jo Ray", "lifecycle_stage": "Customer"},
                {"record_id": "2", "contact_owner": "Kim Lee"},
            ]
        }
    )
    score = {"customer_id": "hubspot:1", "as_of_date": str(AS_OF_DATE), "churn_probability": 0.784}
    estate.write_scores({"churn": [score | {"churn_band": "High", "model_version": "1"}]})
    with duckdb.connect(str(estate.build_file)) as warehouse:
        write_stretches(warehouse, estate.home, AS_OF_DATE)
        warehouse.executemany("insert into history.customer_states values (?, ?, ?, ?, ?)", REMEMBERED)
    estate.dbt("build", "--resource-type", "model", "--resource-type", "seed", "--select", "+customer_states")
    return set(estate.query("from segments.customer_states"))


def test_what_changed_ends_and_begins_tonight(states: set) -> None:
    assert ("hubspot:1", "lifecycle_stage", "Lead", date(2026, 10, 1), AS_OF_DATE) in states
    assert ("hubspot:1", "lifecycle_stage", "Customer", AS_OF_DATE, None) in states


def test_what_stays_goes_on_since_when_it_began(states: set) -> None:
    assert ("hubspot:1", "owner", "hubspot:Jo Ray", BEFORE, None) in states


def test_the_past_keeps_the_owner_it_had(states: set) -> None:
    then = {row[2] for row in states if row[:2] == ("hubspot:1", "owner") and row[3] <= date(2026, 10, 10) < row[4]}
    assert then == {"hubspot:Kim Lee"}


def test_whoever_is_gone_ends_tonight(states: set) -> None:
    assert [row for row in states if row[0] == "hubspot:9"] == [
        ("hubspot:9", "owner", "hubspot:Kim Lee", date(2026, 10, 1), AS_OF_DATE)
    ]


def test_scores_are_told_to_the_tenth_and_by_band(states: set) -> None:
    assert {row[1:3] for row in states if row[0] == "hubspot:1" and row[1].startswith("churn")} == {
        ("churn_probability", "0.8"),
        ("churn_band", "High"),
    }

"""What every vendor's file must hold true of, whatever it declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from orchestration.intake.landing import taker
from orchestration.pull.vendors import VENDORS
from orchestration.settings import CREDENTIALS


def every(endpoints: Any) -> Iterator[Any]:
    for endpoint in endpoints:
        yield endpoint
        yield from every(getattr(endpoint, "children", ()))


@pytest.mark.parametrize("source", sorted(VENDORS))
def test_a_landed_file_is_taken_by_the_table_that_its_endpoint_names(source: str, tables: Any) -> None:
    mine = [table for table in tables if table.source == source]
    for endpoint in every(VENDORS[source].endpoints):
        if endpoint.table:
            name = f"{endpoint.stem}-pulled-20261005T020000Z-1.{endpoint.suffix}"
            assert (endpoint.table, taker(name, mine).name) == (endpoint.table, endpoint.table)


@pytest.mark.parametrize("source", sorted(VENDORS))
def test_rows_that_are_pulled_twice_are_merged_by_their_key(source: str, tables: Any) -> None:
    loads = {table.name: table.ingest.load for table in tables if table.source == source}
    assert {loads[endpoint.table] for endpoint in every(VENDORS[source].endpoints) if endpoint.table} == {"merge"}


@pytest.mark.parametrize("source", sorted(VENDORS))
def test_no_two_lists_of_a_source_share_a_cursor(source: str) -> None:
    names = [endpoint.name for endpoint in VENDORS[source].endpoints]
    assert len(names) == len(set(names))


def test_every_vendor_has_its_credentials_in_the_settings_and_the_other_way_round() -> None:
    assert sorted(VENDORS) == sorted(CREDENTIALS)

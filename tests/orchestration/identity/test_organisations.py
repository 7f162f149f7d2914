"""Accounts of several systems become one organisation by domain and name, never by name alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from orchestration.identity.organisations import find_organisations
from orchestration.identity.resolve import work_place
from orchestration.identity.rules import Rules
from orchestration.identity.spelling import teach

CRM = ("crm:1", "Harbour Flour Mill GmbH", datetime(2020, 1, 1))
DESK = ("desk:7", "Harbour Flour Mill", None)


def organisations(area: Path, accounts: list[tuple], addresses: dict[str, list[str]], night: int = 0) -> dict[str, str]:
    """organisation_id by account_id, for accounts whose people have these addresses."""
    people = [{"organisation_id": account, "email": email} for account, emails in addresses.items() for email in emails]
    with work_place() as connection:
        schema = {"account_id": pl.String, "account_name": pl.String, "created_at": pl.Datetime("us")}
        connection.register("some_accounts", pl.DataFrame(accounts, schema=schema, orient="row").to_arrow())
        schema = {"organisation_id": pl.String, "email": pl.String}
        connection.register("some_people", pl.DataFrame(people, schema=schema).to_arrow())
        connection.execute(
            "create temp table accounts as from some_accounts; create temp table people as from some_people"
        )
        teach(connection, Rules())
        find_organisations(connection, area, Rules(), f"night{night}")
        rows = connection.execute("select account_id, organisation_id from organisations_of_accounts").fetchall()
    return dict(rows)


def test_one_domain_and_one_name_are_one_organisation_with_the_oldest_accounts_id(tmp_path: Path) -> None:
    found = organisations(tmp_path, [DESK, CRM], {"crm:1": ["a@mill.example"], "desk:7": ["b@mill.example"]})
    assert found == {"crm:1": "crm:1", "desk:7": "crm:1"}


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param({}, id="the name alone"),
        pytest.param({"crm:1": ["a@mill.example"], "desk:7": ["b@otherhost.example"]}, id="another domain"),
        pytest.param({"crm:1": ["a@gmail.com"], "desk:7": ["b@gmail.com"]}, id="a mail provider"),
        pytest.param({"crm:1": ["a@mill.example"], "desk:7": ["b@mill.example", "c@x.example"]}, id="not of most"),
    ],
)
def test_names_without_a_domain_of_their_own_join_nothing(addresses: dict, tmp_path: Path) -> None:
    assert organisations(tmp_path, [DESK, CRM], addresses) == {"crm:1": "crm:1", "desk:7": "desk:7"}


def test_another_name_on_one_domain_is_another_organisation(tmp_path: Path) -> None:
    tenant = ("desk:7", "Quillrook Studios", None)
    addresses = {"crm:1": ["a@mill.example"], "desk:7": ["b@mill.example"]}
    assert organisations(tmp_path, [tenant, CRM], addresses) == {"crm:1": "crm:1", "desk:7": "desk:7"}


def test_an_organisation_keeps_its_id_when_an_older_account_turns_up(tmp_path: Path) -> None:
    addresses = {"crm:1": ["a@mill.example"], "desk:7": ["b@mill.example"]}
    organisations(tmp_path, [DESK], addresses)
    assert organisations(tmp_path, [DESK, CRM], addresses, night=1) == {"crm:1": "desk:7", "desk:7": "desk:7"}

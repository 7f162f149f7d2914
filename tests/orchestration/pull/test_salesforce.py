"""Salesforce: a job is waited for, its pages become one CSV, and the same tables take it as take a Data Export."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from orchestration.intake.intake import intake
from orchestration.pull.bulk_query import API
from orchestration.pull.context import Pulled
from orchestration.pull.runner import pull_source

NOW = datetime(2026, 10, 5, 2, 0, 30, tzinfo=UTC)
TOKEN, JOBS = "/services/oauth2/token", f"{API}/jobs/query"
FIELDS = {
    "Id": "id",
    "Name": "string",
    "BillingAddress": "address",
    "IsDeleted": "boolean",
    "SystemModstamp": "datetime",
}
NAMES = ["Lund, Iva", 'The "Tea" Shop', "two\nlines", "", "客户"]


class Org:
    """An org that has five accounts and no other object; a job is done at the third look and gives two rows a page."""

    def __init__(self, api: Any, answer: Any) -> None:
        self.api, self.answer = api, answer
        self.tokens, self.looks = 0, 0
        self.queries: list[str] = []
        self.fields = dict(FIELDS)
        self.promised = len(NAMES)
        api.allows = lambda request: (
            request.path == TOKEN or request.headers.get("authorization") == f"Bearer session-{self.tokens}"
        )
        api.route(TOKEN, self._token)
        api.route(f"{API}/sobjects/Account/describe", self._describe)
        api.route(f"{API}/sobjects/Contact/describe", self._describe)
        api.route(JOBS, self._create)
        api.route(f"{JOBS}/750x", self._state)
        api.route(f"{JOBS}/750x/results", self._results)

    def _token(self, request: Any) -> dict[str, Any]:
        self.tokens += 1
        return {"access_token": f"session-{self.tokens}", "instance_url": self.api.url}

    def _describe(self, request: Any) -> dict[str, Any]:
        return {"fields": [{"name": name, "type": kind} for name, kind in self.fields.items()]}

    def _create(self, request: Any) -> dict[str, Any]:
        said = json.loads(request.body)
        assert said["operation"] == "queryAll"
        assert "BillingAddress" not in said["query"]
        self.queries.append(said["query"])
        self.looks = 0
        return {"id": "750x", "state": "UploadComplete"}

    def _state(self, request: Any) -> dict[str, Any]:
        self.looks += 1
        if self.looks < 3:
            return {"id": "750x", "state": "InProgress"}
        processed = self.promised if self._is_of_accounts() else 0
        return {"id": "750x", "state": "JobComplete", "numberRecordsProcessed": processed}

    def _is_of_accounts(self) -> bool:
        return "from Account" in self.queries[-1]

    def _results(self, request: Any) -> Any:
        names = [name for name in self.fields if self.fields[name] != "address"]
        rows = [self._row(number, names) for number in range(len(NAMES) if self._is_of_accounts() else 0)]
        at = int(request.query.get("locator", 0))
        page = rows[at : at + 2]
        content = "".join(line + "\n" for line in [",".join(f'"{name}"' for name in names), *page])
        more = {"Sforce-Locator": str(at + 2) if at + 2 < len(rows) else "null"}
        return self.answer(content.encode(), headers={**more, "Sforce-NumberOfRecords": str(len(page))})

    def _row(self, number: int, names: list[str]) -> str:
        quoted = NAMES[number].replace('"', '""')
        deleted = "true" if number == 3 else "false"
        cells = {"Id": f"001{number:015}", "Name": quoted, "IsDeleted": deleted}
        return ",".join(f'"{cells.get(name, "2026-10-04T00:00:00.000Z")}"' for name in names)


@pytest.fixture
def org(local_api: Any, answer: Any) -> Org:
    return Org(local_api, answer)


@pytest.fixture
def pull(org: Org, tables: list[Any], tmp_path: Path) -> Callable[..., Pulled]:
    said = {
        "SALESFORCE_URL": org.api.url,
        "SALESFORCE_CLIENT_ID": "id",
        "SALESFORCE_CLIENT_SECRET": "the-secret",
    }
    return lambda now=NOW: pull_source("salesforce", said, tables, tmp_path, now, sleep=org.api.sleep)


def accounts(home: Path, tables: list[Any]) -> pl.DataFrame:
    intake(home, tables, NOW)
    return pl.read_parquet(home / "raw/salesforce/accounts/*/*.parquet", missing_columns="insert").sort("id")


def test_the_pages_of_a_job_become_one_file_that_loads_whole(pull, tables, tmp_path) -> None:
    pulled = pull()
    assert (pulled.failures, pulled.rows) == ([], {"accounts": 5})
    assert len(pulled.files) == 1
    found = accounts(tmp_path, tables)
    assert found["name"].to_list() == ["Lund, Iva", 'The "Tea" Shop', "two\nlines", None, "客户"]
    assert found["is_deleted"].to_list() == [False, False, False, True, False]


def test_a_job_is_waited_for_a_little_longer_each_time(pull, org) -> None:
    pull()
    assert org.api.slept == [1, 2] * 2


def test_the_next_night_asks_for_what_has_changed(pull, org) -> None:
    pull()
    pull(NOW + timedelta(days=1))
    accounts = [query for query in org.queries if query.endswith("Account") or "from Account where" in query]
    assert accounts == [
        "select Id, Name, IsDeleted, SystemModstamp from Account",
        "select Id, Name, IsDeleted, SystemModstamp from Account where SystemModstamp >= 2026-10-05T01:00:00Z",
    ]


def test_a_new_field_comes_by_itself_and_a_vanished_one_is_not_asked_for(pull, org, tables, tmp_path) -> None:
    org.fields["Mood__c"] = "string"
    del org.fields["Name"]
    pull()
    found = accounts(tmp_path, tables)
    assert found["name"].null_count() == 5
    assert json.loads(found["_extra"][0]) == {"Mood__c": "2026-10-04T00:00:00.000Z"}


def test_a_session_that_ends_between_two_pages_is_renewed(pull, org) -> None:
    results = org._results

    def end_after_the_first_page(request: Any) -> Any:
        if "locator" not in request.query and org.tokens == 1:
            org.tokens = 2
        return results(request)

    org.api.route(f"{JOBS}/750x/results", end_after_the_first_page)
    pulled = pull()
    assert (pulled.failures, pulled.rows) == ([], {"accounts": 5})


def test_a_result_that_lacks_records_lands_nothing(pull, org, tmp_path) -> None:
    org.promised = 6
    assert pull().failures == ["Account: the job has 6 records, but its result holds 5"]
    assert not list((tmp_path / "landing" / "salesforce").iterdir())


def test_a_page_that_is_cut_is_asked_again(pull, org, answer, tables, tmp_path) -> None:
    cut = answer(b'"Id","Name"\n"001","half', headers={"Sforce-NumberOfRecords": "2"}, is_cut=True)
    org.api.trouble("/750x/results", cut)
    assert pull().failures == []
    assert accounts(tmp_path, tables).height == 5


def test_a_job_that_fails_says_why(pull, org) -> None:
    org.api.route(
        f"{JOBS}/750x", lambda request: {"state": "Failed", "object": "Account", "errorMessage": "no such field"}
    )
    assert pull().failures[0] == "Account: the job ended as Failed: no such field"


def test_the_daily_limit_is_a_failure_and_not_a_missing_object(pull, org, answer) -> None:
    limit = answer([{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}], status=403)
    org.api.trouble("/sobjects/Lead/describe", limit)
    assert pull().failures == [f"{API}/sobjects/Lead/describe: answered 403 Forbidden (TotalRequests Limit exceeded.)"]

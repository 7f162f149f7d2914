"""Mailchimp: members of every audience, and the reports of campaigns that may still be answered."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.pull.context import Pulled
from orchestration.pull.progress import read_progress
from orchestration.pull.runner import pull_source

NOW = datetime(2026, 10, 5, 2, 0, 30, tzinfo=UTC)
MEMBERS = "/3.0/lists/l1/members"


class Audience:
    """An account with two audiences and three campaigns, that gives two rows a page however many are asked for."""

    def __init__(self, api: Any) -> None:
        self.api = api
        expected = "Basic " + base64.b64encode(b"rapport:key-us21").decode()
        api.allows = lambda request: request.headers.get("authorization") == expected
        self.members = [{"id": f"m{n}", "list_id": "l1", "email_address": f"m{n}@mail.example"} for n in range(5)]
        self.campaigns = [
            {"id": "new", "send_time": "2026-10-01T09:00:00+00:00"},
            {"id": "old", "send_time": "2026-01-01T09:00:00+00:00"},
            {"id": "draft", "send_time": ""},
        ]
        api.route("/3.0/lists", lambda request: self._page(request, "lists", [{"id": "l1"}, {"id": "l2"}]))
        api.route("/3.0/lists/l2/members", lambda request: self._page(request, "members", []))
        api.route(MEMBERS, lambda request: self._page(request, "members", self.members))
        api.route("/3.0/campaigns", lambda request: self._page(request, "campaigns", self.campaigns))
        api.route("/3.0/reports/", self._report)

    def _page(self, request: Any, name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        at, count = int(request.query.get("offset", 0)), int(request.query["count"])
        assert count <= 1000
        return {name: rows[at : at + count], "total_items": len(rows)}

    def _report(self, request: Any) -> dict[str, Any]:
        _, _, _, campaign, name = request.path.split("/")
        rows = {"sent-to": "sent_to", "email-activity": "emails", "unsubscribed": "unsubscribes"}[name]
        return self._page(request, rows, [{"campaign_id": campaign, "email_id": "m1"}])


@pytest.fixture
def audience(local_api: Any) -> Audience:
    return Audience(local_api)


@pytest.fixture
def pull(audience: Audience, tables: list[Any], tmp_path: Path) -> Callable[..., Pulled]:
    said = {"MAILCHIMP_URL": audience.api.url, "MAILCHIMP_API_KEY": "key-us21"}
    return lambda now=NOW: pull_source("mailchimp", said, tables, tmp_path, now, sleep=audience.api.sleep)


def test_a_first_pull_brings_every_member_and_every_campaign_ever_sent(pull, landed) -> None:
    pulled = pull()
    reports = dict.fromkeys(("sent_to", "email_activity", "unsubscribes"), 2)
    assert (pulled.failures, pulled.rows) == ([], {"members": 5, "api_campaigns": 3} | reports)
    assert [row["id"] for row in landed("mailchimp/members")] == ["m0", "m1", "m2", "m3", "m4"]
    assert [row["campaign_id"] for row in landed("mailchimp/sent_to")] == ["new", "old"]


def test_members_come_page_by_page(pull, audience, landed, monkeypatch) -> None:
    audience.members = [{"id": f"m{n}", "list_id": "l1"} for n in range(2300)]
    pull()
    offsets = [request.query.get("offset", "0") for request in audience.api.requests if request.path == MEMBERS]
    assert offsets == ["0", "1000", "2000"]
    assert len({row["id"] for row in landed("mailchimp/members")}) == 2300


def test_the_next_night_asks_for_changed_members_newest_first_and_for_young_campaigns_only(pull, audience) -> None:
    pull()
    audience.api.requests.clear()
    pulled = pull(NOW + timedelta(days=1))
    members = next(request.query for request in audience.api.requests if request.path == MEMBERS)
    assert (members["since_last_changed"], members["sort_dir"]) == ("2026-10-05T01:00:00Z", "DESC")
    assert pulled.rows["sent_to"] == 1
    assert not [path for path in audience.api.paths() if "old" in path]


def test_one_report_that_fails_keeps_the_campaigns_for_the_next_night_and_the_members_are_there(
    pull, audience, answer, landed, tmp_path
) -> None:
    audience.api.trouble("/email-activity", answer({"title": "Resource Not Found"}, status=404))
    assert pull().failures == ["/3.0/reports/new/email-activity: answered 404 Not Found (Resource Not Found)"]
    assert (len(landed("mailchimp/members")), landed("mailchimp/campaigns")) == (5, [])
    assert list(read_progress(tmp_path, "mailchimp").cursors) == ["3.0/lists"]


def test_a_revoked_key_is_told_once(pull, audience) -> None:
    audience.api.allows = lambda request: False
    assert pull().failures == [
        "/3.0/lists: answered 401 Unauthorized: the credentials are wrong or have expired (not you)"
    ]

"""Zendesk: what a night pulls from an API that pages, limits, expires, breaks and changes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.intake.intake import intake
from orchestration.pull.context import Pulled
from orchestration.pull.progress import read_progress, stale_sources
from orchestration.pull.runner import pull_source

NOW = datetime(2026, 10, 5, 2, 0, 30, tzinfo=UTC)
SERVER_TIME = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)
TICKETS, USERS = "/api/v2/incremental/tickets/cursor.json", "/api/v2/incremental/users/cursor.json"
ORGANIZATIONS, HOURS = "/api/v2/incremental/organizations.json", "/api/v2/business_hours/schedules.json"
RATINGS, GROUPS = "/api/v2/satisfaction_ratings.json", "/api/v2/groups.json"
COUNTS = {
    "tickets": 5,
    "ticket_audits": 10,
    "users": 3,
    "organizations": 1,
    "groups": 2,
    "satisfaction_ratings": 1,
    "schedules": 1,
    "holidays": 1,
}
"""What the helpdesk below has; SLA policies are not part of its plan."""


class Zendesk:
    """A helpdesk with five tickets, three users and one rating, that gives two rows a page."""

    def __init__(self, api: Any) -> None:
        self.api = api
        self.token = "the-token"
        self.tickets = [ticket(number) for number in range(1, 6)]
        self.users = [user(number) for number in (101, 102, 103)]
        api.allows = lambda request: request.headers.get("authorization") == self._expected()
        api.route(TICKETS, lambda request: self._stream(request, "tickets", self.tickets))
        api.route(USERS, lambda request: self._stream(request, "users", self.users))
        api.route("/api/v2/tickets/", self._audits)
        api.route(RATINGS, self._ratings)
        api.route(GROUPS, self._groups)
        api.route(ORGANIZATIONS, lambda request: {"organizations": [organization(7)], "end_of_stream": True})
        api.route(HOURS, lambda request: {"schedules": [{"id": 4, "time_zone": "Berlin", "intervals": []}]})
        holiday = {"id": 8, "name": "Neujahr", "start_date": "2027-01-01", "end_date": "2027-01-01"}
        api.route(HOURS.replace(".json", "/4/holidays.json"), lambda request: {"holidays": [holiday]})

    def _expected(self) -> str:
        return "Basic " + base64.b64encode(f"ops@shop.example/token:{self.token}".encode()).decode()

    def _stream(self, request: Any, name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        start, at = map(int, request.query.get("cursor", f"{request.query.get('start_time')}.0").split("."))
        changed = [row for row in rows if when(row) >= start]
        end = at + 2
        return {
            name: changed[at:end],
            "after_url": f"{self.api.url}{request.path}?cursor={start}.{end}",
            "end_of_stream": end >= len(changed),
        }

    def _audits(self, request: Any) -> dict[str, Any]:
        number = int(request.path.split("/")[4])
        audits = [audit(number * 10 + 1, number), audit(number * 10 + 2, number)]
        at = int(request.query.get("page[after]", 0))
        return {"audits": audits[at : at + 1], "meta": {"has_more": at == 0, "after_cursor": str(at + 1)}}

    def _groups(self, request: Any) -> dict[str, Any]:
        at = int(request.query.get("page[after]", 0))
        group = {"id": 40 + at, "name": "Support", "deleted": False, "updated_at": "2026-10-01T00:00:00Z"}
        return {"groups": [group], "meta": {"has_more": at == 0, "after_cursor": str(at + 1)}}

    def _ratings(self, request: Any) -> dict[str, Any]:
        rating = {"id": 9, "ticket_id": 1, "score": "good", "created_at": "2026-10-01T00:00:00Z"}
        return {"satisfaction_ratings": [rating], "meta": {"has_more": False, "after_cursor": None}}


def when(row: dict[str, Any]) -> int:
    return row.get("generated_timestamp") or int(datetime.fromisoformat(row["updated_at"]).timestamp())


def ticket(number: int, day: int | None = None, **members: Any) -> dict[str, Any]:
    at = datetime(2026, 10, day or min(number, 4), 12, tzinfo=UTC)
    return {
        "id": number,
        "status": "open",
        "subject": "Größe passt nicht",
        "requester_id": 101,
        "created_at": "2026-09-30T08:00:00Z",
        "updated_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "generated_timestamp": int(at.timestamp()),
        **members,
    }


def user(number: int) -> dict[str, Any]:
    return {"id": number, "role": "end-user", "email": f"u{number}@mail.example", "updated_at": "2026-10-01T00:00:00Z"}


def organization(number: int) -> dict[str, Any]:
    return {"id": number, "name": "Lund & Söhne", "updated_at": "2026-10-01T00:00:00Z"}


def audit(number: int, ticket_id: int) -> dict[str, Any]:
    comment = {"id": number * 10, "type": "Comment", "author_id": 101, "public": True, "body": "Hallo 👋"}
    return {"id": number, "ticket_id": ticket_id, "created_at": "2026-10-01T00:00:00Z", "events": [comment]}


@pytest.fixture
def zendesk(local_api: Any) -> Zendesk:
    return Zendesk(local_api)


@pytest.fixture
def pull(zendesk: Zendesk, tables: list[Any], tmp_path: Path) -> Callable[..., Pulled]:
    """`pull()`: a night's pull; `pull(now=…, since=…)`."""
    said = {"ZENDESK_URL": zendesk.api.url, "ZENDESK_EMAIL": "ops@shop.example", "ZENDESK_API_TOKEN": "the-token"}

    def run(now: datetime = NOW, since: datetime | None = None) -> Pulled:
        return pull_source("zendesk", said, tables, tmp_path, now, since, sleep=zendesk.api.sleep)

    return run


def cursors(home: Path) -> dict[str, datetime]:
    return read_progress(home, "zendesk").cursors


def test_every_page_lands_in_the_tables_that_exports_land_in(pull, landed, tables, tmp_path) -> None:
    pulled = pull()
    assert pulled.failures == []
    assert pulled.rows == COUNTS
    assert [row["ticket"]["id"] for row in landed("zendesk/tickets")] == [1, 2, 3, 4, 5]
    loads = intake(tmp_path, tables, NOW)
    assert {load.table: load.rows_loaded for load in loads} == COUNTS
    assert {(load.status, load.rows_quarantined) for load in loads} == {("loaded", 0)}


def test_the_next_night_asks_only_for_changes_and_looks_back_an_hour(pull, zendesk, landed, tmp_path) -> None:
    pull()
    lists = ("tickets", "users", "organizations", "groups", "satisfaction_ratings", "schedules")
    assert cursors(tmp_path) == dict.fromkeys(lists, SERVER_TIME)
    zendesk.tickets[0] = ticket(1, day=5, generated_timestamp=int((SERVER_TIME - timedelta(minutes=30)).timestamp()))
    zendesk.api.requests.clear()
    assert pull(now=NOW + timedelta(days=1)).rows["tickets"] == 1
    asked = {request.path: request.query["start_time"] for request in zendesk.api.requests if "cursor" in request.path}
    assert asked == dict.fromkeys((TICKETS, USERS), str(int((SERVER_TIME - timedelta(hours=1)).timestamp())))
    assert [row["ticket"]["id"] for row in landed("zendesk/tickets")] == [1, 2, 3, 4, 5, 1]


def test_a_date_given_by_hand_pulls_again_from_there_and_moves_no_cursor_back(pull, tmp_path) -> None:
    pull()
    assert pull(since=datetime(2026, 10, 3, tzinfo=UTC)).rows["tickets"] == 3
    assert cursors(tmp_path)["tickets"] == SERVER_TIME


def test_a_night_without_changes_lands_nothing(pull, zendesk, tmp_path) -> None:
    nothing = {table: [] for table in COUNTS} | {"end_of_stream": True, "meta": {"has_more": False}}
    for path in (TICKETS, USERS, ORGANIZATIONS, GROUPS, RATINGS, HOURS):
        zendesk.api.route(path, lambda request: nothing)
    assert pull().failures == []
    assert list((tmp_path / "landing" / "zendesk").iterdir()) == []


def test_a_limit_is_waited_for_as_long_as_the_api_says(pull, zendesk) -> None:
    zendesk.api.limit = (10, 60)
    pulled = pull()
    assert pulled.failures == []
    assert pulled.rows["tickets"] == 5
    assert set(zendesk.api.slept) == {60}


def test_who_asks_for_hours_is_asked_again_tomorrow(pull, zendesk, answer) -> None:
    zendesk.api.trouble(USERS, answer(status=429, headers={"Retry-After": "7200"}))
    assert pull().failures == [f"{USERS}: answered 429 Too Many Requests"]
    assert zendesk.api.slept == []


def test_server_errors_that_heal_are_not_noticed(pull, zendesk, answer) -> None:
    zendesk.api.trouble(TICKETS, answer(status=500), answer(status=503))
    assert pull().failures == []
    assert zendesk.api.slept == [1, 2]


def test_a_server_error_that_stays_fails_its_list_and_no_other(pull, zendesk, answer, tmp_path) -> None:
    zendesk.api.trouble(USERS, *[answer({"error": "down"}, status=500)] * 8)
    pulled = pull()
    assert pulled.failures == [f"{USERS}: answered 500 Internal Server Error (down)"]
    assert pulled.rows == {table: rows for table, rows in COUNTS.items() if table != "users"}
    assert "users" not in cursors(tmp_path)


def test_a_connection_cut_in_the_middle_of_a_page_is_asked_again(pull, zendesk, answer, landed) -> None:
    zendesk.api.trouble(TICKETS, answer({"tickets": [ticket(1)], "end_of_stream": True}, is_cut=True))
    assert pull().failures == []
    assert [row["ticket"]["id"] for row in landed("zendesk/tickets")] == [1, 2, 3, 4, 5]


def test_a_connection_that_is_cut_every_time_lands_nothing_and_the_next_night_gets_all(
    pull, zendesk, answer, landed, tmp_path
) -> None:
    # The first two tickets have come when the audits of the third break off.
    zendesk.api.trouble("/tickets/3/audits", *[answer({"audits": [audit(31, 3)]}, is_cut=True)] * 8)
    pulled = pull()
    assert pulled.failures == ["/api/v2/tickets/3/audits.json: the connection was cut in the middle of an answer"]
    assert landed("zendesk/tickets") == landed("zendesk/ticket_audits") == []
    assert not list((tmp_path / "landing" / "zendesk").glob("*.part"))
    assert "tickets" not in cursors(tmp_path)
    assert pull().rows["tickets"] == 5


def test_what_a_kill_left_half_written_is_removed_and_never_read(pull, landed, tmp_path) -> None:
    left = tmp_path / "landing" / "zendesk" / "tickets-pulled-20261004T020000Z-1.ndjson.part"
    dropped = left.with_name("tickets_by_hand.ndjson.part")
    left.parent.mkdir(parents=True)
    left.write_text('{"ticket": {"id"')
    dropped.write_text("still being copied by somebody")
    pull()
    assert not left.exists()
    assert dropped.exists()


def test_refused_credentials_stop_the_source_at_once_and_say_so_without_the_token(
    pull, zendesk, tmp_path, capsys, caplog
) -> None:
    zendesk.token = "another one"
    pulled = pull()
    assert pulled.failures == [
        f"{TICKETS}: answered 401 Unauthorized: the credentials are wrong or have expired (not you)"
    ]
    assert len(zendesk.api.requests) == 1
    assert [progress.source for progress in stale_sources(tmp_path)] == ["zendesk"]
    everything = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert "the-token" not in everything + caplog.text + "".join(capsys.readouterr()) + str(pulled)


def test_a_source_that_can_be_pulled_again_is_no_longer_stale(pull, zendesk, tmp_path) -> None:
    zendesk.token = "another one"
    pull()
    zendesk.token = "the-token"
    pull(now=NOW + timedelta(days=1))
    assert stale_sources(tmp_path) == []
    assert read_progress(tmp_path, "zendesk").pulled_at == NOW + timedelta(days=1)


def test_a_new_field_is_kept_and_a_vanished_one_is_empty(pull, zendesk, tables, tmp_path) -> None:
    import polars as pl

    for row in zendesk.tickets:
        row["mood"] = "sunny"
        del row["subject"]
    pull()
    intake(tmp_path, tables, NOW)
    raw = pl.read_parquet(tmp_path / "raw/zendesk/tickets/*/*.parquet", missing_columns="insert")
    assert {json.loads(extra)["mood"] for extra in raw["_extra"]} == {"sunny"}
    assert raw["subject"].null_count() == raw.height == 5


def test_an_answer_without_its_list_is_a_failure_and_not_an_empty_list(pull, zendesk, tmp_path) -> None:
    zendesk.api.route(USERS, lambda request: {"people": [], "end_of_stream": True})
    assert pull().failures == [f"{USERS}: the answer has no list 'users'"]
    assert "users" not in cursors(tmp_path)


def test_an_answer_that_no_longer_says_whether_there_is_more_is_a_failure(pull, zendesk, tmp_path) -> None:
    zendesk.api.route(RATINGS, lambda request: {"satisfaction_ratings": []})
    assert pull().failures == [f"{RATINGS}: the answer does not say whether there are more pages"]


def test_a_vanished_member_that_the_next_request_needs_is_a_failure_of_its_list_alone(pull, zendesk, tmp_path) -> None:
    del zendesk.tickets[2]["id"]
    pulled = pull()
    assert pulled.failures == ["tickets: an answer is not of the form that is known: KeyError 'id'"]
    assert pulled.rows["users"] == 3
    assert "tickets" not in cursors(tmp_path)


def test_credentials_never_follow_a_link_to_another_host(pull, zendesk, local_api) -> None:
    elsewhere = local_api.url.replace("127.0.0.1", "localhost")
    zendesk.api.route(USERS, lambda request: {"users": [], "after_url": f"{elsewhere}/steal", "end_of_stream": False})
    assert pull().failures == [f"{USERS}: points to another host, which is not followed"]
    assert "/steal" not in zendesk.api.paths()


def test_a_long_first_pull_lands_in_parts_and_goes_on_where_it_was_cut(
    pull, zendesk, answer, landed, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("orchestration.pull.lists.PART_ROWS", 2)
    zendesk.api.trouble("/tickets/5/audits", answer(status=404))
    assert len(pull().failures) == 1
    assert [row["ticket"]["id"] for row in landed("zendesk/tickets")] == [1, 2, 3, 4]
    assert cursors(tmp_path)["tickets"] == datetime(2026, 10, 4, 12, tzinfo=UTC)
    zendesk.api.requests.clear()
    assert pull().failures == []
    assert "/api/v2/tickets/3/audits.json" not in zendesk.api.paths()
    assert "/api/v2/tickets/5/audits.json" in zendesk.api.paths()


def test_what_a_plan_does_not_have_is_passed_over_but_what_every_plan_has_is_not(pull, zendesk, answer) -> None:
    zendesk.api.trouble(RATINGS, answer({"error": "upgrade"}, status=403))
    zendesk.api.trouble(USERS, answer({"error": "admins only"}, status=403))
    assert pull().failures == [f"{USERS}: answered 403 Forbidden (admins only)"]


def test_a_holiday_knows_its_schedule(pull, landed) -> None:
    pull()
    assert [row["schedule_id"] for row in landed("zendesk/holidays")] == [4]


def test_a_deleted_ticket_is_pulled_without_its_history(pull, zendesk) -> None:
    zendesk.tickets = [ticket(1, status="deleted")]
    pulled = pull()
    assert (pulled.failures, pulled.rows["tickets"], "ticket_audits" in pulled.rows) == ([], 1, False)

"""HubSpot: objects with their links and histories, and the ones that were deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.intake.intake import intake
from orchestration.pull.context import Pulled
from orchestration.pull.runner import pull_source

NOW = datetime(2026, 10, 5, 2, 0, 30, tzinfo=UTC)
CONTACTS, DEALS = "/crm/v3/objects/contacts", "/crm/v3/objects/deals"


class Portal:
    """A portal with three contacts, of which one was deleted, and a deal; it gives two rows a page."""

    def __init__(self, api: Any, answer: Any) -> None:
        self.api, self.answer = api, answer
        self.rows = {
            CONTACTS: [record("11"), record("12"), record("13", day=4)],
            DEALS: [record("21", propertiesWithHistory={"dealstage": []})],
        }
        self.archived = {CONTACTS: [record("14", archived=True, archivedAt="2026-10-02T00:00:00Z")]}
        api.allows = lambda request: request.headers.get("authorization") == "Bearer the-token"
        api.route("/crm/v3/objects/", self._objects)
        api.route("/crm/v3/owners", lambda request: {"results": [{"id": "31", "email": "ode@shop.example"}]})
        stages = [{"id": "closedwon", "label": "Closed won", "metadata": {"probability": "1.0"}}]
        api.route("/crm/v3/pipelines/deals", lambda request: {"results": [{"id": "default", "stages": stages}]})

    def _objects(self, request: Any) -> Any:
        if "tickets" in request.path:
            return self.answer({"message": "This app hasn't been granted all required scopes"}, status=403)
        limit = 50 if "propertiesWithHistory" in request.query else 100
        if int(request.query["limit"]) > limit:
            return self.answer({"message": "too many"}, status=400)
        rows = (self.archived if request.query["archived"] == "true" else self.rows).get(request.path, [])
        at = int(request.query.get("after", 0))
        more = {"paging": {"next": {"after": str(at + 2)}}} if at + 2 < len(rows) else {}
        return {"results": rows[at : at + 2]} | more


def record(number: str, day: int = 1, **members: Any) -> dict[str, Any]:
    changed = f"2026-10-0{day}T09:00:00.123Z"
    return {
        "id": number,
        "properties": {"email": f"c{number}@mail.example"},
        "createdAt": "2026-09-01T00:00:00Z",
        "updatedAt": changed,
        "archived": False,
        **members,
    }


@pytest.fixture
def portal(local_api: Any, answer: Any) -> Portal:
    return Portal(local_api, answer)


@pytest.fixture
def pull(portal: Portal, tables: list[Any], tmp_path: Path) -> Callable[..., Pulled]:
    said = {"HUBSPOT_URL": portal.api.url, "HUBSPOT_ACCESS_TOKEN": "the-token"}
    return lambda now=NOW, since=None: pull_source(
        "hubspot", said, tables, tmp_path, now, since, sleep=portal.api.sleep
    )


def test_living_and_deleted_objects_land_and_load(pull, tables, tmp_path) -> None:
    pulled = pull()
    assert pulled.failures == []
    assert pulled.rows == {"api_contacts": 4, "api_deals": 1, "api_owners": 1, "api_deal_pipelines": 1}
    loads = intake(tmp_path, tables, NOW)
    assert sum(load.rows_loaded for load in loads) == 7
    assert sum(load.rows_quarantined for load in loads) == 0


def test_links_and_the_history_of_deals_are_asked_for(pull, portal) -> None:
    pull()
    asked = next(request.query for request in portal.api.requests if request.path == DEALS)
    assert asked["associations"] == "contacts,companies,deals"
    assert asked["propertiesWithHistory"] == "dealstage,amount,closedate,hubspot_owner_id"
    assert "deal_currency_code" in asked["properties"].split(",")


def test_only_what_has_changed_lands_again(pull, portal, landed) -> None:
    pull()
    portal.rows[CONTACTS][1] = record("12", day=5, updatedAt="2026-10-05T03:00:00Z")
    pulled = pull(NOW + timedelta(days=1))
    assert pulled.rows == {"api_contacts": 1, "api_owners": 1, "api_deal_pipelines": 1}
    assert landed("hubspot/contacts")[-1]["id"] == "12"


def test_a_record_that_was_deleted_since_comes_as_deleted(pull, portal, landed) -> None:
    pull()
    gone = portal.rows[CONTACTS].pop(0)
    portal.archived[CONTACTS].append(gone | {"archived": True, "archivedAt": "2026-10-05T03:00:00Z"})
    pull(NOW + timedelta(days=1))
    assert [(row["id"], row["archived"]) for row in landed("hubspot/contacts")][-1] == ("11", True)


def test_a_token_without_refresh_that_has_expired_is_told(pull, portal) -> None:
    portal.api.allows = lambda request: False
    assert pull().failures == [
        "/crm/v3/owners: answered 401 Unauthorized: the credentials are wrong or have expired (not you)"
    ]


def test_a_limit_without_a_word_on_how_long_is_tried_again_a_little_later(pull, portal, answer) -> None:
    portal.api.trouble(CONTACTS, *[answer({"message": "ten secondly limit"}, status=429)] * 3)
    assert pull().failures == []
    assert portal.api.slept == [1, 2, 4]

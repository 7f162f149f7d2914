"""Shopify: pages by links, and tokens that live for a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from orchestration.pull.context import Pulled
from orchestration.pull.progress import read_progress
from orchestration.pull.runner import pull_source
from orchestration.pull.vendors.shopify import VERSION

NOW = datetime(2026, 10, 5, 2, 0, 30, tzinfo=UTC)
ORDERS, CUSTOMERS = f"/admin/api/{VERSION}/orders.json", f"/admin/api/{VERSION}/customers.json"
TOKEN = "/admin/oauth/access_token"


class Shop:
    """A shop with three orders and one customer, that gives two rows a page and knows one token at a time."""

    def __init__(self, api: Any) -> None:
        self.api = api
        self.tokens = 0
        self.orders = [
            {"id": n, "name": f"#{n}", "updated_at": f"2026-10-0{n}T12:00:00+02:00", "line_items": []}
            for n in (1, 2, 3)
        ]
        api.allows = lambda request: (
            request.path == TOKEN or request.headers.get("x-shopify-access-token") == f"token-{self.tokens}"
        )
        api.route(TOKEN, self._token)
        api.route(ORDERS, lambda request: self._page(request, "orders", self.orders))
        api.route(CUSTOMERS, lambda request: self._page(request, "customers", [{"id": 7, "updated_at": "2026-10-01"}]))

    def _token(self, request: Any) -> Any:
        said = dict(parse_qsl(request.body.decode()))
        assert said == {"grant_type": "client_credentials", "client_id": "id", "client_secret": "the-secret"}
        self.tokens += 1
        return {"access_token": f"token-{self.tokens}", "expires_in": 86399}

    def _page(self, request: Any, name: str, rows: list[dict[str, Any]]) -> Any:
        if "page_info" in request.query:
            # A page of a chain takes no other filter than its size.
            assert set(request.query) == {"page_info", "limit"}
        else:
            assert request.query["order"] == "updated_at asc"
        at = int(request.query.get("page_info", 0))
        more = f'<{self.api.url}{request.path}?limit=250&page_info={at + 2}>; rel="next"'
        answer = type(self).answer
        return answer({name: rows[at : at + 2]}, headers={"Link": more} if at + 2 < len(rows) else {})


@pytest.fixture
def shop(local_api: Any, answer: Any) -> Shop:
    Shop.answer = answer
    return Shop(local_api)


@pytest.fixture
def pull(shop: Shop, tables: list[Any], tmp_path: Path) -> Callable[..., Pulled]:
    said = {"SHOPIFY_URL": shop.api.url, "SHOPIFY_CLIENT_ID": "id", "SHOPIFY_CLIENT_SECRET": "the-secret"}
    return lambda now=NOW: pull_source("shopify", said, tables, tmp_path, now, sleep=shop.api.sleep)


def test_every_page_of_orders_and_customers_lands(pull, landed) -> None:
    pulled = pull()
    assert (pulled.failures, pulled.rows) == ([], {"api_orders": 3, "api_customers": 1})
    assert [order["id"] for order in landed("shopify/orders")] == [1, 2, 3]


def test_the_first_pull_asks_for_all_orders_and_the_next_for_changed_ones(pull, shop) -> None:
    pull()
    pull(NOW + timedelta(days=1))
    asked = [request.query for request in shop.api.requests if request.path == ORDERS and "order" in request.query]
    assert [query["status"] for query in asked] == ["any", "any"]
    assert [query.get("updated_at_min") for query in asked] == [None, "2026-10-05T01:00:00Z"]


def test_a_token_that_expires_between_two_pages_is_renewed_and_nothing_is_lost(pull, shop, landed) -> None:
    pages = shop._page

    def expire_after_the_first_page(request: Any, name: str, rows: Any) -> Any:
        page = pages(request, name, rows)
        if name == "orders" and "page_info" not in request.query:
            shop.tokens += 1
        return page

    shop._page = expire_after_the_first_page
    assert pull().failures == []
    assert [order["id"] for order in landed("shopify/orders")] == [1, 2, 3]
    assert shop.api.paths().count(TOKEN) == 2


def test_a_shop_that_refuses_the_app_is_told_and_nothing_is_asked(pull, shop, answer, tmp_path) -> None:
    shop.api.trouble(TOKEN, answer({"error_description": "unknown client"}, status=401))
    failures = pull().failures
    assert len(failures) == 1
    assert "401" in failures[0]
    assert "the credentials are wrong or have expired (unknown client)" in failures[0]
    assert ORDERS not in shop.api.paths()
    assert "the-secret" not in str(failures) + read_progress(tmp_path, "shopify").path.read_text()


def test_a_bucket_that_runs_over_is_waited_for(pull, shop) -> None:
    shop.api.limit = (2, 4)
    assert pull().failures == []
    assert set(shop.api.slept) == {4}

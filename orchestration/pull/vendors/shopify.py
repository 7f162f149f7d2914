"""Shopify: changed orders (with lines and refunds) and changed customers, of the REST Admin API."""

from __future__ import annotations

from collections.abc import Mapping

import requests
from dlt.sources.helpers.rest_client.paginators import HeaderLinkPaginator

from orchestration.pull.auth import RenewedToken
from orchestration.pull.endpoint import Endpoint, iso
from orchestration.pull.vendor import Vendor

VERSION = "2026-01"
"""A version is served for a year; later Shopify answers with the oldest that it still serves."""
IN_ORDER = {"limit": 250, "order": "updated_at asc"}


class ShopToken(RenewedToken):
    """Shopify's tokens live for a day and travel in a header of their own."""

    header = "X-Shopify-Access-Token"
    prefix = ""


def auth(credentials: Mapping[str, str], session: requests.Session) -> ShopToken:
    return ShopToken(
        access_token_url=f"{credentials['SHOPIFY_URL'].rstrip('/')}/admin/oauth/access_token",
        client_id=credentials["SHOPIFY_CLIENT_ID"],
        client_secret=credentials["SHOPIFY_CLIENT_SECRET"],
        session=session,
    )


SHOPIFY = Vendor(
    source="shopify",
    auth=auth,
    endpoints=(
        Endpoint(
            table="api_orders",
            path=f"/admin/api/{VERSION}/orders.json",
            rows="orders",
            paginator=HeaderLinkPaginator,
            params={"status": "any", **IN_ORDER},
            since=iso("updated_at_min"),
            in_order_of="updated_at",
            file="orders",
        ),
        Endpoint(
            table="api_customers",
            path=f"/admin/api/{VERSION}/customers.json",
            rows="customers",
            paginator=HeaderLinkPaginator,
            params=IN_ORDER,
            since=iso("updated_at_min"),
            in_order_of="updated_at",
            file="customers",
        ),
    ),
)

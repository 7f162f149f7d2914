"""Every order, ticket and deal of a mart is followed to the line it came from, whatever its source calls an id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from data_quality.contracts import load_source_tables
from data_quality.metrics.provenance import loads_that_touch, origins
from orchestration.settings import PROJECT_DIR

FED = {"orders": "fct_orders", "tickets": "fct_tickets", "opportunities": "fct_opportunities"}
WITHOUT_IDS = {"wukong"}
"""Sources whose records have no id of their own in an export, so that theirs is made of names."""
KEYS = {"fct_orders": "order_id", "fct_tickets": "ticket_id", "fct_opportunities": "opportunity_id"}


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    opened = "2026-10-01 09:00:00"
    purchase = {"customer_id": "A", "purchase_date": "2026-01-05", "number_of_cds": 1, "dollar_value": 12.5}
    line = {"invoice_date": opened, "quantity": 1, "unit_price": 2.0, "customer_id": "9"}
    estate = make_estate(
        {
            "cdnow.purchases": [purchase, purchase, purchase | {"customer_id": "B"}],
            "online_retail.invoice_lines": [line | {"invoice_no": number} for number in ("1", "C2", "C2")],
            "shopify.orders": [
                {"order_name": "#1", "order_id": "'501", "created_at": opened, "total": 5, "currency": "USD"},
                {"order_name": "#1", "lineitem_name": "Mug"},
                {"order_name": "#2", "order_id": None, "created_at": opened, "total": 6, "currency": "USD"},
            ],
            "zendesk.tickets": [{"id": number, "status": "open", "created_at": opened} for number in (7, 8)],
            # Numbers of other records must not be taken for the ticket's.
            "zendesk.users": [{"id": 7, "role": "end-user"}],
            "hubspot.deals": [{"record_id": "31", "deal_stage": "Negotiation", "create_date": "2026-10-01"}],
            "crm_sales.sales_pipeline": [{"opportunity_id": "X", "deal_stage": "Prospecting"}],
        }
    )
    estate.write("zendesk.tickets", [{"id": 8, "status": "solved", "created_at": opened}], load="second")
    estate.build_models("+fct_orders", "+fct_tickets", "+fct_opportunities")
    return estate


def lines(estate: Any, mart: str) -> dict[str, list[str]]:
    """id → every line known of it."""
    ids = [one for (one,) in estate.query(f"select {KEYS[mart]} from marts.{mart}")]
    found = origins(estate.home, load_source_tables(estate.project), mart, ids)
    return {one: [f"{place.file}:{place.line}+{place.count_lines}" for place in found.get(one, [])] for one in ids}


def test_orders_are_found_by_number_by_name_and_by_place(estate: Any) -> None:
    assert lines(estate, "fct_orders") == {
        "cdnow:A-20260105-1": ["first.csv:1+1"],
        "cdnow:A-20260105-2": ["first.csv:2+1"],
        "cdnow:B-20260105-1": ["first.csv:3+1"],
        "online_retail:1": ["first.csv:1+1"],
        "online_retail:C2": ["first.csv:2+2"],
        "shopify:501": ["first.csv:1+1"],
        "shopify:#2": ["first.csv:3+1"],
    }


def test_a_ticket_is_the_line_of_its_newest_load_and_never_another_record(estate: Any) -> None:
    assert lines(estate, "fct_tickets") == {"zendesk:7": ["first.csv:1+1"], "zendesk:8": ["second.csv:1+1"]}


def test_deals_of_two_systems_are_found(estate: Any) -> None:
    assert lines(estate, "fct_opportunities") == {"hubspot:31": ["first.csv:1+1"], "crm_sales:X": ["first.csv:1+1"]}


def test_loads_are_counted_by_the_rows_they_touch(estate: Any) -> None:
    loads = {"second": "zendesk", "first": "zendesk", "c": "hubspot"}
    tickets = {"fct_tickets": ["zendesk:7", "zendesk:8", "hubspot:7"]}
    tables = load_source_tables(estate.project)
    assert loads_that_touch(estate.home, tables, tickets, loads) == {"second": 1, "first": 2}


@pytest.mark.parametrize("entity", FED)
def test_every_source_says_which_rows_a_mart_row_is_made_of(entity: str) -> None:
    fed = {
        path.stem.removeprefix("stg_").split("__")[0] for path in PROJECT_DIR.glob(f"models/staging/*/*__{entity}.sql")
    }
    told = {table.source for table in load_source_tables(PROJECT_DIR) if FED[entity] in table.rows_of}
    assert fed - told == {source for source in WITHOUT_IDS if source in fed}, "say rows_of in the source's YAML"

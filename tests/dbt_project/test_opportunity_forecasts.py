"""agg_opportunity_forecasts: what the pipeline said at past month starts, from what was known then, and what came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

LEA, SAM = "hubspot:7", "hubspot:8"


def deal(number: int, price: str, closed: str | None, **histories: dict[str, str]) -> dict:
    """`histories` name values by the moment from which they held."""
    stage = "closedwon" if closed else "qualifiedtobuy"
    return {
        "id": str(number),
        "created_at": "2026-07-01",
        "updated_at": closed or "2026-07-01",
        "properties": {"dealstage": stage, "amount": price, "closedate": closed, "hubspot_owner_id": "8"},
        "properties_with_history": {
            name: [{"value": value, "timestamp": f"{moment}T00:00:00Z"} for moment, value in reversed(values.items())]
            for name, values in histories.items()
        },
    }


def qualified(since: str, won: str | None = None) -> dict[str, str]:
    return {since: "qualifiedtobuy"} | ({won: "closedwon"} if won else {})


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    estate = make_estate(
        {
            "hubspot.api_deals": [
                # Grew after the first of August and changed hands; 40 % until it was won.
                deal(
                    1,
                    "900",
                    "2026-08-20",
                    dealstage=qualified("2026-07-10", "2026-08-20"),
                    amount={"2026-07-10": "100", "2026-08-05": "900"},
                    closedate={"2026-07-10": "2026-08-31", "2026-08-20": "2026-08-20"},
                    hubspot_owner_id={"2026-07-10": "7", "2026-08-10": "8"},
                ),
                # Overdue on every first, and never won.
                deal(
                    2,
                    "500",
                    None,
                    dealstage=qualified("2026-07-10"),
                    amount={"2026-07-10": "500"},
                    closedate={"2026-07-10": "2026-07-20"},
                    hubspot_owner_id={"2026-07-10": "8"},
                ),
                # Its amount was never recorded.
                deal(
                    3,
                    "70",
                    "2026-10-10",
                    dealstage=qualified("2026-09-15", "2026-10-10"),
                    closedate={"2026-09-15": "2026-10-31", "2026-10-10": "2026-10-10"},
                    hubspot_owner_id={"2026-09-15": "7"},
                ),
            ],
            # Without history: on neither side.
            "crm_sales.sales_pipeline": [
                {"opportunity_id": "X", "deal_stage": "Won", "sales_agent": "Ann", "close_value": 9}
                | {"engage_date": "2026-07-01", "close_date": "2026-08-01"}
            ],
        }
    )
    estate.build_models("+agg_opportunity_forecasts")
    return estate


@pytest.fixture(scope="module")
def said(estate: Any) -> dict[tuple, tuple]:
    columns = "count_opportunities, open_amount, expected_revenue_amount, count_won, won_amount"
    rows = estate.query(f"""
        select origin_date, close_month_date, owner_id, {columns} from marts.agg_opportunity_forecasts
        where source_name = 'hubspot'""")
    return {row[:3]: row[3:] for row in rows}


def first(month: int) -> date:
    return date(2026, month, 1)


def test_a_forecast_is_made_of_what_was_known_then(said: dict) -> None:
    assert said[first(8), first(8), LEA] == (1, 100, 40, 0, 0), "neither the later amount nor the later owner"


def test_what_was_won_belongs_to_whoever_won_it_and_stands_beside_every_forecast_of_its_month(said: dict) -> None:
    assert said[first(8), first(8), SAM] == (1, 500, 200, 1, 900), "the overdue deal is still hoped for"
    assert (first(7), first(8), LEA) not in said, "the system's history begins later"


def test_a_forecast_is_a_share_of_the_amount_never_a_percentage(estate: Any) -> None:
    assert estate.query("""
        select count(*) from marts.agg_opportunity_forecasts where expected_revenue_amount > open_amount""") == [(0,)]


def test_an_amount_that_nobody_recorded_makes_no_forecast_of_zero(said: dict) -> None:
    assert said[first(10), first(10), LEA] == (1, None, None, 1, 70)
    assert said[first(9), first(10), LEA] == (0, 0, 0, 1, 70), "it did not exist on the first of September"


def test_the_running_month_has_a_forecast_and_no_outcome(said: dict) -> None:
    assert said[first(11), first(11), SAM] == (1, 500, 200, None, None)


def test_deals_without_history_are_on_neither_side(estate: Any) -> None:
    assert estate.query("select distinct source_name from marts.agg_opportunity_forecasts") == [("hubspot",)]

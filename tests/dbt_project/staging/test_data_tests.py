"""dbt's own tests on staging: each kind stops, or warns of, the row that it is there for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest

NOON = datetime(2026, 1, 5, 12, 0)


@pytest.fixture(scope="module")
def verdicts(dbt: Callable, estate_in: Callable, tmp_path_factory) -> dict[str, str]:
    """Name of the test → its verdict, after a build on an estate in which each row is wrong in one way."""
    home = tmp_path_factory.mktemp("poisoned_home")
    estate = estate_in(home, home / "warehouse.duckdb")
    line = {"lineitem_name": "Tea", "lineitem_quantity": 1, "lineitem_price": Decimal(1)}
    order = line | {"order_id": "9", "total": Decimal(1), "created_at": NOON}
    estate.land(
        "shopify.orders", [order | {"order_name": "#1"}, order | {"order_name": "#2"}, line | {"order_name": "#3"}]
    )
    estate.land("nps_survey.responses", [{"response_id": "r1", "score": 11, "submitted_at": NOON}])
    estate.land("zendesk.tickets", [{"id": 1, "status": "parked", "created_at": NOON}])
    estate.land("zendesk.ticket_audits", [{"id": 5, "ticket_id": 2, "created_at": NOON, "events": "[]"}])
    hours = '[{"start_time": 0, "end_time": 60}]'
    estate.land("zendesk.schedules", [{"id": 1, "time_zone": "Atlantis", "intervals": hours}])
    target = '[{"metric": "first_smile_time", "priority": "low", "target": 5}]'
    estate.land("zendesk.sla_policies", [{"id": 1, "policy_metrics": target}])
    estate.land("hubspot.engagements", [{"activity_id": "1", "activity_type": "FAX"}])
    estate.land("crm_sales.sales_pipeline", [{"opportunity_id": "1", "deal_stage": "Won", "account": "Nobody Ltd"}])
    estate.land("mailchimp.campaign_recipients", [{"campaign_id": "c9", "member_id": "m9"}])
    finished = dbt("build", home, home / "warehouse.duckdb")
    assert not finished.success, "dbt accepted the poisoned estate"
    return finished.verdicts


@pytest.mark.parametrize(
    "test",
    [
        "key_stg_shopify__orders_order_id",
        "accepted_values_stg_nps_survey__survey_responses_score",
        "accepted_values_stg_zendesk__tickets_status",
        "not_null_stg_zendesk__schedules_timezone",
        "accepted_values_stg_hubspot__activities_activity_type",
        "not_null_stg_hubspot__activities_occurred_at",
    ],
)
def test_a_row_that_would_falsify_answers_stops_the_run(test: str, verdicts: dict[str, str]) -> None:
    assert [status for name, status in verdicts.items() if name.startswith(test)] == ["fail"]


@pytest.mark.parametrize(
    "test",
    [
        "relationships_stg_shopify__order_lines_order_id",
        "relationships_stg_zendesk__ticket_events_ticket_id",
        "not_null_stg_zendesk__sla_policies_metric_name",
        "relationships_stg_crm_sales__opportunities_account_id",
        "relationships_stg_mailchimp__campaign_touches_campaign_id",
        "not_null_stg_mailchimp__campaign_touches_occurred_at",
    ],
)
def test_a_row_that_leads_nowhere_is_reported_and_kept(test: str, verdicts: dict[str, str]) -> None:
    assert [status for name, status in verdicts.items() if name.startswith(test)] == ["warn"]


def test_tests_on_what_was_not_poisoned_pass(verdicts: dict[str, str]) -> None:
    tests_of_cdnow = {name: status for name, status in verdicts.items() if "cdnow" in name and "stg_" not in name[:4]}
    assert set(tests_of_cdnow.values()) == {"pass"}

"""Every staging model gives the canonical columns of its entity, in order and type, also without any export."""

from __future__ import annotations

import re
from pathlib import Path
from statistics import median

import pytest
import yaml

STAGING = Path(__file__).parents[3] / "dbt_project" / "models" / "staging"
MODELS = sorted(STAGING.glob("*/stg_*.sql"), key=lambda path: path.stem)
SHARED_ROWS = {
    "stg_cdnow__order_rows",
    "stg_salesforce__person_records",
    "stg_intercom__conversation_parts",
    "stg_shopify__order_rows",
    "stg_stripe__charge_rows",
    "stg_stripe__invoice_rows",
    "stg_zendesk__listed_tickets",
}
"""Models that only other models of their source read."""

CANONICAL = {
    "contacts": "contact_id source_name email full_name phone account_id owner_id lifecycle_stage lead_source country "
    "created_at updated_at",
    "accounts": "account_id source_name account_name industry country owner_id parent_account_id count_employees "
    "annual_revenue_amount created_at",
    "opportunities": "opportunity_id source_name opportunity_name account_id contact_id owner_id product_name "
    "pipeline_name stage_name status amount probability lead_source created_at close_date updated_at",
    "activities": "activity_id source_name activity_type direction occurred_at contact_id account_id opportunity_id "
    "owner_id outcome",
    "campaigns": "campaign_id source_name campaign_name subject_line sent_at",
    "campaign_touches": "touch_id source_name campaign_id contact_id touch_type occurred_at",
    "consents": "contact_id source_name has_marketing_consent changed_at",
    "orders": "order_id source_name contact_id ordered_at order_type currency gross_amount refund_amount "
    "discount_amount sales_channel is_cancelled",
    "order_lines": "order_line_id order_id source_name product_id product_name quantity unit_price_amount line_amount",
    "tickets": "ticket_id source_name contact_id account_id assignee_id group_id status priority ticket_type channel "
    "category subject reported_count_reopens reported_count_reassignments created_at updated_at",
    "ticket_comments": "comment_id ticket_id source_name author_id author_role is_public created_at",
    "ticket_events": "event_id ticket_id source_name occurred_at event_number actor_id status assignee_id group_id "
    "priority",
    "survey_responses": "response_id source_name survey_type contact_id ticket_id assignee_id score is_good "
    "responded_at",
    "users": "user_id source_name user_name email role team_name",
    "leads": "lead_id source_name contact_id email full_name phone company_name lead_source status owner_id "
    "is_converted converted_at converted_account_id converted_opportunity_id created_at updated_at",
    "opportunity_stages": "opportunity_stage_id source_name opportunity_id stage_name status amount probability "
    "close_date changed_at actor_id",
    "subscriptions": "subscription_id source_name contact_id product_id product_name status currency "
    "recurring_amount billing_period count_billing_periods quantity started_at trial_ends_at cancelled_at ended_at "
    "created_at updated_at",
    "payments": "payment_id source_name contact_id order_id subscription_id payment_type status currency amount "
    "failure_reason occurred_at",
    "schedules": "schedule_id source_name schedule_name timezone weekday_number start_minute end_minute",
    "holidays": "holiday_id source_name schedule_id holiday_name start_date end_date",
    "sla_policies": "sla_policy_id source_name policy_name position_number metric_name priority target_minutes "
    "is_business_hours",
}


def type_of(column: str) -> str:
    """The type that a column's name promises (METRICS.md, conventions)."""
    promises = {
        r".*_at": "TIMESTAMP",
        r".*_date": "DATE",
        r"(.*_)?amount": "DECIMAL(18,4)",
        r"(is|has)_.*": "BOOLEAN",
        r"count_.*|reported_count_.*|.*_number|.*_minute|quantity|score": "BIGINT",
        r"probability|.*_minutes": "DOUBLE",
    }
    return next((kind for pattern, kind in promises.items() if re.fullmatch(pattern, column)), "VARCHAR")


def entity_of(model: str) -> str:
    return model.split("__")[1]


@pytest.mark.parametrize("model", [path.stem for path in MODELS if path.stem not in SHARED_ROWS])
def test_a_model_has_the_columns_of_its_entity_and_no_rows_without_exports(model: str, estate) -> None:
    found = estate.query(f"select column_name, column_type from (describe staging.{model})")
    assert found == [(column, type_of(column)) for column in CANONICAL[entity_of(model)].split()]
    assert estate.query(f"select count(*) from staging.{model}") == [(0,)]


def test_the_sources_map_to_every_canonical_entity() -> None:
    assert {entity_of(path.stem) for path in MODELS if path.stem not in SHARED_ROWS} <= set(CANONICAL)


def test_every_column_of_every_model_is_described() -> None:
    described = {}
    for path in STAGING.glob("*/_*__models.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
            described[model["name"]] = {column["name"] for column in model["columns"] if column["description"]}
            assert model["description"], model["name"]
    assert set(described) == {path.stem for path in MODELS}
    for model in set(described) - SHARED_ROWS:
        assert described[model] == set(CANONICAL[entity_of(model)].split()), model


def test_models_read_their_own_source_and_stay_small() -> None:
    for path in MODELS:
        sql, source = path.read_text(encoding="utf-8"), path.parent.name
        assert path.stem.startswith(f"stg_{source}__")
        assert set(re.findall(r"raw\('(\w+)'", sql)) <= {source}, path.name
        assert {name.split("__")[0] for name in re.findall(r"ref\('(\w+)'\)", sql)} <= {f"stg_{source}"}, path.name
        assert "source(" not in sql.replace("raw(", ""), path.name
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in MODELS]
    assert median(lengths) < 50
    assert max(lengths) <= 120

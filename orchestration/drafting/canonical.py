"""The canonical entities that staging maps every source to: their columns in order, and the type of each.

What a column means stands in `models/staging/_canonical_columns.md`. Stays out: any source.
"""

from __future__ import annotations

import re

CANONICAL = {
    entity: tuple(columns.split())
    for entity, columns in {
        "contacts": "contact_id source_name email full_name phone account_id owner_id lifecycle_stage lead_source "
        "country created_at updated_at",
        "contact_details": "contact_id source_name given_name family_name birth_date street_address postal_code city "
        "national_id external_id",
        "demographics": "contact_id source_name attribute value",
        "accounts": "account_id source_name account_name industry country owner_id parent_account_id count_employees "
        "currency annual_revenue_amount created_at",
        "leads": "lead_id source_name contact_id email full_name phone company_name lead_source landing_page "
        "status owner_id is_converted converted_at converted_account_id converted_opportunity_id created_at updated_at",
        "opportunities": "opportunity_id source_name opportunity_name account_id contact_id owner_id product_name "
        "pipeline_name stage_name status currency amount probability "
        "forecast_category lead_source created_at close_date updated_at",
        "opportunity_stages": "opportunity_stage_id source_name opportunity_id stage_name status currency amount "
        "probability close_date changed_at actor_id owner_id",
        "activities": "activity_id source_name activity_type direction occurred_at contact_id account_id "
        "opportunity_id owner_id outcome",
        "campaigns": "campaign_id source_name campaign_name subject_line channel list_name sent_at currency "
        "budget_amount cost_amount",
        "campaign_touches": "touch_id source_name campaign_id contact_id touch_type variant_name occurred_at",
        "campaign_costs": "campaign_id source_name campaign_source_name spent_date currency cost_amount",
        "consents": "contact_id source_name has_marketing_consent changed_at",
        "products": "product_id source_name product_name product_category currency list_price_amount",
        "orders": "order_id source_name contact_id ordered_at order_type currency gross_amount refund_amount "
        "discount_amount sales_channel is_cancelled",
        "order_lines": "order_line_id order_id source_name product_id product_name quantity unit_price_amount "
        "line_amount",
        "subscriptions": "subscription_id source_name contact_id product_id product_name status currency "
        "recurring_amount billing_period count_billing_periods quantity started_at trial_ends_at cancelled_at "
        "ended_at created_at updated_at",
        "subscription_periods": "subscription_period_id source_name subscription_id product_id product_name currency "
        "recurring_amount started_at ended_at",
        "payments": "payment_id source_name contact_id order_id subscription_id payment_type status currency amount "
        "failure_reason occurred_at",
        "tickets": "ticket_id source_name contact_id account_id assignee_id group_id status priority ticket_type "
        "channel category subject reported_count_reopens reported_count_reassignments created_at updated_at",
        "ticket_comments": "comment_id ticket_id source_name author_id author_role is_public body created_at",
        "ticket_descriptions": "ticket_id source_name description",
        "ticket_events": "event_id ticket_id source_name occurred_at event_number actor_id status assignee_id "
        "group_id priority schedule_id is_assignee_removed is_group_removed",
        "follow_ups": "follow_up_id source_name contact_id account_id opportunity_id owner_id created_at due_date "
        "is_done done_at",
        "survey_requests": "request_id source_name survey_type contact_id ticket_id requested_at",
        "survey_responses": "response_id source_name survey_type contact_id ticket_id assignee_id score is_good "
        "responded_at",
        "schedules": "schedule_id source_name schedule_name timezone weekday_number start_minute end_minute "
        "valid_from_at valid_until_at",
        "holidays": "holiday_id source_name schedule_id holiday_name start_date end_date",
        "sla_policies": "sla_policy_id source_name policy_name position_number metric_name priority target_minutes "
        "is_business_hours",
        "sla_targets": "sla_target_id ticket_id source_name policy_name metric_name target_minutes is_business_hours "
        "applied_at",
        "reported_ticket_metrics": "reported_metric_id ticket_id source_name metric_name reported_value",
        "teams": "team_id source_name team_name",
        "user_roles": "user_role_id source_name user_id role valid_from_at valid_until_at",
        "exchange_rates": "currency to_currency rate_date source_name exchange_rate",
        "users": "user_id source_name user_name email role team_name",
    }.items()
}

_PROMISES = {
    r".*_at": "timestamp",
    r".*_date": "date",
    r"(.*_)?amount": "decimal(18,4)",
    r"(is|has)_.*": "boolean",
    r"count_.*|reported_count_.*|.*_number|.*_minute|quantity|score": "bigint",
    r"probability|.*_minutes|reported_value|.*_rate": "double",
}


def type_of(column: str) -> str:
    """The type that the name of a canonical column promises; varchar where it promises none."""
    return next((kind for pattern, kind in _PROMISES.items() if re.fullmatch(pattern, column)), "varchar")

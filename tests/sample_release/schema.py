"""The tables of a build file as the marts, scores and segments declare them, with types read off the naming rules.

Belongs here: column names per table and the rule name → type. Stays out: the rows (estate).
"""

from __future__ import annotations

_SCORE = "customer_id, as_of_date, model_version, score, low, high, reasons, evidence"

COLUMNS = {
    "marts.fct_orders": """order_id, customer_id, source_name, ordered_at, order_date, order_type, currency,
        exchange_rate, original_gross_amount, original_refund_amount, gross_amount, refund_amount, net_amount,
        discount_amount, sales_channel, is_cancelled, is_purchase, count_lines, count_units, customer_order_number""",
    "marts.fct_order_lines": """order_line_id, order_id, customer_id, source_name, order_date, product_id, product_name,
        quantity, unit_price_amount, currency, original_line_amount, line_amount""",
    "marts.dim_products": """product_id, source_name, product_name, product_category, is_listed, list_price_amount,
        list_price_currency, last_price_amount, last_price_currency, first_sold_date, last_sold_date""",
    "marts.dim_currencies": """currency, is_reporting_currency, count_amounts, count_unconverted_amounts,
        first_unconverted_date, last_unconverted_date""",
    "marts.fct_payments": """payment_id, customer_id, source_name, order_id, subscription_id, payment_type, status,
        failure_reason, occurred_at, payment_date, currency, exchange_rate, original_amount, amount, settled_amount""",
    "marts.fct_subscriptions": """subscription_stretch_id, subscription_id, stretch_number, customer_id, source_name,
        product_name, billing_period, status, started_at, ended_at, is_running, cancelled_at, currency, exchange_rate,
        original_mrr_amount, mrr_amount""",
    "marts.fct_mrr_movements": """mrr_movement_id, customer_id, movement_month, movement_type, opening_mrr_amount,
        change_mrr_amount, closing_mrr_amount""",
    "marts.fct_rfm_groups": """rfm_stretch_id, customer_id, rfm_group, previous_rfm_group, started_date, ended_date,
        is_current""",
    "marts.agg_customer_cohorts": """cohort_period_id, cohort_month, months_since_first_order, count_customers, is_over,
        count_active_customers, count_repeat_customers, net_revenue_amount""",
    "marts.fct_tickets": """ticket_id, customer_id, account_id, source_name, created_at, created_date, updated_at,
        status, priority, ticket_type, channel, category, assignee_id, group_id, first_reply_time_calendar_minutes,
        first_reply_time_business_minutes, full_resolution_business_minutes,
        first_resolution_calendar_minutes, full_resolution_calendar_minutes, requester_wait_time_calendar_minutes,
        agent_wait_time_calendar_minutes, on_hold_time_calendar_minutes, is_one_touch_resolution,
        is_two_touch_resolution, is_multi_touch_resolution, count_reopens, count_public_agent_comments,
        count_end_user_comments, count_internal_comments, count_assignee_stations, count_group_stations,
        count_ticket_events, reported_count_reopens, reported_count_reassignments, first_solved_at, last_solved_at,
        is_solved, is_open, csat_score, is_good_satisfaction, csat_assignee_id""",
    "marts.fct_sla_events": """sla_event_id, ticket_id, source_name, sla_policy_name, metric, priority_applied,
        target_minutes, in_business_hours, sla_applied_at, clock_started_at, clock_stopped_at, sla_breach_at,
        sla_elapsed_minutes, is_active_sla, is_sla_breach, is_replaced, is_sla_met, sla_decided_at, assignee_id,
        group_id""",
    "marts.fct_agent_credits": """credit_id, credit_type, ticket_id, source_name, credited_at, agent_id, team_id,
        role_in_force, calendar_minutes, business_minutes, is_good""",
    "marts.fct_ticket_parity": """parity_id, ticket_id, source_name, metric_name, reported_value, our_value,
        parity_status""",
    "marts.agg_backlog_days": """backlog_day_id, source_name, backlog_date, count_created, count_solved,
        count_reopened, count_open_tickets""",
    "marts.dim_teams": "team_id, source_name, team_name",
    "marts.fct_opportunities": """opportunity_id, customer_id, account_id, owner_id, source_name, product_name,
        pipeline_name, stage_name, status, is_won, is_closed,
        currency, exchange_rate, original_amount, amount, probability, expected_revenue_amount, lead_source,
        created_date, close_date, days_to_close, days_since_created, count_activities, last_activity_at,
        days_without_activity, is_stale, first_complaint_date, is_promise_kept""",
    "marts.fct_opportunity_stages": """opportunity_stage_id, opportunity_id, customer_id, account_id, owner_id,
        is_owner_recorded, source_name, pipeline_name, stage_name, stage_probability, stage_number, amount, entered_at,
        left_at, next_stage_name, outcome, is_censored, days_in_stage""",
    "marts.agg_opportunity_conversions": """source_name, pipeline_name, stage_name, cohort_date, stage_probability,
        count_entered, count_converted, count_failed, count_open, median_days, conversion_probability,
        conversion_probability_low, conversion_probability_high""",
    "marts.agg_opportunity_forecasts": """origin_date, close_month_date, lead_months, source_name, pipeline_name,
        owner_id, count_opportunities, open_amount, expected_revenue_amount, is_over, count_won, won_amount""",
    "marts.fct_interactions": """interaction_id, customer_id, account_id, source_name, occurred_at, occurred_date,
        interaction_type, channel, team, direction, record_id, amount, detail""",
    "marts.dim_campaigns": """campaign_id, source_name, campaign_name, subject_line, channel, list_name, sent_at,
        count_sent, count_delivered, count_opened, count_clicked, count_replied, count_redeemed, count_bounced,
        count_unsubscribed, count_sent_long_ago, count_ordered, budget_amount, cost_amount, linear_attributed_amount,
        return_on_cost""",
    "marts.fct_campaign_touches": """campaign_id, customer_id, source_name, variant_name, sent_at,
        opened_at, clicked_at, replied_at, redeemed_at, bounced_at, unsubscribed_at, ordered_at, touched_at,
        is_delivered, is_opened, is_clicked, is_replied, is_redeemed, is_bounced, is_unsubscribed, is_ordered""",
    "marts.fct_attributed_revenue": """conversion_type, record_id, customer_id, campaign_id, is_attributed,
        converted_at, converted_date, touched_at, touch_number, count_touches, revenue_amount, first_touch_weight,
        last_touch_weight, linear_weight, position_based_weight, u_shaped_weight, w_shaped_weight, full_path_weight,
        time_decay_weight, success_weight""",
    "marts.agg_campaign_variants": """campaign_id, variant_name, measure, is_reference, count_sent, count_successes,
        share, share_low, share_high, difference, difference_low, difference_high, verdict""",
    "marts.agg_campaign_holdouts": """campaign_id, count_mailed, count_left_out, count_mailed_ordered,
        count_left_out_ordered, mailed_share, left_out_share, difference, difference_low, difference_high,
        difference_before, is_alike_before""",
    "marts.dim_accounts": """account_id, source_name, industry, country, owner_id, parent_account_id, count_employees,
        annual_revenue_amount, count_customers, count_opportunities, count_won_opportunities, won_amount, open_amount,
        count_tickets, account_name, created_at""",
    "marts.dim_customers": """customer_id, source_names, count_source_records, account_id, country, lifecycle_stage,
        lead_source, first_seen_at, has_marketing_consent, first_order_date, last_order_date, historic_number_of_orders,
        historic_clv_amount, average_order_value_amount, average_days_between_orders, count_tickets,
        count_open_tickets, count_bad_ratings, last_ticket_at, last_nps_score, count_touches_30d, last_interaction_at,
        rfm_recency_score, rfm_frequency_score, rfm_monetary_score, rfm_group,
        previous_rfm_group, rfm_group_changed_date, churn_probability, churn_band,
        next_purchase_probability_30d, next_purchase_probability_60d, next_purchase_probability_90d,
        expected_date_of_next_order, predicted_clv_amount, predicted_clv_low, predicted_clv_high,
        predicted_number_of_orders, total_clv_amount, as_of_date""",
    "scores.churn": f"{_SCORE}, churn_probability, churn_band, closed_form_probability",
    "scores.next_purchase": f"""{_SCORE}, next_purchase_probability_30d, next_purchase_probability_60d,
        next_purchase_probability_90d, expected_date_of_next_order, expected_date_low, expected_date_high""",
    "scores.lifetime_value": f"""{_SCORE}, predicted_clv_amount, predicted_clv_low, predicted_clv_high,
        predicted_number_of_orders, predicted_number_of_orders_low, predicted_number_of_orders_high""",
    "marts.agg_product_pairs": """product_id, product_name, other_product_id, other_product_name, count_orders,
        count_orders_of_product, count_orders_both, support, confidence, lift, lift_low, lift_high""",
    "scores.product_sequences": """product_id, product_name, then_product_id, then_product_name, is_refill, as_of_date,
        count_customers, count_bought, expected_bought, count_other_order, share_30d, share_30d_low, share_30d_high,
        share_60d, share_60d_low, share_60d_high, share_90d, share_90d_low, share_90d_high, base_30d, base_60d,
        base_90d, lift, lift_low, lift_high, q_value, median_days, due_from_days, due_until_days""",
    "scores.product_sequence_curves": "product_id, then_product_id, day, count_at_risk, share, low, high, base",
    "segments.seg_due_for_next_product": """customer_id, reason, product_id, then_product_id, due_from_date,
        due_until_date, share_who_buy""",
    "scores.backtests": "score_name, candidate, is_baseline, is_champion, origin_date, metric, value, n_customers",
    "scores.model_cards": "score_name, model_version, champion, is_published, verdict, card",
    "segments.customer_segments": "segment_name, customer_id, reason, as_of_date",
    "seeds.segment_definitions": "segment_name, title, description, owner, action",
    "pii.pii_customers": "customer_id, full_name, email, phone",
    "pii.pii_agents": "agent_id, agent_name",
    "pii.pii_tickets": "ticket_id, subject",
}

_TYPES = {
    "score": "DOUBLE",
    "low": "DOUBLE",
    "high": "DOUBLE",
    "value": "DOUBLE",
    "exchange_rate": "DOUBLE",
    "cohort_month": "DATE",
    "movement_month": "DATE",
    "stretch_number": "BIGINT",
    "months_since_first_order": "BIGINT",
    "probability": "DOUBLE",
    "quantity": "DOUBLE",
    "amount": "DECIMAL(18,4)",
    "average_days_between_orders": "DOUBLE",
    "return_on_cost": "DOUBLE",
    "touch_number": "BIGINT",
    **dict.fromkeys(("support", "confidence", "lift", "expected_bought", "q_value", "base", "share"), "DOUBLE"),
    **dict.fromkeys(("day", "median_days", "due_from_days", "due_until_days"), "BIGINT"),
    "days_to_close": "BIGINT",
    "days_since_created": "BIGINT",
    "days_without_activity": "BIGINT",
    "days_in_stage": "DOUBLE",
    "median_days": "DOUBLE",
    "lead_months": "BIGINT",
    "stage_number": "BIGINT",
    "n_customers": "BIGINT",
    "customer_order_number": "BIGINT",
    "historic_number_of_orders": "BIGINT",
    "last_nps_score": "BIGINT",
    "expected_date_of_next_order": "DATE",
    "in_business_hours": "BOOLEAN",
    "reported_value": "DOUBLE",
    "our_value": "DOUBLE",
    "expected_date_low": "DATE",
    "expected_date_high": "DATE",
}


def columns_of(table: str) -> list[str]:
    return [name.strip() for name in COLUMNS[table].split(",")]


def type_of(column: str) -> str:
    """The naming rules: `_at` is a timestamp, `_date` a date, `is_`/`has_` a boolean, `_amount` money, and so on."""
    if column in _TYPES:
        return _TYPES[column]
    if column.startswith(("share_", "base_", "lift_")):
        return "DOUBLE"
    if column.startswith(("is_", "has_")):
        return "BOOLEAN"
    if "count_" in column and "_account" not in column and not column.startswith("account"):
        return "BIGINT"
    if column.startswith("rfm_") and column.endswith("_score"):
        return "BIGINT"
    if column.startswith(("share", "difference")) or column.endswith(("_weight", "_share")):
        return "DOUBLE"
    if "probability" in column or column.startswith("predicted_") or column.endswith("_minutes"):
        return "DOUBLE"
    endings = {"_at": "TIMESTAMP", "_date": "DATE", "_amount": "DECIMAL(18,4)"}
    return next((data_type for ending, data_type in endings.items() if column.endswith(ending)), "VARCHAR")

"""dbt's data tests on marts, features and segments: silent on a sound estate, and each stops what it is there for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from orchestration.dbt import data_tests, manifest_path, read_manifest
from orchestration.dbt_joined_tests import asked_by, joined

MEMBERS = {name: hashlib.md5(f"{name}@shop.example".encode()).hexdigest() for name in ("iva", "ode")}
POISON = {
    "fct_orders_net_is_gross_less_refund": "update marts.fct_orders set net_amount = net_amount + 1",
    "key_fct_order_lines_order_line_id": "insert into marts.fct_order_lines select * from marts.fct_order_lines",
    "lines_add_up_to_their_order": """
        update marts.fct_order_lines set original_line_amount = original_line_amount + 5""",
    "every_record_reaches_its_mart": "delete from marts.fct_tickets where customer_id is null",
    "never_null_fct_orders_": "update marts.fct_orders set is_cancelled = null",
    "status_stretches_cover_the_ticket": """
        update intermediate.int_ticket_statuses_spanned set ended_at = ended_at + interval 1 hour where is_running""",
    "fct_tickets_touches_exclude_each_other": """
        update marts.fct_tickets set is_one_touch_resolution = true, is_multi_touch_resolution = true""",
    "fct_tickets_no_negative_duration": "update marts.fct_tickets set first_reply_time_calendar_minutes = -1",
    "fct_tickets_business_minutes_are_part_of_calendar_minutes": """
        update marts.fct_tickets set requester_wait_time_calendar_minutes = 1, on_hold_time_calendar_minutes = 2""",
    "fct_sla_events_a_breach_is_late_and_known": "update marts.fct_sla_events set sla_elapsed_minutes = 1",
    "never_null_fct_sla_events_": "update marts.fct_sla_events set is_active_sla = null",
    "relationships_fct_sla_events_ticket_id": "update marts.fct_sla_events set ticket_id = 'nobody'",
    "fct_agent_credits_a_verdict_where_one_is_due": "update marts.fct_agent_credits set is_good = null",
    "never_null_dim_agents_": "update marts.dim_agents set role = null",
    "accepted_values_fct_ticket_parity_parity_status": "update marts.fct_ticket_parity set parity_status = 'fine'",
    "agg_backlog_days_nothing_is_solved_twice": "update marts.agg_backlog_days set count_open_tickets = -1",
    "accepted_values_fct_tickets_status": "update marts.fct_tickets set status = 'on-hold'",
    "fct_opportunities_durations_are_not_negative": "update marts.fct_opportunities set days_to_close = -1",
    "fct_opportunities_probability_is_a_share": "update marts.fct_opportunities set probability = 25",
    "fct_opportunities_only_open_deals_are_stale_and_only_won_ones_promise": """
        update marts.fct_opportunities set is_promise_kept = not is_won where opportunity_id = 'hubspot:1'""",
    "fct_opportunity_stages_stays_are_in_order": "update marts.fct_opportunity_stages set days_in_stage = -1",
    "relationships_fct_opportunity_stages_opportunity_id": """
        update marts.fct_opportunity_stages set opportunity_id = 'nothing'""",
    "key_agg_opportunity_conversions_": """
        insert into marts.agg_opportunity_conversions select * from marts.agg_opportunity_conversions""",
    "agg_opportunity_conversions_add_up": "update marts.agg_opportunity_conversions set count_open = 99",
    "agg_opportunity_forecasts_know_no_future": """
        update marts.agg_opportunity_forecasts set expected_revenue_amount = 100 * expected_revenue_amount""",
    "key_agg_opportunity_forecasts_": """
        insert into marts.agg_opportunity_forecasts select * from marts.agg_opportunity_forecasts""",
    "accepted_values_fct_interactions_direction": "update marts.fct_interactions set direction = 'sideways'",
    "relationships_fct_interactions_customer_id": "update marts.fct_interactions set customer_id = 'nobody'",
    "relationships_fct_order_lines_product_id": "update marts.fct_order_lines set product_id = 'cdnow:unheard'",
    "dim_products_days_of_sale_come_in_pairs": """
        insert into marts.dim_products (product_id, last_sold_date) values ('cdnow:1', '2026-01-01')""",
    "key_dim_products_product_id": "insert into marts.dim_products (product_id) values ('cdnow:1')",
    "dim_accounts_won_are_deals": "update marts.dim_accounts set count_won_opportunities = 99",
    "dim_customers_every_buyer_has_a_group": "update marts.dim_customers set rfm_group = null",
    "dim_customers_probabilities_are_shares": "update marts.dim_customers set churn_probability = 1.2",
    "fct_rfm_groups_stretches_follow_each_other": "update marts.fct_rfm_groups set ended_date = started_date",
    "agg_customer_cohorts_nobody_is_counted_twice": """
        update marts.agg_customer_cohorts set count_active_customers = count_customers + 1""",
    "fct_payments_settle_what_succeeded": "update marts.fct_payments set settled_amount = -1",
    "fct_subscriptions_stretches_have_a_length": "update marts.fct_subscriptions set ended_at = started_at",
    "fct_mrr_movements_opening_and_change_is_closing": """
        update marts.fct_mrr_movements set closing_mrr_amount = closing_mrr_amount + 5""",
    "mrr_movements_add_up": "update marts.fct_mrr_movements set change_mrr_amount = change_mrr_amount - 1",
    "agg_customer_products_dates_are_in_order": """
        insert into marts.agg_customer_products by name
        select 'A' as customer_id, 'p' as product_id, date '2026-02-01' as first_order_date,
            date '2026-01-01' as last_order_date, 1 as count_purchase_days""",
    "agg_product_pairs_shares_and_lift_agree": """
        insert into marts.agg_product_pairs by name
        select 'p' as product_id, 'q' as other_product_id, 5 as count_orders_of_product, 9 as count_orders_both""",
    "product_sequences_shares_lie_in_their_intervals": """
        insert into scores.product_sequences by name
        select 'p' as product_id, 0.4 as share_30d, 0.5 as share_30d_low, 0.6 as share_30d_high""",
    "fct_ticket_topics_confidence_stands_beside_a_guess": "update marts.fct_ticket_topics set topic = 'delivery'",
    "accepted_values_fct_ticket_topics_sentiment": "update marts.fct_ticket_topics set sentiment = 'fine'",
    "topics_have_tickets_and_a_name": """
        insert into scores.topics by name select 'delivery' as topic, 0 as count_tickets""",
    "holds_rfm_groups": "delete from seeds.rfm_groups where rfm_group = 'Champions'",
    "ftr_customer_snapshots_recency_and_silence_add_up": "update features.ftr_customer_snapshots set t_days = 9999",
    "ftr_customer_snapshots_windows_nest": "update features.ftr_customer_snapshots set orders_30d = 99",
    "lbl_customer_outcomes_churned_is_no_order": "update features.lbl_customer_outcomes set is_churned = true",
    "lbl_customer_outcomes_next_order_is_inside_the_window": """
        update features.lbl_customer_outcomes set days_to_next_order = 90""",
    "key_int_customers_resolved_contact_id": """
        insert into intermediate.int_customers_resolved select * from intermediate.int_customers_resolved""",
    "key_fct_campaign_touches": "insert into marts.fct_campaign_touches select * from marts.fct_campaign_touches",
    "fct_campaign_touches_steps_follow_each_other": """
        update marts.fct_campaign_touches set is_clicked = true, is_opened = false""",
    "dim_campaigns_funnel_narrows": "update marts.dim_campaigns set count_delivered = count_sent + 1",
    "key_agg_campaign_variants": "insert into marts.agg_campaign_variants select * from marts.agg_campaign_variants",
    "agg_campaign_variants_lie_in_their_intervals": """
        update marts.agg_campaign_variants set difference = difference_high + 0.1""",
    "agg_campaign_holdouts_lie_in_their_intervals": """
        update marts.agg_campaign_holdouts set count_left_out_ordered = count_left_out + 1""",
    "key_fct_attributed_revenue": "insert into marts.fct_attributed_revenue select * from marts.fct_attributed_revenue",
    "attributed_revenue_is_all_revenue": "update marts.fct_attributed_revenue set linear_weight = 0.9",
    "relationships_customer_segments_segment_name": "update segments.customer_segments set segment_name = 'secret'",
    "no_offer_reaches_the_quiet": """
        insert into segments.customer_segments by name
        select 'champions' as segment_name, customer_id, 'worth much' as reason, date '2026-11-01' as as_of_date
        from segments.quiet_customers""",
    "agg_customer_channels_ranks_are_of_own_contacts": """
        update marts.agg_customer_channels set channel_rank = null""",
    "agg_customer_contacts_pressure_adds_up": "update marts.agg_customer_contacts set count_touches_7d = 99",
    "agg_survey_scores_lie_in_their_intervals": "update marts.agg_survey_scores set score = 40",
    "fct_follow_ups_overdue_is_past_due": "update marts.fct_follow_ups set is_overdue = false",
    "fct_repeat_stories_come_later": "update marts.fct_repeat_stories set days_between = -1",
    "key_customer_states_": "insert into segments.customer_states select * from segments.customer_states",
    "customer_states_last_and_are_known": "update segments.customer_states set valid_to = valid_from",
    "agg_contact_fatigue_shares_lie_in_their_intervals": "update marts.agg_contact_fatigue set responded_share = 2",
}
"""What stops the run, by the (beginning of the) name of the test that must see it."""


@pytest.fixture(scope="module")
def estate(make_estate: Callable) -> Any:
    """A sound estate with a row or two of everything."""
    purchases = [("A", "2026-01-05"), ("A", "2026-03-05"), ("A", "2026-09-05"), ("B", "2026-02-05")]
    status = {"type": "Change", "field_name": "status", "value": "open"}
    opened, later = "2026-10-01 09:00:00", "2026-10-05 09:00:00"
    promise = {"field_name": "first_reply_time", "value": {"minutes": 60, "in_business_hours": False}}
    return make_estate(
        {
            "cdnow.purchases": [
                {"customer_id": who, "purchase_date": day, "number_of_cds": 1, "dollar_value": 12.5}
                for who, day in purchases
            ],
            "zendesk.tickets": [
                {"id": 1, "requester_id": None, "status": "open", "created_at": opened, "updated_at": opened},
                {"id": 2, "requester_id": 7, "status": "open", "created_at": opened, "updated_at": opened}
                | {"via": {"channel": "email"}, "tags": ["billing"]},
                {"id": 3, "requester_id": 7, "status": "solved", "created_at": later, "updated_at": later}
                | {"via": {"channel": "web"}, "tags": ["billing"]},
            ],
            "nps_survey.responses": [
                {"response_id": "1", "email": "iva@shop.example", "score": 3, "submitted_at": "2026-10-20 09:00:00"}
            ],
            "mailchimp.campaigns": [
                {"id": name, "title": "Sale", "send_time": "2026-08-01 09:00:00"} for name in ("c1", "c2")
            ],
            "mailchimp.subscribed_members": [
                {"email_address": f"{name}@shop.example", "optin_time": day, "last_changed": day}
                for name, day in (("iva", "2026-01-01"), ("ode", "2026-01-01"), ("una", "2026-01-01"))
            ],
            "mailchimp.campaign_recipients": [
                {"campaign_id": "c1", "member_id": MEMBERS[name], "combination_id": version}
                for name, version in (("iva", "A"), ("ode", "B"))
            ]
            + [{"campaign_id": "c2", "member_id": MEMBERS["iva"]}],
            "mailchimp.campaign_activity": [
                {"campaign_id": "c1", "member_id": MEMBERS["iva"], "action": action, "occurred_at": opened}
                for action in ("open", "click", "bounce")
            ],
            "zendesk.users": [{"id": 7, "role": "end-user"}, {"id": 8, "role": "agent"}],
            "zendesk.ticket_metrics": [{"ticket_id": 1, "reopens": 0}],
            "zendesk.ticket_audits": [{"id": 1, "ticket_id": 1, "created_at": opened, "events": [status, promise]}],
            "hubspot.api_deals": [
                {"id": "1", "created_at": opened, "updated_at": opened, "properties": {"dealstage": "qualifiedtobuy"}}
                | {
                    "properties_with_history": {
                        name: [{"value": value, "timestamp": "2026-09-01T09:00:00Z"}]
                        for name, value in {
                            "dealstage": "qualifiedtobuy",
                            "amount": "99",
                            "closedate": "2026-10-15",
                        }.items()
                    }
                }
            ],
            "stripe.charges": [
                {"id": "ch_1", "customer": "cus_1", "amount": 900, "currency": "usd", "status": "succeeded"}
                | {"captured": True, "created": 1767225600}
            ],
            "stripe.subscriptions": [
                {"id": "sub_1", "customer": "cus_1", "currency": "usd", "status": "active", "created": 1767225600}
                | {"items": {"data": [{"price": {"unit_amount": 900, "recurring": {"interval": "month"}}}]}}
            ],
            "crm_sales.accounts": [{"account": "Old Mill"}],
            "crm_sales.sales_pipeline": [
                {"opportunity_id": "X", "deal_stage": "Won", "account": "Old Mill", "close_value": 9}
                | {"engage_date": "2026-01-01", "close_date": "2026-02-01"}
            ],
        }
    )


@pytest.fixture(scope="module")
def sound(estate: Any) -> dict[str, str]:
    """Verdicts of the two builds of a night."""
    first = estate.dbt("build", "--exclude", "tag:after_scores")
    estate.write_scores({})
    return first.verdicts | estate.dbt("build", "--select", "tag:after_scores").verdicts


@pytest.fixture(scope="module")
def poisoned(estate: Any, sound: dict) -> dict[str, str]:
    estate.execute(*POISON.values())
    return estate.try_dbt("test", "--exclude", "path:models/staging").verdicts


def test_a_sound_estate_passes_every_test_in_two_builds(sound: dict) -> None:
    assert {name: status for name, status in sound.items() if status not in ("success", "pass")} == {}
    assert len(sound) > 200


@pytest.mark.parametrize("name", POISON)
def test_each_test_stops_what_it_is_there_for(poisoned: dict, name: str) -> None:
    assert {status for test, status in poisoned.items() if test.startswith(name)} == {"fail"}


def test_asked_together_the_tests_of_a_model_stop_what_they_stop_one_by_one(
    estate: Any, poisoned: dict, dbt_command: Callable
) -> None:
    nodes = read_manifest(manifest_path(estate.project))["nodes"]
    together = joined(nodes, {key for key in data_tests(nodes) if nodes[key]["name"] in poisoned})
    alone = {
        name: {poisoned[nodes[key]["name"]] for key in asked_by(node, nodes)}
        for name, node in ((node["name"], node) for node in together.values())
    }
    asked = (estate.project, estate.home, estate.build_file, estate.as_of_date)
    done = dbt_command(*asked, "test", "--select", *alone, joined=together)
    assert done.verdicts == {name: "fail" if "fail" in one_by_one else "pass" for name, one_by_one in alone.items()}
    assert {"pass", "fail"} == set(done.verdicts.values())
    assert len(alone) > 60


@pytest.fixture(scope="module")
def empty_estate(make_estate: Callable) -> Any:
    estate = make_estate({})
    estate.write_scores({})
    estate.build_models(
        "+customer_segments", "+ftr_customer_snapshots", "+lbl_customer_outcomes", "+pii_tickets", "+dim_campaigns"
    )
    return estate


@pytest.mark.parametrize(
    "table",
    [
        "marts.dim_customers",
        "segments.customer_segments",
        "features.ftr_customer_snapshots",
        "pii.pii_tickets",
        "marts.dim_campaigns",
    ],
)
def test_an_estate_without_any_source_builds_too(empty_estate: Any, table: str) -> None:
    assert empty_estate.query(f"select count(*) from {table}") == [(0,)]


def test_a_column_that_the_contract_does_not_know_stops_the_build(empty_estate: Any) -> None:
    path = empty_estate.own_project() / "models" / "marts" / "pii" / "pii_tickets.sql"
    path.write_text(path.read_text(encoding="utf-8").replace("subject\n", "subject,\n    status\n"), encoding="utf-8")
    done = empty_estate.try_dbt("run", "--select", "pii_tickets")
    assert not done.success
    assert "missing in contract" in done.said


def test_an_amount_without_a_rate_is_shown_and_stops_nothing(estate: Any, poisoned: dict) -> None:
    estate.execute("update marts.dim_currencies set count_unconverted_amounts = 1")
    tested = estate.dbt("test", "--select", "every_amount_has_an_exchange_rate")
    assert tested.verdicts == {"every_amount_has_an_exchange_rate": "warn"}

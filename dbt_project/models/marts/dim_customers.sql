-- One row per resolved customer: profile, purchases, service, marketing, RFM and, once scores exist, what will
-- probably happen. Scores of another day than as_of_date are not shown as today's.
{{ config(tags=['after_scores']) }}

with deals as (
    select
        customer_id,
        count(*) as count_opportunities,
        count(*) filter (is_won) as count_won_opportunities,
        sum(amount) filter (is_won) as won_amount,
        sum(amount) filter (not is_closed) as open_amount
    from {{ ref('fct_opportunities') }}
    where customer_id is not null
    group by customer_id
)

select
    profiles.customer_id,
    profiles.source_names,
    profiles.count_source_records,
    profiles.account_id,
    profiles.owner_id,
    profiles.country,
    profiles.lifecycle_stage,
    profiles.lead_source,
    least(profiles.created_at, contacts.first_interaction_at) as first_seen_at,
    consents.has_marketing_consent,
    coalesce(consents.has_opted_out, false)
        or coalesce(contacts.unsubscribed_at >= coalesce(consents.changed_at, contacts.unsubscribed_at), false)
        as has_opted_out,
    orders.first_order_date,
    orders.last_order_date,
    coalesce(orders.historic_number_of_orders, 0) as historic_number_of_orders,
    -- Who bought nothing spent nothing; what a buyer spent in a currency without a rate is unknown.
    cast(case when orders.customer_id is null then 0 else orders.historic_clv_amount end as decimal(18, 4))
        as historic_clv_amount,
    cast(orders.average_order_value_amount as decimal(18, 4)) as average_order_value_amount,
    orders.average_days_between_orders,
    coalesce(tickets.count_tickets, 0) as count_tickets,
    coalesce(tickets.count_open_tickets, 0) as count_open_tickets,
    coalesce(tickets.count_bad_ratings, 0) as count_bad_ratings,
    tickets.last_ticket_at,
    contacts.last_nps_score,
    coalesce(deals.count_opportunities, 0) as count_opportunities,
    coalesce(deals.count_won_opportunities, 0) as count_won_opportunities,
    cast(coalesce(deals.won_amount, 0) as decimal(18, 4)) as won_amount,
    cast(coalesce(deals.open_amount, 0) as decimal(18, 4)) as open_amount,
    coalesce(contacts.count_touches_7d, 0) as count_touches_7d,
    coalesce(contacts.count_touches_30d, 0) as count_touches_30d,
    contacts.ranked_channel_affinity,
    best_channel.channel as best_channel,
    coalesce(contacts.count_own_contacts, 0) as count_own_contacts,
    best_hour.hour as best_contact_hour,
    contacts.contact_timezone,
    contacts.last_interaction_at,
    rfm.recency_score as rfm_recency_score,
    rfm.frequency_score as rfm_frequency_score,
    rfm.monetary_score as rfm_monetary_score,
    rfm.rfm_group,
    rfm_stretches.previous_rfm_group,
    case when rfm_stretches.previous_rfm_group is not null then rfm_stretches.started_date end as rfm_group_changed_date,
    churn.churn_probability,
    churn.churn_band,
    next_purchase.next_purchase_probability_30d,
    next_purchase.next_purchase_probability_60d,
    next_purchase.next_purchase_probability_90d,
    next_purchase.expected_date_of_next_order,
    cast(value.predicted_clv_amount as decimal(18, 4)) as predicted_clv_amount,
    cast(value.predicted_clv_low as decimal(18, 4)) as predicted_clv_low,
    cast(value.predicted_clv_high as decimal(18, 4)) as predicted_clv_high,
    cast(value.predicted_clv_90d_amount as decimal(18, 4)) as predicted_clv_90d_amount,
    value.predicted_number_of_orders,
    cast(value.discounted_lifetime_value_amount as decimal(18, 4)) as discounted_lifetime_value_amount,
    cast(value.discounted_lifetime_value_low as decimal(18, 4)) as discounted_lifetime_value_low,
    cast(value.discounted_lifetime_value_high as decimal(18, 4)) as discounted_lifetime_value_high,
    cast(orders.historic_clv_amount + value.predicted_clv_amount as decimal(18, 4)) as total_clv_amount,
    cast(orders.historic_clv_amount + value.predicted_clv_low as decimal(18, 4)) as total_clv_low,
    cast(orders.historic_clv_amount + value.predicted_clv_high as decimal(18, 4)) as total_clv_high,
    {{ as_of() }} as as_of_date
from {{ ref('int_customer_profiles_merged') }} as profiles
left join {{ ref('agg_customer_contacts') }} as contacts using (customer_id)
left join deals using (customer_id)
left join {{ ref('int_customer_consents_latest') }} as consents using (customer_id)
left join {{ ref('int_customer_orders_aggregated') }} as orders using (customer_id)
left join {{ ref('int_customer_tickets_aggregated') }} as tickets using (customer_id)
left join {{ ref('int_customers_rfm_scored') }} as rfm
    on profiles.customer_id = rfm.customer_id and rfm.scored_date = {{ as_of() }}
left join {{ ref('fct_rfm_groups') }} as rfm_stretches
    on profiles.customer_id = rfm_stretches.customer_id and rfm_stretches.is_current
left join {{ source('ml', 'churn') }} as churn
    on profiles.customer_id = churn.customer_id and churn.as_of_date = {{ as_of() }}
left join {{ source('ml', 'next_purchase') }} as next_purchase
    on profiles.customer_id = next_purchase.customer_id and next_purchase.as_of_date = {{ as_of() }}
left join {{ source('ml', 'lifetime_value') }} as value
    on profiles.customer_id = value.customer_id and value.as_of_date = {{ as_of() }}
{% for habit in ['best_channel', 'best_hour'] -%}
left join {{ source('ml', habit) }} as {{ habit }}
    on profiles.customer_id = {{ habit }}.customer_id and {{ habit }}.as_of_date = {{ as_of() }}
    and {{ habit }}.probability > {{ var('clear_habit_probability') }}
    and {{ habit }}.odds_ratio > {{ var('clear_habit_odds_ratio') }}
{% endfor %}

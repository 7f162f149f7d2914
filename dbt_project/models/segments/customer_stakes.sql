-- The money that each reason to talk to a customer is about, over the next horizon_days. One row per membership of a segment.
with buyers as (
    select
        customer_id,
        average_order_value_amount,
        churn_probability,
        next_purchase_probability_30d,
        next_purchase_probability_90d,
        -- From the first order on, but never over less than a horizon: two orders in a week are no yearly hundred.
        historic_clv_amount * {{ var('horizon_days') }}
        / greatest(as_of_date - first_order_date, {{ var('horizon_days') }}) as usual_amount
    from {{ ref('dim_customers') }}
),

deals as (
    select
        deals.customer_id,
        -- In decimals: a floating sum depends on the order of the rows.
        sum(cast(deals.amount * coalesce(scores.win_probability, deals.probability) as decimal(38, 12)))
            as expected_amount
    from {{ ref('fct_opportunities') }} as deals
    left join {{ source('ml', 'deal_win') }} as scores
        on deals.opportunity_id = scores.opportunity_id and scores.as_of_date = {{ as_of() }}
    where not deals.is_closed
    group by deals.customer_id
),

leads as (
    select
        leads.customer_id,
        max(scores.conversion_probability)
        * (select avg(amount) from {{ ref('fct_opportunities') }} where is_won) as expected_amount
    from {{ ref('fct_leads') }} as leads
    inner join {{ source('ml', 'lead_conversion') }} as scores using (lead_id)
    where scores.as_of_date = {{ as_of() }}
    group by leads.customer_id
),

subscriptions as (
    select
        running.customer_id,
        sum(running.mrr_amount) * any_value(scores.end_probability) * {{ var('horizon_days') }} / 30 as risked_amount
    from {{ ref('fct_subscriptions') }} as running
    inner join {{ source('ml', 'subscription_churn') }} as scores
        on running.customer_id = scores.customer_id and scores.as_of_date = {{ as_of() }}
    where running.is_running
    group by running.customer_id
)

select
    members.customer_id,
    members.segment_name,
    members.reason,
    cast(case members.segment_name
        when 'open_complaint' then buyers.usual_amount
        when 'tickets_at_risk' then buyers.usual_amount
        when 'subscribers_at_risk' then subscriptions.risked_amount
        when 'high_value_at_risk' then buyers.usual_amount * coalesce(buyers.churn_probability, 1)
        when 'win_back' then buyers.average_order_value_amount * buyers.next_purchase_probability_90d
        when 'likely_deals' then deals.expected_amount
        when 'stale_deals' then deals.expected_amount
        when 'hot_leads' then leads.expected_amount
        when 'due_to_buy' then buyers.average_order_value_amount * coalesce(buyers.next_purchase_probability_30d, 1)
        when 'due_for_next_product' then buyers.average_order_value_amount * due.share_who_buy
        when 'new_customers' then buyers.average_order_value_amount * buyers.next_purchase_probability_90d
        when 'champions' then buyers.usual_amount
    end as decimal(18, 4)) as stake_amount
from {{ ref('customer_segments') }} as members
left join buyers using (customer_id)
left join deals using (customer_id)
left join leads using (customer_id)
left join subscriptions using (customer_id)
left join {{ ref('seg_due_for_next_product') }} as due using (customer_id)

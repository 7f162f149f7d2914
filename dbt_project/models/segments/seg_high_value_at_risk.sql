-- The most valuable buyers who will probably not buy in the next horizon_days. Without a published score, a silence of
-- silent_gap_multiple usual gaps stands in for it, and the reason says so.
with buyers as (
    select
        *,
        as_of_date - last_order_date as silent_days,
        historic_clv_amount >= quantile_cont(historic_clv_amount, {{ var('high_value_quantile') }}) over ()
            as is_high_value
    from {{ ref('dim_customers') }}
    where historic_number_of_orders > 0
)

select
    buyers.customer_id,
    'has not bought for ' || {{ days_in_words('silent_days') }}
    || coalesce(', usually buys every ' || {{ days_in_words('average_days_between_orders') }}, ', bought on one day only')
    || '; worth ' || {{ amount_in_words('historic_clv_amount') }} || ' so far; '
    || coalesce(
        {{ percent_in_words('churn_probability') }} || ' likely not to buy in the next {{ var("horizon_days") }} days',
        'rule of thumb, as no score is published'
    ) as reason
from buyers
anti join {{ ref('quiet_customers') }} as quiet using (customer_id)
where
    is_high_value
    and historic_clv_amount > 0
    and silent_days <= {{ var('at_risk_until_days') }}
    and (
        churn_band = 'High'
        or (
            churn_probability is null
            and silent_days > {{ var('silent_gap_multiple') }} * average_days_between_orders
        )
    )

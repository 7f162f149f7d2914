-- Customers who used to come back and have been silent for long, but not for so long that a mail would surprise them.
-- Facts only, no score.
with buyers as (
    select
        *,
        as_of_date - last_order_date as silent_days
    from {{ ref('dim_customers') }}
    where historic_number_of_orders > 1
)

select
    buyers.customer_id,
    'has not bought for ' || {{ days_in_words('silent_days') }}
    || coalesce(', used to buy every ' || {{ days_in_words('average_days_between_orders') }}, '')
    || '; ' || {{ orders_in_words('historic_number_of_orders') }} || ' worth '
    || {{ amount_in_words('historic_clv_amount') }} || ' before that' as reason
from buyers
inner join {{ ref('mailable_customers') }} as mailable using (customer_id)
where
    silent_days between {{ var('win_back_after_days') }} and {{ var('win_back_until_days') }}
    and historic_clv_amount > 0
    and silent_days > coalesce({{ var('silent_gap_multiple') }} * average_days_between_orders, 0)

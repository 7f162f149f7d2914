-- Customers who will probably buy within 30 days. Without a published score, regular buyers whose usual gap is about to
-- end stand in for it, and the reason says so. The probability decides, not the expected date, which is the weaker of the two.
with buyers as (
    select
        *,
        as_of_date - last_order_date as silent_days,
        next_purchase_probability_30d is null as is_unscored
    from {{ ref('dim_customers') }}
    where historic_number_of_orders > 0
)

select
    buyers.customer_id,
    'last bought ' || {{ days_in_words('silent_days') }} || ' ago'
    || coalesce(', usually buys every ' || {{ days_in_words('average_days_between_orders') }}, '')
    || '; '
    || case
        when is_unscored then 'rule of thumb, as no score is published'
        else {{ percent_in_words('next_purchase_probability_30d') }} || ' likely to buy within 30 days'
    end
    || coalesce('; if so, ' || {{ percent_in_words('items.probability') }} || ' likely ' || items.item_name, '') as reason
from buyers
inner join {{ ref('mailable_customers') }} as mailable using (customer_id)
left join {{ source('ml', 'next_items') }} as items
    on
        buyers.customer_id = items.customer_id
        and buyers.as_of_date = items.as_of_date
        and items.item_rank = 1
        and items.probability >= {{ var('likely_item_probability') }}
where
    next_purchase_probability_30d >= {{ var('due_to_buy_probability') }}
    or (
        is_unscored
        and historic_number_of_orders >= {{ var('regular_buyer_orders') }}
        and silent_days <= 2 * average_days_between_orders
        and average_days_between_orders - silent_days <= 30
    )

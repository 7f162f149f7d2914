-- Whom to describe when: today every customer who has bought, and at each earlier snapshot date who had bought before it.
-- Of more than `lookback_customers` buyers the past of so many is enough to learn from and to judge by. Who they are has
-- nothing to do with what they did: their ids are drawn, and tomorrow's draw is today's but for newcomers.
with buyers as (
    select
        customer_id,
        min(event_date) as first_purchase_date,
        row_number() over (order by md5(customer_id)) <= {{ var('lookback_customers') }} as is_looked_back_on
    from {{ ref('ftr_order_days') }}
    where is_purchase_day
    group by customer_id
)

select
    buyers.customer_id,
    dates.as_of_date
from buyers
inner join {{ ref('ftr_snapshot_dates') }} as dates on buyers.first_purchase_date < dates.as_of_date
where buyers.is_looked_back_on or dates.as_of_date = {{ as_of() }}

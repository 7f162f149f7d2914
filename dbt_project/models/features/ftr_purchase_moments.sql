-- Every day on which a customer bought, with what makes two such moments comparable: the month, and how many products
-- the customer had bought by then.
with days as (
    select distinct customer_id, order_date
    from {{ ref('fct_orders') }}
    where is_purchase and count_lines > 0 and customer_id is not null and order_date is not null
),

new_products as (
    select customer_id, first_order_date as order_date, count(*) as count_products
    from {{ ref('agg_customer_products') }}
    group by all
)

select
    customer_id,
    order_date,
    date_trunc('month', order_date) as start_month,
    -- 1, 2 to 3, 4 to 7, 8 to 15 … products: doubling classes need no cut points of their own.
    cast(floor(log2(greatest(sum(coalesce(count_products, 0)) over so_far, 1))) as bigint) as breadth_class,
    least({{ var('sequence_window_days') }}, {{ as_of() }} - 1 - order_date) as followed_days,
    count(*) over (
        partition by customer_id
        order by order_date
        range between interval {{ var('sequence_window_days') }} days preceding and interval 1 day preceding
    ) as count_days_before
from days
left join new_products using (customer_id, order_date)
window so_far as (partition by customer_id order by order_date)

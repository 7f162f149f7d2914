-- One row per customer and day with an order or refund: the day's own sums. Several purchases on a day are one, and what
-- was given back on the day it was bought was a slip of the pen, not an amount that somebody spends.
with products as (
    select
        lines.customer_id,
        lines.product_id,
        min(lines.order_date) as event_date
    from {{ ref('fct_order_lines') }} as lines
    inner join {{ ref('fct_orders') }} as orders using (order_id)
    where orders.is_purchase and lines.customer_id is not null and lines.product_id is not null
    group by all
),

new_products as (
    select customer_id, event_date, count(*) as count_new_products
    from products
    group by all
),

days as (
    select
        customer_id,
        order_date as event_date,
        bool_or(is_purchase) as is_purchase_day,
        count(*) filter (is_purchase) as count_orders,
        count(*) filter (refund_amount > 0) as count_refunds,
        cast(case when bool_or(is_purchase) then greatest(sum(net_amount), 0) else 0 end as decimal(18, 4))
            as purchase_amount,
        cast(coalesce(sum(net_amount), 0) as decimal(18, 4)) as net_amount,
        cast(coalesce(sum(gross_amount), 0) as decimal(18, 4)) as gross_amount,
        cast(coalesce(sum(refund_amount), 0) as decimal(18, 4)) as refund_amount,
        cast(coalesce(sum(discount_amount), 0) as decimal(18, 4)) as discount_amount,
        cast(coalesce(sum(count_units) filter (is_purchase), 0) as bigint) as count_units
    from {{ ref('fct_orders') }}
    where customer_id is not null and order_date is not null and not is_cancelled
    group by all
)

select
    days.*,
    case when is_purchase_day then event_date - max(case when is_purchase_day then event_date end) over (
        partition by customer_id order by event_date rows between unbounded preceding and 1 preceding
    ) end as gap_days,
    case when is_purchase_day then avg(purchase_amount) over (
        partition by customer_id, is_purchase_day order by event_date rows between 7 preceding and current row
    ) end as recent_order_amount,
    coalesce(new_products.count_new_products, 0) as count_new_products
from days
left join new_products using (customer_id, event_date)

-- One row per customer and product that they bought: when first, when again, when last.
with days as (
    select
        lines.customer_id,
        lines.product_id,
        lines.order_date,
        max(lines.product_name) as product_name,
        sum(coalesce(lines.quantity, 1)) as count_units
    from {{ ref('fct_order_lines') }} as lines
    inner join {{ ref('fct_orders') }} as orders using (order_id)
    where
        orders.is_purchase
        and lines.customer_id is not null
        and lines.product_id is not null
        and lines.order_date is not null
        and coalesce(lines.quantity, 1) > 0
    group by all
)

select
    customer_id,
    product_id,
    max_by(product_name, order_date) as product_name,
    min(order_date) as first_order_date,
    min(order_date, 2)[2] as second_order_date,
    max(order_date) as last_order_date,
    count(*) as count_purchase_days,
    cast(sum(count_units) as bigint) as count_units
from days
group by customer_id, product_id

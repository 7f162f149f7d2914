-- One row per customer, day and item (ftr_product_items) that they bought on it.
select
    lines.customer_id,
    lines.order_date,
    items.item_id,
    cast(sum(coalesce(lines.quantity, 1)) as double) as quantity
from {{ ref('fct_order_lines') }} as lines
inner join {{ ref('fct_orders') }} as orders using (order_id)
inner join {{ ref('ftr_product_items') }} as items using (product_id)
where
    orders.is_purchase
    and lines.customer_id is not null
    and lines.order_date < {{ as_of() }}
    and coalesce(lines.quantity, 1) > 0
group by all

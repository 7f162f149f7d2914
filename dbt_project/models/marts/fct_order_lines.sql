-- One row per line of an order; refunds carry negative amounts.
select
    lines.order_line_id,
    lines.order_id,
    orders.customer_id,
    lines.source_name,
    orders.order_date,
    lines.product_id,
    coalesce(lines.product_name, products.product_name) as product_name,
    cast(lines.quantity as bigint) as quantity,
    cast(lines.unit_price_amount * orders.exchange_rate as decimal(18, 4)) as unit_price_amount,
    orders.currency,
    lines.line_amount as original_line_amount,
    cast(lines.line_amount * orders.exchange_rate as decimal(18, 4)) as line_amount
from {{ ref('int_order_lines_unioned') }} as lines
inner join {{ ref('int_orders_resolved') }} as orders using (order_id)
left join {{ ref('dim_products') }} as products using (product_id)

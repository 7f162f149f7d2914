-- What the lines of orders tell of each product: what it was last called, what a piece last cost, and when it was sold.
with lines as (
    select
        lines.product_id,
        lines.source_name,
        lines.product_name,
        lines.unit_price_amount,
        orders.currency,
        orders.order_date,
        orders.is_purchase and lines.line_amount > 0 as is_sold,
        -- A sold line names a product better than a stock correction ("damaged"), and a newer one better than an older.
        {'is_sold': coalesce(orders.is_purchase and lines.line_amount > 0, false),
            'ordered_at': coalesce(orders.ordered_at, timestamp '0001-01-01'),
            'order_line_id': lines.order_line_id} as weight
    from {{ ref('int_order_lines_unioned') }} as lines
    inner join {{ ref('int_orders_resolved') }} as orders using (order_id)
    where lines.product_id is not null
)

select
    product_id,
    min(source_name) as source_name,
    max_by(product_name, weight) filter (product_name is not null) as product_name,
    max_by(currency, weight) filter (is_sold and unit_price_amount > 0) as currency,
    max_by(unit_price_amount, weight) filter (is_sold and unit_price_amount > 0) as last_price_amount,
    min(order_date) filter (is_sold) as first_sold_date,
    max(order_date) filter (is_sold) as last_sold_date
from lines
group by product_id

-- One row per order, refund or adjustment of any shop, anonymous ones included.
select
    orders.order_id,
    orders.customer_id,
    orders.source_name,
    orders.ordered_at,
    orders.order_date,
    orders.order_type,
    orders.currency,
    orders.exchange_rate,
    orders.original_gross_amount,
    orders.original_refund_amount,
    orders.gross_amount,
    orders.refund_amount,
    cast(orders.net_amount as decimal(18, 4)) as net_amount,
    orders.discount_amount,
    orders.sales_channel,
    orders.is_cancelled,
    orders.is_purchase,
    coalesce(lines.count_lines, 0) as count_lines,
    cast(lines.count_units as bigint) as count_units,
    case
        when orders.is_purchase and orders.customer_id is not null
            then row_number() over (
                partition by orders.customer_id, orders.is_purchase order by orders.ordered_at, orders.order_id
            )
    end as customer_order_number
from {{ ref('int_orders_resolved') }} as orders
left join {{ ref('int_order_lines_counted') }} as lines using (order_id)

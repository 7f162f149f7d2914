-- Orders with their customer, net amount and whether they are a purchase.
with orders as (
    select
        orders.order_id,
        resolved.customer_id,
        orders.source_name,
        orders.ordered_at,
        cast(orders.ordered_at as date) as order_date,
        orders.order_type,
        orders.currency,
        orders.gross_amount,
        coalesce(orders.refund_amount, 0) as refund_amount,
        orders.discount_amount,
        orders.sales_channel,
        coalesce(orders.is_cancelled, false) as is_cancelled
    from {{ ref('int_orders_unioned') }} as orders
    left join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
)

select
    *,
    gross_amount - refund_amount as net_amount,
    coalesce(order_type = 'sale' and not is_cancelled and gross_amount > 0, false) as is_purchase
from orders

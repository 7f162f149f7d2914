-- Orders with their customer, whether they are a purchase, and their amounts in the reporting currency at the rate of
-- their own day.
with orders as (
    select
        orders.* exclude (contact_id, currency, gross_amount, refund_amount, is_cancelled),
        resolved.customer_id,
        cast(orders.ordered_at as date) as order_date,
        {{ iso_currency('orders.currency') }} as currency,
        orders.gross_amount as original_gross_amount,
        coalesce(orders.refund_amount, 0) as original_refund_amount,
        coalesce(orders.is_cancelled, false) as is_cancelled
    from {{ ref('int_orders_unioned') }} as orders
    left join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
)

select
    orders.* replace ({{ converted('orders.discount_amount') }} as discount_amount),
    rates.exchange_rate,
    {{ converted('orders.original_gross_amount') }} as gross_amount,
    {{ converted('orders.original_refund_amount') }} as refund_amount,
    gross_amount - refund_amount as net_amount,
    -- By the original amount: an order that waits for a rate was a purchase all the same.
    coalesce(order_type = 'sale' and not is_cancelled and original_gross_amount > 0, false) as is_purchase
from orders
{{ join_exchange_rates('orders', 'orders.order_date') }}

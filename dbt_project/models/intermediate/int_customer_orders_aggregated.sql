-- What each customer bought so far. Cancelled orders never happened; refunds lower the total on their own date. Orders
-- whose currency has no rate are orders, but their money is in no sum or mean.
select
    customer_id,
    min(order_date) filter (is_purchase) as first_order_date,
    max(order_date) filter (is_purchase) as last_order_date,
    count(*) filter (is_purchase) as historic_number_of_orders,
    count(distinct order_date) filter (is_purchase) as count_purchase_days,
    sum(net_amount) as historic_clv_amount,
    count(net_amount) filter (is_purchase) as count_priced_orders,
    sum(net_amount) / nullif(count_priced_orders, 0) as average_order_value_amount,
    date_diff('day', min(order_date) filter (is_purchase), max(order_date) filter (is_purchase))
        / nullif(count(distinct order_date) filter (is_purchase) - 1, 0) as average_days_between_orders
from {{ ref('int_orders_resolved') }}
where customer_id is not null and not is_cancelled
group by customer_id

-- Who placed an order and when: the customer of an order has an id of its own, and the list of customers says who it was.
select
    orders.order_id,
    {{ source_id('olist', 'coalesce(customers.customer_unique_id, orders.customer_id)') }} as contact_id,
    orders.order_status,
    orders.order_purchase_timestamp as ordered_at,
    orders.order_approved_at as approved_at
from {{ raw('olist', 'orders') }} as orders
left join {{ raw('olist', 'customers') }} as customers using (customer_id)

-- Customers whose first order is at most new_customer_days old; facts only, no score.
select
    customers.customer_id,
    'first order ' || {{ days_in_words('as_of_date - first_order_date') }} || ' ago; '
    || {{ orders_in_words('historic_number_of_orders') }} || ' worth '
    || {{ amount_in_words('historic_clv_amount') }} || ' so far' as reason
from {{ ref('dim_customers') }} as customers
inner join {{ ref('mailable_customers') }} as mailable using (customer_id)
where customers.first_order_date >= customers.as_of_date - {{ var('new_customer_days') }}

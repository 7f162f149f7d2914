-- The best customers by recency, frequency and money; facts only, no score.
select
    customers.customer_id,
    'bought ' || {{ days_in_words('as_of_date - last_order_date') }} || ' ago; '
    || {{ orders_in_words('historic_number_of_orders') }} || ' worth '
    || {{ amount_in_words('historic_clv_amount') }} || ' so far' as reason
from {{ ref('dim_customers') }} as customers
inner join {{ ref('mailable_customers') }} as mailable using (customer_id)
where customers.rfm_group = 'Champions'

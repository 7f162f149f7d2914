-- How many customers who first bought on one day bought on another, for the curve of repeat purchases week by week.
with days as (
    select
        min(event_date) over (partition by customer_id) as first_date,
        event_date as purchase_date
    from {{ ref('ftr_order_days') }}
    where is_purchase_day
)

select
    first_date,
    purchase_date,
    count(*) as count_customers
from days
group by first_date, purchase_date

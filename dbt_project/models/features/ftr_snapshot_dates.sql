-- The days at which features of customers are taken, as far as there is a past to look at.
select as_of_date
from ({{ snapshot_dates() }})
where as_of_date > (select min(order_date) from {{ ref('fct_orders') }} where is_purchase)

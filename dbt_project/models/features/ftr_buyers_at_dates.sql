-- Whom to describe when: every snapshot date × every customer who had bought before it.
select
    buyers.customer_id,
    dates.as_of_date
from (
    select customer_id, min(event_date) as first_purchase_date
    from {{ ref('ftr_order_days') }}
    where is_purchase_day
    group by customer_id
) as buyers
inner join {{ ref('ftr_snapshot_dates') }} as dates on buyers.first_purchase_date < dates.as_of_date

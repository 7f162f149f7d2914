-- The same of every moment at which anybody bought anything: what follows a purchase whatever it was of.
select
    moments.start_month,
    moments.breadth_class,
    later.product_number as then_product_number,
    greatest(later.first_order_date - moments.order_date, 0) as lag_days,
    moments.followed_days,
    count(*) as count_moments,
    -- One purchase ends the wait of several moments of its customer: so many, summed over the moments.
    cast(sum(later.count_days_before) as bigint) as count_sharing
from {{ ref('ftr_purchase_moments') }} as moments
inner join {{ ref('ftr_product_starts') }} as later using (customer_id)
where later.first_order_date - moments.order_date <= {{ var('sequence_window_days') }}
group by all

union all

select
    start_month,
    breadth_class,
    null as then_product_number,
    null as lag_days,
    followed_days,
    count(*) as count_moments,
    null as count_sharing
from {{ ref('ftr_purchase_moments') }}
group by all

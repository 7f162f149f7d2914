-- Of those who start with one product: how many there are, and on which day after the start each leaves the wait for
-- another, by having bought it. Day 0 = had it already.
with departures as (
    select
        start.product_number,
        later.product_number as then_product_number,
        -- The same product again is a refill.
        case
            when start.product_number = later.product_number then later.second_order_date - later.first_order_date
            else greatest(later.first_order_date - start.first_order_date, 0)
        end as lag_days,
        start.followed_days,
        start.comparison_weight
    from {{ ref('ftr_product_starts') }} as start
    inner join {{ ref('ftr_product_starts') }} as later using (customer_id)
)

select
    product_number,
    then_product_number,
    cast(null as date) as start_month,
    cast(null as bigint) as breadth_class,
    lag_days,
    followed_days,
    count(*) as count_customers,
    cast(sum(comparison_weight) as double) as comparison_weight
from departures
where lag_days <= {{ var('sequence_window_days') }}
group by all

union all

select
    product_number,
    null as then_product_number,
    start_month,
    breadth_class,
    null as lag_days,
    followed_days,
    count(*) as count_customers,
    cast(sum(comparison_weight) as double) as comparison_weight
from {{ ref('ftr_product_starts') }}
group by all

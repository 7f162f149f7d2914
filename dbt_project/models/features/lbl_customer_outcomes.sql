-- What every buyer did in the horizon_days that start at a snapshot date, [as_of_date, as_of_date + horizon_days).
-- A window that is not over yet has no label.
with windows as (
    select
        customer_id,
        as_of_date,
        as_of_date + {{ var('horizon_days') }} as window_end
    from {{ ref('ftr_buyers_at_dates') }}
    where as_of_date + {{ var('horizon_days') }} <= {{ as_of() }}
),

outcomes as (
    select
        windows.customer_id,
        windows.as_of_date,
        at_end.count_purchase_days - at_start.count_purchase_days as future_number_of_orders,
        at_end.net_amount - at_start.net_amount as future_net_amount,
        case when next_day.event_date < windows.window_end
            then date_diff('day', windows.as_of_date, next_day.event_date)
        end as days_to_next_order
    from windows
    asof join {{ ref('ftr_order_days_accumulated') }} as at_start
        on windows.customer_id = at_start.customer_id and windows.as_of_date > at_start.event_date
    asof join {{ ref('ftr_order_days_accumulated') }} as at_end
        on windows.customer_id = at_end.customer_id and windows.window_end > at_end.event_date
    asof left join (select * from {{ ref('ftr_order_days') }} where is_purchase_day) as next_day
        on windows.customer_id = next_day.customer_id and windows.as_of_date <= next_day.event_date
)

select
    customer_id,
    as_of_date,
    cast({{ var('horizon_days') }} as bigint) as horizon_days,
    cast(future_number_of_orders as bigint) as future_number_of_orders,
    cast(future_net_amount as double) as future_net_amount,
    future_number_of_orders = 0 as is_churned,
    days_to_next_order
from outcomes

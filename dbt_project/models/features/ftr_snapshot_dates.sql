-- The days at which features are taken: as_of_date and steps back from it, as far as there is a past to look at.
select cast({{ as_of() }} - cast(step * {{ var('snapshot_step_days') }} as integer) as date) as as_of_date
from range({{ var('count_snapshots') }} + 1) as steps(step)
where {{ as_of() }} - cast(step * {{ var('snapshot_step_days') }} as integer)
    > (select min(order_date) from {{ ref('fct_orders') }} where is_purchase)

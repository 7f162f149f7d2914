-- Which of the subscribers of a snapshot date were left without any running subscription in [as_of_date, as_of_date +
-- horizon_days). A window that is not over yet has no label; whoever came back in it has ended all the same.
select
    customer_id,
    as_of_date,
    cast({{ var('horizon_days') }} as bigint) as horizon_days,
    coalesce(ended_date < as_of_date + {{ var('horizon_days') }}, false) as has_ended
from {{ ref('ftr_subscribers_at_dates') }}
where as_of_date + {{ var('horizon_days') }} <= {{ as_of() }}

-- Which of the leads open on a snapshot date converted in [as_of_date, as_of_date + horizon_days). A window that is not over
-- yet has no label.
select
    lead_id,
    as_of_date,
    cast({{ var('horizon_days') }} as bigint) as horizon_days,
    coalesce(converted_date < as_of_date + {{ var('horizon_days') }}, false) as is_converted
from {{ ref('ftr_leads_at_dates') }}
where as_of_date + {{ var('horizon_days') }} <= {{ as_of() }}

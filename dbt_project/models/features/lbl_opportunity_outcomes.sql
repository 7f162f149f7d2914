-- Which of the deals open on a snapshot date were won in [as_of_date, as_of_date + horizon_days). A window that is not over
-- yet has no label; a deal that is open at its end was not won in it, and nothing is said of what comes later.
select
    snapshots.opportunity_id,
    snapshots.as_of_date,
    cast({{ var('horizon_days') }} as bigint) as horizon_days,
    coalesce(deals.is_won and deals.close_date < snapshots.as_of_date + {{ var('horizon_days') }}, false) as is_won
from {{ ref('ftr_opportunities_at_dates') }} as snapshots
inner join {{ ref('fct_opportunities') }} as deals using (opportunity_id)
where snapshots.as_of_date + {{ var('horizon_days') }} <= {{ as_of() }}

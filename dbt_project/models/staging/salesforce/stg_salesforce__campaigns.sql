select
    id as campaign_id,
    'salesforce' as source_name,
    name as campaign_name,
    cast(null as varchar) as subject_line,
    'email' as channel,
    cast(null as varchar) as list_name,
    case when coalesce(status, '') <> 'Planned' then cast(start_date as timestamp) end as sent_at,
    currency_iso_code as currency,
    try_cast(budgeted_cost as decimal(18, 4)) as budget_amount,
    try_cast(actual_cost as decimal(18, 4)) as cost_amount
from {{ salesforce_kept('campaigns') }}

select
    id as campaign_id,
    'salesforce' as source_name,
    name as campaign_name,
    cast(null as varchar) as subject_line,
    'email' as channel,
    cast(null as varchar) as list_name,
    case when coalesce(status, '') <> 'Planned' then cast(start_date as timestamp) end as sent_at,
    {{ salesforce_amount('budgeted_cost', 'currency_iso_code') }} as budget_amount,
    {{ salesforce_amount('actual_cost', 'currency_iso_code') }} as cost_amount
from {{ salesforce_kept('campaigns') }}

select
    id as campaign_id,
    'salesforce' as source_name,
    name as campaign_name,
    cast(null as varchar) as subject_line,
    case when coalesce(status, '') <> 'Planned' then cast(start_date as timestamp) end as sent_at
from {{ salesforce_kept('campaigns') }}

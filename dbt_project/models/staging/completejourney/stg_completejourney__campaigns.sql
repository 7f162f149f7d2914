select
    {{ source_id('completejourney', 'campaign_id') }} as campaign_id,
    'completejourney' as source_name,
    -- Campaigns have no names; type and number are what people call them.
    campaign_type || ', ' || campaign_id as campaign_name,
    cast(null as varchar) as subject_line,
    'post' as channel,
    cast(null as varchar) as list_name,
    cast(start_date as timestamp) as sent_at,
    cast(null as varchar) as currency,
    cast(null as decimal(18, 4)) as budget_amount,
    cast(null as decimal(18, 4)) as cost_amount
from {{ raw('completejourney', 'campaign_descriptions') }}

select
    {{ source_id('klaviyo', 'id') }} as campaign_id,
    'klaviyo' as source_name,
    name as campaign_name,
    subject_line,
    'email' as channel,
    cast(null as varchar) as list_name,
    coalesce(sent_at, send_time) as sent_at,
    cast(null as varchar) as currency,
    cast(null as decimal(18, 4)) as budget_amount,
    cast(null as decimal(18, 4)) as cost_amount
from {{ raw('klaviyo', 'campaigns') }}

union all

-- A flow sends when a person's own act sets it off: it is a campaign without a day.
select
    {{ source_id('klaviyo', 'id') }},
    'klaviyo',
    name,
    cast(null as varchar),
    'email',
    cast(null as varchar),
    cast(null as timestamp),
    cast(null as varchar),
    cast(null as decimal(18, 4)),
    cast(null as decimal(18, 4))
from {{ raw('klaviyo', 'flows') }}

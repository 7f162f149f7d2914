select
    {{ source_id('klaviyo', 'id') }} as campaign_id,
    'klaviyo' as source_name,
    name as campaign_name,
    subject_line,
    coalesce(sent_at, send_time) as sent_at
from {{ raw('klaviyo', 'campaigns') }}

union all

-- A flow sends when a person's own act sets it off: it is a campaign without a day.
select
    {{ source_id('klaviyo', 'id') }},
    'klaviyo',
    name,
    cast(null as varchar),
    cast(null as timestamp)
from {{ raw('klaviyo', 'flows') }}

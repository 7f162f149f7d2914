with source as (select * from {{ raw('mentions', 'mentions') }})

select
    -- The address of a post usually names its author, so ids hold its md5.
    'mentions:' || md5(trim(url)) as activity_id,
    'mentions' as source_name,
    'mention' as activity_type,
    'inbound' as direction,
    posted_at as occurred_at,
    {{ handle_contact_id('mentions', 'network', 'author') }} as contact_id,
    cast(null as varchar) as account_id,
    cast(null as varchar) as opportunity_id,
    cast(null as varchar) as owner_id,
    nullif(lower(trim(sentiment)), '') as outcome
from source

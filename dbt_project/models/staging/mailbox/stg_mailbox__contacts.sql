select
    contact_id,
    'mailbox' as source_name,
    email,
    -- Whoever has no name shows the address in its place.
    max_by(full_name, sent_at) filter (full_name not like '%@%') as full_name,
    cast(null as varchar) as phone,
    cast(null as varchar) as account_id,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as lifecycle_stage,
    cast(null as varchar) as lead_source,
    cast(null as varchar) as country,
    min(sent_at) as created_at,
    cast(null as timestamp) as updated_at
from {{ ref('stg_mailbox__correspondent_rows') }}
group by contact_id, email

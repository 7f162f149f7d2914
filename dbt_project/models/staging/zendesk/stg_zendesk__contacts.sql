with source as (select * from {{ raw('zendesk', 'users') }})

select
    {{ source_id('zendesk', 'id') }} as contact_id,
    'zendesk' as source_name,
    {{ email_key('email') }} as email,
    name as full_name,
    phone,
    {{ source_id('zendesk', 'organization_id') }} as account_id,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as lifecycle_stage,
    cast(null as varchar) as lead_source,
    cast(null as varchar) as country,
    created_at,
    updated_at
from source
where role = 'end-user'

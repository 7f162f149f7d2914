with source as (select * from {{ raw('cdnow', 'purchases') }})

select distinct
    {{ source_id('cdnow', 'customer_id') }} as contact_id,
    'cdnow' as source_name,
    cast(null as varchar) as email,
    cast(null as varchar) as full_name,
    cast(null as varchar) as phone,
    cast(null as varchar) as account_id,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as lifecycle_stage,
    cast(null as varchar) as lead_source,
    cast(null as varchar) as country,
    cast(null as timestamp) as created_at,
    cast(null as timestamp) as updated_at
from source

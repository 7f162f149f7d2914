-- Households are known by what they bought, what they were mailed and what they told; names nobody has.
with households as (
    select household_id from {{ raw('completejourney', 'transactions') }}
    union
    select household_id from {{ raw('completejourney', 'campaigns') }}
    union
    select household_id from {{ raw('completejourney', 'demographics') }}
)

select
    {{ source_id('completejourney', 'household_id') }} as contact_id,
    'completejourney' as source_name,
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
from households

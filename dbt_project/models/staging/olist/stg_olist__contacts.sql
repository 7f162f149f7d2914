with people as (
    select distinct customer_unique_id as person_id, 'BR' as country, null as origin, null as first_contact_date
    from {{ raw('olist', 'customers') }}

    union all

    -- Every lead is a contact as well; that one of them also bought is nowhere said.
    select mql_id, 'BR', origin, first_contact_date
    from {{ raw('olist', 'leads') }}
)

select
    {{ source_id('olist', 'person_id') }} as contact_id,
    'olist' as source_name,
    cast(null as varchar) as email,
    cast(null as varchar) as full_name,
    cast(null as varchar) as phone,
    cast(null as varchar) as account_id,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as lifecycle_stage,
    origin as lead_source,
    country,
    cast(first_contact_date as timestamp) as created_at,
    cast(null as timestamp) as updated_at
from people

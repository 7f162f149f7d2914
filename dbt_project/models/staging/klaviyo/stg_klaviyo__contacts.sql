with people as (
    select
        {{ source_id('klaviyo', 'id') }} as contact_id,
        email, first_name, last_name, phone_number, custom_source as source, country, created, updated,
        1 as preference
    from {{ raw('klaviyo', 'people') }}
    where is_deleted is distinct from true
    union all
    select
        {{ source_id('klaviyo', 'klaviyo_id') }},
        email, first_name, last_name, phone_number, source, country, profile_created_on, last_active,
        2
    from {{ raw('klaviyo', 'profiles') }}
)

select
    contact_id,
    'klaviyo' as source_name,
    {{ email_key('email') }} as email,
    nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
    phone_number as phone,
    cast(null as varchar) as account_id,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as lifecycle_stage,
    source as lead_source,
    country,
    created as created_at,
    updated as updated_at
from people
qualify row_number() over (partition by contact_id order by updated desc nulls last, preference) = 1

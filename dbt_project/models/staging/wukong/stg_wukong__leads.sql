with source as (select * from {{ raw('wukong', 'leads') }}),

leads as (
    select *, {{ wukong_id('线索', ['lead_name', 'coalesce(mobile, email, telephone)']) }} as lead_id
    from source
)

select
    lead_id,
    'wukong' as source_name,
    lead_id as contact_id,
    {{ email_key(half_width('email')) }} as email,
    {{ half_width('lead_name') }} as full_name,
    {{ half_width('coalesce(mobile, telephone)') }} as phone,
    cast(null as varchar) as company_name,
    lead_source,
    cast(null as varchar) as landing_page,
    customer_level as status,
    {{ source_id('wukong', 'owner_name') }} as owner_id,
    -- Converted leads leave the list.
    false as is_converted,
    cast(null as timestamp) as converted_at,
    cast(null as varchar) as converted_account_id,
    cast(null as varchar) as converted_opportunity_id,
    create_time as created_at,
    update_time as updated_at
from leads

with source as (select * from {{ raw('copper', 'leads') }}),

people as (select copper_id from {{ raw('copper', 'people') }})

select
    {{ source_id('copper', 'source.copper_id') }} as lead_id,
    'copper' as source_name,
    -- A converted lead is the person that it became: one person, not two.
    coalesce(
        {{ source_id('copper', 'people.copper_id') }},
        {{ source_id('copper', "'lead-' || source.copper_id") }}
    ) as contact_id,
    {{ email_key('source.email') }} as email,
    nullif(trim(concat_ws(' ', source.first_name, source.middle_name, source.last_name)), '') as full_name,
    source.phone_number as phone,
    source.account as company_name,
    source.source as lead_source,
    cast(null as varchar) as landing_page,
    source.status,
    {{ source_id('copper', 'source.owner_id') }} as owner_id,
    source.converted_at is not null or source.converted_contact_id is not null as is_converted,
    source.converted_at,
    cast(null as varchar) as converted_account_id,
    {{ source_id('copper', 'source.converted_opportunity_id') }} as converted_opportunity_id,
    source.created_at,
    source.updated_at
from source
left join people on people.copper_id = source.converted_contact_id

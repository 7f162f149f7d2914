with source as (select * from {{ raw('pipedrive', 'persons') }})

select
    {{ source_id('pipedrive', 'source.id') }} as contact_id,
    'pipedrive' as source_name,
    {{ email_key(pipedrive_first('coalesce(source.email_work, source.email_home, source.email_other, source.email)')) }}
        as email,
    nullif(trim(coalesce(source.name, concat_ws(' ', source.first_name, source.last_name))), '') as full_name,
    {{ pipedrive_first(
        'coalesce(source.phone_mobile, source.phone_work, source.phone_home, source.phone_other, source.phone)'
    ) }} as phone,
    coalesce({{ source_id('pipedrive', 'source.organization_id') }}, organizations.account_id) as account_id,
    {{ source_id('pipedrive', 'source.owner') }} as owner_id,
    source.labels as lifecycle_stage,
    cast(null as varchar) as lead_source,
    source.country,
    source.person_created as created_at,
    source.update_time as updated_at
from source
left join {{ pipedrive_named_organizations() }} as organizations
    on organizations.name_key = lower(trim(source.organization))

with source as (select * from {{ raw('nps_survey', 'responses') }})

select distinct
    {{ email_contact_id('nps_survey', 'email') }} as contact_id,
    'nps_survey' as source_name,
    {{ email_key('email') }} as email,
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
where {{ email_key('email') }} is not null

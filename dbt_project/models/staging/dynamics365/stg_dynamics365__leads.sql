with source as (select * from {{ raw('dynamics365', 'leads') }})

select
    {{ source_id('dynamics365', 'do_not_modify_lead') }} as lead_id,
    'dynamics365' as source_name,
    -- GUIDs are unique over all kinds of records.
    {{ source_id('dynamics365', 'do_not_modify_lead') }} as contact_id,
    {{ email_key('email') }} as email,
    nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
    coalesce(mobile_phone, business_phone) as phone,
    company_name,
    lead_source,
    cast(null as varchar) as landing_page,
    coalesce(status_reason, status) as status,
    {{ source_id('dynamics365', 'owner') }} as owner_id,
    coalesce(status = 'Qualified', false) as is_converted,
    cast(null as timestamp) as converted_at,
    cast(null as varchar) as converted_account_id,
    cast(null as varchar) as converted_opportunity_id,
    created_on as created_at,
    do_not_modify_modified_on as updated_at
from source

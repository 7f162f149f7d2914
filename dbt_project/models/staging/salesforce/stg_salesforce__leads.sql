select
    leads.id as lead_id,
    'salesforce' as source_name,
    coalesce(persons.contact_id, leads.id) as contact_id,
    {{ email_key('leads.email') }} as email,
    nullif(coalesce(nullif(trim(leads.name), ''), concat_ws(' ', leads.first_name, leads.last_name)), '') as full_name,
    coalesce(leads.mobile_phone, leads.phone) as phone,
    leads.company as company_name,
    leads.lead_source,
    cast(null as varchar) as landing_page,
    leads.status,
    {{ salesforce_id('leads.owner_id') }} as owner_id,
    coalesce(leads.is_converted, false) as is_converted,
    -- A day, not a moment; a lead converted on the day that it came is not converted before it came.
    case when leads.is_converted and leads.converted_date is not null
        then greatest(cast(leads.converted_date as timestamp), leads.created_date) end as converted_at,
    {{ salesforce_id('leads.converted_account_id') }} as converted_account_id,
    {{ salesforce_id('leads.converted_opportunity_id') }} as converted_opportunity_id,
    leads.created_date as created_at,
    leads.last_modified_date as updated_at
from {{ salesforce_kept('leads') }} as leads
left join {{ ref('stg_salesforce__person_records') }} as persons on persons.record_id = leads.id

with source as (select * from {{ raw('hubspot', 'contacts') }}),

-- Contacts name their company. A name that two companies share says nothing, so it links to neither.
companies as (
    select lower(account_name) as company_key, min(account_id) as account_id
    from {{ ref('stg_hubspot__accounts') }}
    group by all
    having count(*) = 1
)

select
    {{ source_id('hubspot', 'source.record_id') }} as contact_id,
    'hubspot' as source_name,
    {{ email_key('source.email') }} as email,
    nullif(trim(concat_ws(' ', source.first_name, source.last_name)), '') as full_name,
    source.phone_number as phone,
    companies.account_id,
    {{ source_id('hubspot', 'source.contact_owner') }} as owner_id,
    source.lifecycle_stage,
    source.original_traffic_source as lead_source,
    source.country_region as country,
    source.create_date as created_at,
    source.last_activity_date as updated_at
from source
left join companies on companies.company_key = lower(trim(source.associated_company))

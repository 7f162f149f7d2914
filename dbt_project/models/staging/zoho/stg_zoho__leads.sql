with source as (select * from {{ raw('zoho', 'leads') }}),

contacts as (select record_id from {{ raw('zoho', 'contacts') }})

select
    {{ source_id('zoho', 'source.record_id') }} as lead_id,
    'zoho' as source_name,
    -- A converted lead is the contact that it became: one person, not two.
    {{ source_id('zoho', 'coalesce(contacts.record_id, source.record_id)') }} as contact_id,
    {{ email_key('source.email') }} as email,
    nullif(trim(concat_ws(' ', source.first_name, source.last_name)), '') as full_name,
    coalesce(source.mobile, source.phone) as phone,
    source.company as company_name,
    source.lead_source,
    cast(null as varchar) as landing_page,
    source.lead_status as status,
    {{ source_id('zoho', 'source.lead_owner_id') }} as owner_id,
    -- Exports of open leads alone leave the column out.
    coalesce(source.is_converted, false) as is_converted,
    source.converted_date_time as converted_at,
    {{ source_id('zoho', 'source.converted_account_id') }} as converted_account_id,
    {{ source_id('zoho', 'source.converted_deal_id') }} as converted_opportunity_id,
    source.created_time as created_at,
    source.modified_time as updated_at
from source
left join contacts on contacts.record_id = source.converted_contact_id

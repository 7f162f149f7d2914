with contacts as (select * from {{ raw('zoho', 'contacts') }}),

-- A lead that became a contact of this export is that contact, and has no row of its own.
leads as (
    select leads.*
    from {{ raw('zoho', 'leads') }} as leads
    anti join contacts on contacts.record_id = leads.converted_contact_id
),

people as (
    select
        record_id, email, first_name, last_name, mobile, phone, account_name_id, contact_owner_id as owner_id,
        'contact' as lifecycle_stage, lead_source, mailing_country as country, created_time, modified_time
    from contacts
    union all by name
    select
        record_id, email, first_name, last_name, mobile, phone, null as account_name_id, lead_owner_id as owner_id,
        'lead' as lifecycle_stage, lead_source, country, created_time, modified_time
    from leads
)

select
    {{ source_id('zoho', 'record_id') }} as contact_id,
    'zoho' as source_name,
    {{ email_key('email') }} as email,
    nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
    -- A mobile phone belongs to one person, an office phone to everybody there.
    coalesce(mobile, phone) as phone,
    {{ source_id('zoho', 'account_name_id') }} as account_id,
    {{ source_id('zoho', 'owner_id') }} as owner_id,
    lifecycle_stage,
    lead_source,
    country,
    created_time as created_at,
    modified_time as updated_at
from people

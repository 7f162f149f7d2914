with records as (
    select account_name as record_name, account_id, null as contact_id, null as opportunity_id
    from {{ ref('stg_dynamics365__accounts') }}
    union all
    -- A qualified lead lives on as a contact of the same name, and is no second bearer of it.
    select contacts.full_name, contacts.account_id, contacts.contact_id, null
    from {{ ref('stg_dynamics365__contacts') }} as contacts
    anti join {{ ref('stg_dynamics365__leads') }} as leads
        on leads.contact_id = contacts.contact_id and leads.is_converted
    union all
    select opportunity_name, account_id, contact_id, opportunity_id
    from {{ ref('stg_dynamics365__opportunities') }}
)

select
    lower(trim(record_name)) as name_key,
    min(account_id) as account_id,
    min(contact_id) as contact_id,
    min(opportunity_id) as opportunity_id
from records
where trim(record_name) <> ''
group by all
having count(*) = 1

with source as (select * from {{ raw('dynamics365', 'contacts') }}),

-- Contacts name their account. A name that two accounts share says nothing, so it leads to neither.
accounts as (
    select
        lower(trim(account_name)) as name_key,
        min({{ source_id('dynamics365', 'do_not_modify_account') }}) as account_id,
        min(relationship_type) as relationship_type
    from {{ raw('dynamics365', 'accounts') }}
    group by all
    having count(*) = 1
)

select
    {{ source_id('dynamics365', 'source.do_not_modify_contact') }} as contact_id,
    'dynamics365' as source_name,
    {{ email_key('source.email') }} as email,
    coalesce(
        nullif(trim(source.full_name), ''), nullif(trim(concat_ws(' ', source.first_name, source.last_name)), '')
    ) as full_name,
    coalesce(source.mobile_phone, source.business_phone) as phone,
    accounts.account_id,
    {{ source_id('dynamics365', 'source.owner') }} as owner_id,
    accounts.relationship_type as lifecycle_stage,
    cast(null as varchar) as lead_source,
    source.address_1_country_region as country,
    source.created_on as created_at,
    source.do_not_modify_modified_on as updated_at
from source
left join accounts on accounts.name_key = lower(trim(source.company_name))

union all

select
    leads.contact_id,
    'dynamics365',
    leads.email,
    leads.full_name,
    leads.phone,
    cast(null as varchar),
    leads.owner_id,
    'lead',
    leads.lead_source,
    source.country,
    leads.created_at,
    leads.updated_at
from {{ ref('stg_dynamics365__leads') }} as leads
inner join {{ raw('dynamics365', 'leads') }} as source
    on leads.lead_id = {{ source_id('dynamics365', 'source.do_not_modify_lead') }}

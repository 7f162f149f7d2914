with exported as (
    select
        record_id as id,
        email,
        nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
        phone_number as phone,
        associated_company as company_name,
        contact_owner as owner_name,
        lifecycle_stage,
        original_traffic_source as lead_source,
        country_region as country,
        create_date as created_at,
        last_activity_date as updated_at,
        _loaded_at,
        false as is_object,
        false as is_gone
    from {{ raw('hubspot', 'contacts') }}
),

objects as (
    select
        id,
        {{ hubspot_property('email') }} as email,
        nullif(trim(concat_ws(' ', {{ hubspot_property('firstname') }}, {{ hubspot_property('lastname') }})), '')
            as full_name,
        coalesce({{ hubspot_property('phone') }}, {{ hubspot_property('mobilephone') }}) as phone,
        coalesce({{ hubspot_property('associatedcompanyid') }}, {{ hubspot_associated('companies') }}) as company_id,
        {{ hubspot_property('company') }} as company_name,
        {{ hubspot_property('hubspot_owner_id') }} as owner_id,
        {{ hubspot_lifecycle(hubspot_property('lifecyclestage')) }} as lifecycle_stage,
        {{ hubspot_label(hubspot_property('hs_analytics_source')) }} as lead_source,
        {{ hubspot_property('country') }} as country,
        created_at,
        updated_at,
        _loaded_at,
        true as is_object,
        coalesce(archived, false) as is_gone
    from {{ raw('hubspot', 'api_contacts') }}
),

known as (
    select * from exported
    union all by name
    select * from objects
),

-- Exports carry no modification date: of a contact in both, the one that came on the later day counts, the object
-- of two on one day, also if it says that the record is gone.
contacts as (
    select * from known
    qualify row_number() over (
        partition by id order by cast(_loaded_at as date) desc, is_object desc, _loaded_at desc
    ) = 1
),

-- Contacts name their company. A name that two companies share says nothing, so it links to neither.
companies as (
    select lower(account_name) as company_key, min(account_id) as account_id
    from {{ ref('stg_hubspot__accounts') }}
    group by all
    having count(*) = 1
)

select
    {{ source_id('hubspot', 'contacts.id') }} as contact_id,
    'hubspot' as source_name,
    {{ email_key('contacts.email') }} as email,
    contacts.full_name,
    contacts.phone,
    coalesce({{ source_id('hubspot', 'contacts.company_id') }}, companies.account_id) as account_id,
    coalesce(
        {{ source_id('hubspot', 'contacts.owner_id') }}, owners.user_id, {{ source_id('hubspot', 'contacts.owner_name') }}
    ) as owner_id,
    contacts.lifecycle_stage,
    contacts.lead_source,
    contacts.country,
    contacts.created_at,
    contacts.updated_at
from contacts
left join companies on companies.company_key = lower(trim(contacts.company_name))
left join {{ ref('stg_hubspot__owner_names') }} as owners on owners.name_key = lower(trim(contacts.owner_name))
where not contacts.is_gone

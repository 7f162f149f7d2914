with people as (select * from {{ raw('copper', 'people') }}),

-- People name their owner without an id. A name that two colleagues bear says nothing.
owners as (
    select lower(user_name) as owner_key, min(user_id) as owner_id
    from {{ ref('stg_copper__users') }}
    group by all
    having count(*) = 1
)

select
    {{ source_id('copper', 'people.copper_id') }} as contact_id,
    'copper' as source_name,
    {{ email_key('people.email') }} as email,
    nullif(trim(concat_ws(' ', people.first_name, people.middle_name, people.last_name)), '') as full_name,
    people.phone_number as phone,
    {{ source_id('copper', 'people.company_id') }} as account_id,
    owners.owner_id,
    people.contact_type as lifecycle_stage,
    cast(null as varchar) as lead_source,
    people.country,
    people.created_at,
    people.updated_at
from people
left join owners on owners.owner_key = lower(trim(people.owned_by))

union all

-- A lead that became a person of this export is that person, and has no row of its own.
select
    leads.contact_id,
    'copper',
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
from {{ ref('stg_copper__leads') }} as leads
inner join {{ raw('copper', 'leads') }} as source
    on leads.contact_id = {{ source_id('copper', "'lead-' || source.copper_id") }}

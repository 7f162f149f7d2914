with contacts as (select * from {{ raw('intercom', 'contacts') }}),

-- Who opened a conversation and is in no export of contacts is known by the message; the newest one counts.
authors as (
    select
        source ->> '$.author.id' as id,
        source ->> '$.author.type' as role,
        source ->> '$.author.name' as name,
        source ->> '$.author.email' as email
    from {{ raw('intercom', 'conversations') }}
    where (source ->> '$.author.type') in ('user', 'lead', 'contact')
        and not exists (select 1 from contacts where contacts.id = (source ->> '$.author.id'))
    qualify row_number() over (partition by source ->> '$.author.id' order by created_at desc) = 1
),

people as (
    select
        id,
        role,
        name,
        email,
        phone,
        companies ->> '$.data[0].id' as company_id,
        owner_id,
        location ->> '$.country' as country,
        created_at,
        updated_at
    from contacts
    union all by name
    select id, nullif(role, 'contact') as role, name, email from authors where id is not null
)

select
    {{ source_id('intercom', 'id') }} as contact_id,
    'intercom' as source_name,
    {{ email_key('email') }} as email,
    nullif(trim(name), '') as full_name,
    phone,
    {{ source_id('intercom', 'company_id') }} as account_id,
    {{ source_id('intercom', 'owner_id') }} as owner_id,
    role as lifecycle_stage,
    cast(null as varchar) as lead_source,
    country,
    {{ unix_moment('created_at') }} as created_at,
    {{ unix_moment('updated_at') }} as updated_at
from people

with users as (select * from {{ raw('zendesk', 'users') }}),

-- Of a requester whom no user record knows, the newest ticket of the list has name, address and organisation.
requesters as (
    select requester_id as id, contact_id, requester as name, requester_email as email, account_id
    from {{ ref('stg_zendesk__listed_tickets') }}
    where requester_id not in (select id from users)
    qualify row_number() over (partition by requester_id order by created_at desc, ticket_id desc) = 1
),

people as (
    select
        {{ source_id('zendesk', 'id') }} as contact_id,
        name,
        email,
        phone,
        {{ source_id('zendesk', 'organization_id') }} as account_id,
        created_at,
        updated_at
    from users
    where role = 'end-user'
    union all by name
    select contact_id, name, email, account_id from requesters
)

select
    contact_id,
    'zendesk' as source_name,
    {{ email_key('email') }} as email,
    name as full_name,
    phone,
    account_id,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as lifecycle_stage,
    cast(null as varchar) as lead_source,
    cast(null as varchar) as country,
    created_at,
    updated_at
from people

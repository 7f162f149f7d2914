with contacts as (select * from {{ raw('freshdesk', 'contacts') }}),

tickets as (select * from {{ raw('freshdesk', 'tickets') }}),

-- Of a requester whom no contact export knows, the newest ticket has the name and the company.
requesters as (
    select
        {{ source_id('freshdesk', 'tickets.contact_id') }} as contact_id,
        tickets.full_name,
        staged.account_id
    from tickets
    left join {{ ref('stg_freshdesk__tickets') }} as staged
        on staged.ticket_id = {{ source_id('freshdesk', 'tickets.ticket_id') }}
    where tickets.contact_id is not null and tickets.contact_id not in (select id from contacts)
    qualify row_number() over (
        partition by tickets.contact_id order by tickets.created_time desc, tickets.ticket_id desc
    ) = 1
),

people as (
    select
        {{ source_id('freshdesk', 'id') }} as contact_id,
        name as full_name,
        {{ source_id('freshdesk', 'company_id') }} as account_id,
        {{ email_key('email') }} as email,
        coalesce(phone, mobile) as phone,
        created_at,
        updated_at
    from contacts
    union all by name
    select * from requesters
)

select
    contact_id,
    'freshdesk' as source_name,
    email,
    nullif(trim(full_name), '') as full_name,
    nullif(trim(phone), '') as phone,
    account_id,
    cast(null as varchar) as owner_id,
    cast(null as varchar) as lifecycle_stage,
    cast(null as varchar) as lead_source,
    cast(null as varchar) as country,
    created_at,
    updated_at
from people

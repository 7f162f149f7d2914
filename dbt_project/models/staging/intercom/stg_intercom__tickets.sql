with source as (select * from {{ raw('intercom', 'conversations') }}),

tickets as (
    select
        *,
        {{ source_id('intercom', "coalesce(
            contacts ->> '$.contacts[0].id',
            case when (source ->> '$.author.type') in ('user', 'lead', 'contact') then source ->> '$.author.id' end
        )") }} as contact_id
    from source
)

select
    {{ source_id('intercom', 'tickets.id') }} as ticket_id,
    'intercom' as source_name,
    tickets.contact_id,
    people.account_id,
    {{ source_id('intercom', "nullif(tickets.admin_assignee_id, '0')") }} as assignee_id,
    {{ source_id('intercom', "nullif(tickets.team_assignee_id, '0')") }} as group_id,
    {{ intercom_status('tickets.state') }} as status,
    case tickets.priority when 'priority' then 'high' when 'not_priority' then 'normal' end as priority,
    cast(null as varchar) as ticket_type,
    tickets.source ->> '$.type' as channel,
    tickets.tags ->> '$.tags[0].name' as category,
    -- A subject is HTML.
    nullif(trim(regexp_replace(
        coalesce(nullif(tickets.title, ''), tickets.source ->> '$.subject'), '<[^>]*>', '', 'g'
    )), '') as subject,
    cast(tickets.statistics ->> '$.count_reopens' as bigint) as reported_count_reopens,
    cast(null as bigint) as reported_count_reassignments,
    {{ unix_moment('tickets.created_at') }} as created_at,
    {{ unix_moment('tickets.updated_at') }} as updated_at
from tickets
left join {{ ref('stg_intercom__contacts') }} as people on people.contact_id = tickets.contact_id

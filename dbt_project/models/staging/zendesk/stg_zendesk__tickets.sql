with source as (select * from {{ raw('zendesk', 'tickets') }}),

tickets as (
    select
        {{ source_id('zendesk', 'id') }} as ticket_id,
        {{ source_id('zendesk', 'requester_id') }} as contact_id,
        {{ source_id('zendesk', 'organization_id') }} as account_id,
        {{ source_id('zendesk', 'assignee_id') }} as assignee_id,
        {{ source_id('zendesk', 'group_id') }} as group_id,
        {{ ticket_status('status') }} as status,
        lower(priority) as priority,
        lower("type") as ticket_type,
        via ->> '$.channel' as channel,
        -- Zendesk has no category field; the first tag is the nearest thing to one.
        tags ->> '$[0]' as category,
        subject,
        created_at,
        updated_at
    from source
    union all by name
    select * exclude (requester_id, requester, requester_email) from {{ ref('stg_zendesk__listed_tickets') }}
)

select
    ticket_id,
    'zendesk' as source_name,
    contact_id,
    account_id,
    assignee_id,
    group_id,
    status,
    priority,
    ticket_type,
    channel,
    category,
    subject,
    reported_count_reopens,
    cast(null as bigint) as reported_count_reassignments,
    created_at,
    updated_at
from tickets

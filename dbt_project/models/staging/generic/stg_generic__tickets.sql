with source as (select * from {{ raw('generic', 'generic_tickets') }})

select
    {{ generic_id('ticket_id') }} as ticket_id,
    source_name,
    {{ generic_contact_id() }} as contact_id,
    {{ generic_id('account_id') }} as account_id,
    {{ generic_id('assignee_id') }} as assignee_id,
    {{ generic_id('group_id') }} as group_id,
    coalesce(status, case when solved_at is not null then 'solved' end) as status,
    priority,
    ticket_type,
    channel,
    category,
    subject,
    reported_count_reopens,
    reported_count_reassignments,
    created_at,
    updated_at
from source

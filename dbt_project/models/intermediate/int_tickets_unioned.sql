-- Tickets of every helpdesk. A ticket of which no comment is known at all, not even the one that opened it, comes from
-- an export without comments: its replies are unknown rather than none.
with unioned as (
    {{ union_staged('tickets', [
        'zendesk',
        'servicenow',
        'freshdesk',
        'salesforce',
        'intercom',
        'dynamics365',
        'hubspot',
        'generic',
    ]) }}
)

select
    ticket_id,
    source_name,
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
    reported_count_reassignments,
    created_at,
    updated_at,
    ticket_id in (select ticket_id from {{ ref('int_ticket_comments_unioned') }}) as has_comments_exported
from unioned
where {{ seen('created_at') }}

-- Tickets of every helpdesk. Where a source exports no comments at all, replies are unknown rather than none.
with unioned as (
    {{ union_staged('tickets', [
        'zendesk',
        'servicenow',
        'freshdesk',
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
    source_name in (select source_name from {{ ref('int_ticket_comments_unioned') }}) as has_comments_exported
from unioned
where {{ seen('created_at') }}

-- Changes of tickets of every helpdesk; a null state means that this change left it alone.
with unioned as (
    {{ union_staged('ticket_events', [
        'zendesk',
        'servicenow',
        'intercom',
        'hubspot',
        'generic',
    ]) }}
)

select
    event_id,
    ticket_id,
    source_name,
    occurred_at,
    event_number,
    actor_id,
    status,
    assignee_id,
    group_id,
    priority,
    schedule_id,
    is_assignee_removed,
    is_group_removed
from unioned
where {{ seen('occurred_at') }}

-- Changes of tickets of every helpdesk, one arm per source; a null state means that this change left it alone.
with unioned as (
    select * from {{ ref('stg_zendesk__ticket_events') }}
    union all by name
    select * from {{ ref('stg_servicenow__ticket_events') }}
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
    priority
from unioned
where {{ seen('occurred_at') }}

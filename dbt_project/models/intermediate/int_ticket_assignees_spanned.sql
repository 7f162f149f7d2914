-- Who was responsible for a ticket when: one row per stretch of one assignee. Open ends are null.
with changes as (
    select
        ticket_id,
        assignee_id,
        occurred_at as started_at,
        event_number,
        event_id
    from {{ ref('int_ticket_events_unioned') }}
    where assignee_id is not null and occurred_at is not null
    qualify assignee_id is distinct from lag(assignee_id) over (
        partition by ticket_id order by occurred_at, event_number, event_id
    )
)

select
    ticket_id,
    assignee_id,
    started_at,
    lead(started_at) over (partition by ticket_id order by started_at, event_number, event_id) as ended_at
from changes

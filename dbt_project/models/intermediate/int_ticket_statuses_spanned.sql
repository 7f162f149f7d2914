-- One row per stretch of one status of one ticket, from its change to the next one. The running stretch ends at
-- as_of_date, never later. Before the first recorded status nothing is known, so there is no stretch.
with changes as (
    select
        ticket_id,
        status,
        occurred_at as started_at,
        event_number,
        event_id
    from {{ ref('int_ticket_events_unioned') }}
    where status is not null and occurred_at is not null
    -- A helpdesk that logs every update repeats the status; only a change starts a stretch.
    qualify status is distinct from lag(status) over (
        partition by ticket_id order by occurred_at, event_number, event_id
    )
)

select
    ticket_id,
    row_number() over ticket as span_number,
    status,
    lag(status) over ticket as previous_status,
    started_at,
    coalesce(lead(started_at) over ticket, cast({{ as_of() }} as timestamp)) as ended_at,
    lead(started_at) over ticket is null as is_running
from changes
window ticket as (partition by ticket_id order by started_at, event_number, event_id)

-- Events, stations and the last recorded responsibility per ticket. A station is a stretch with one assignee or group:
-- hand-offs are counted from changes of the ticket, not from who wrote on it.
with numbered as (
    select
        *,
        row_number() over ticket as position,
        lag(assignee_id ignore nulls) over ticket as previous_assignee_id,
        lag(group_id ignore nulls) over ticket as previous_group_id
    from {{ ref('int_ticket_events_unioned') }}
    window ticket as (partition by ticket_id order by occurred_at, event_number, event_id)
)

select
    ticket_id,
    count(*) as count_ticket_events,
    count(*) filter (assignee_id is distinct from previous_assignee_id and assignee_id is not null)
        as count_assignee_stations,
    count(*) filter (group_id is distinct from previous_group_id and group_id is not null) as count_group_stations,
    max_by(assignee_id, position) filter (assignee_id is not null) as last_assignee_id,
    max_by(group_id, position) filter (group_id is not null) as last_group_id,
    max_by(priority, position) filter (priority is not null) as last_priority
from numbered
group by ticket_id

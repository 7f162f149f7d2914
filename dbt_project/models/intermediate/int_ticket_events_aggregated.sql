-- Events, stations and the last recorded responsibility per ticket. A station is a stretch with one assignee or group:
-- hand-offs are counted from changes of the ticket, not from who wrote on it.
with marked as (
    select
        *,
        -- Nobody is an empty name here, because null means that a change left the name alone.
        case when is_assignee_removed then '' else assignee_id end as assignee_mark,
        case when is_group_removed then '' else group_id end as group_mark
    from {{ ref('int_ticket_events_unioned') }}
),

numbered as (
    select
        *,
        row_number() over ticket as position,
        assignee_mark is distinct from lag(assignee_mark ignore nulls) over ticket as is_other_assignee,
        group_mark is distinct from lag(group_mark ignore nulls) over ticket as is_other_group
    from marked
    window ticket as (partition by ticket_id order by occurred_at, event_number, event_id)
)

select
    ticket_id,
    count(*) as count_ticket_events,
    count(*) filter (is_other_assignee and assignee_mark != '') as count_assignee_stations,
    count(*) filter (is_other_group and group_mark != '') as count_group_stations,
    count(*) filter (is_other_group and group_mark is not null and position > 1) as count_group_changes,
    nullif(max_by(assignee_mark, position) filter (assignee_mark is not null), '') as last_assignee_id,
    nullif(max_by(group_mark, position) filter (group_mark is not null), '') as last_group_id,
    max_by(priority, position) filter (priority is not null) as last_priority
from numbered
group by ticket_id

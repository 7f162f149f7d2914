-- Who was responsible for a ticket when: one row per stretch of one assignee in one group. Nobody is null, and so is an
-- end that has not come.
with carried as (
    select
        ticket_id,
        occurred_at as started_at,
        event_number,
        event_id,
        -- Nobody is an empty name here, because null means that a change left the name alone.
        last_value(case when is_assignee_removed then '' else assignee_id end ignore nulls) over ticket as assignee_id,
        last_value(case when is_group_removed then '' else group_id end ignore nulls) over ticket as group_id
    from {{ ref('int_ticket_events_unioned') }}
    where occurred_at is not null
    window ticket as (
        partition by ticket_id order by occurred_at, event_number, event_id
        rows between unbounded preceding and current row
    )
),

changes as (
    select *
    from carried
    where assignee_id is not null or group_id is not null
    qualify (assignee_id, group_id) is distinct from lag((assignee_id, group_id)) over (
        partition by ticket_id order by started_at, event_number, event_id
    )
)

select
    ticket_id,
    nullif(assignee_id, '') as assignee_id,
    nullif(group_id, '') as group_id,
    started_at,
    lead(started_at) over (partition by ticket_id order by started_at, event_number, event_id) as ended_at
from changes
-- Of two changes at one moment the second counts.
qualify ended_at is null or ended_at > started_at

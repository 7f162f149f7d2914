with source as (select * from {{ raw('generic', 'generic_tickets') }}),

events as (
    select *, 1 as event_number, 'new' as event_status, created_at as occurred_at from source
    union all
    select *, 2 as event_number, 'solved' as event_status, solved_at as occurred_at
    from source
    where solved_at is not null
)

select
    {{ generic_id('ticket_id') }} || '-' || event_number as event_id,
    {{ generic_id('ticket_id') }} as ticket_id,
    source_name,
    occurred_at,
    cast(event_number as bigint) as event_number,
    cast(null as varchar) as actor_id,
    event_status as status,
    cast(null as varchar) as assignee_id,
    cast(null as varchar) as group_id,
    cast(null as varchar) as priority,
    cast(null as varchar) as schedule_id,
    false as is_assignee_removed,
    false as is_group_removed
from events

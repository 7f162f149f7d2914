-- Under which schedule a ticket ran when: one row per stretch of one schedule, with the business minutes before it. The
-- first stretch has no start and the last one no end. Tickets of a helpdesk without schedules have no row, and so no business minutes.
-- Until a schedule is assigned a ticket runs under the helpdesk's first one, which has the lowest number.
with first_schedules as (
    select source_name, min_by(schedule_id, format('{:03d} {}', length(schedule_id), schedule_id)) as schedule_id
    from {{ ref('int_schedules_unioned') }}
    group by source_name
),

assigned as (
    select
        tickets.ticket_id,
        first_schedules.schedule_id,
        cast('-infinity' as timestamp) as started_at,
        0 as event_number
    from {{ ref('int_tickets_unioned') }} as tickets
    inner join first_schedules using (source_name)
    union all
    select ticket_id, schedule_id, occurred_at, event_number
    from {{ ref('int_ticket_events_unioned') }}
    where schedule_id is not null
),

stretches as (
    select
        *,
        lead(started_at) over (partition by ticket_id order by started_at, event_number) as ended_at
    from assigned
    qualify ended_at is null or ended_at > started_at
),

measured as (
    select
        stretches.*,
        {{ open_minutes('at_start', 'stretches.started_at') }} as schedule_minutes_at_start,
        {{ open_minutes('at_end', 'stretches.ended_at') }} as schedule_minutes_at_end
    from stretches
    asof left join {{ ref('int_schedule_hours_opened') }} as at_start
        on stretches.schedule_id = at_start.schedule_id and stretches.started_at >= at_start.opened_at
    asof left join {{ ref('int_schedule_hours_opened') }} as at_end
        on stretches.schedule_id = at_end.schedule_id and stretches.ended_at >= at_end.opened_at
)

select
    ticket_id,
    schedule_id,
    last_value(schedule_id) over whole_ticket as last_schedule_id,
    started_at,
    ended_at,
    schedule_minutes_at_start,
    coalesce(sum(schedule_minutes_at_end - schedule_minutes_at_start) over (
        partition by ticket_id order by started_at rows between unbounded preceding and 1 preceding
    ), 0) as minutes_before,
    case when ended_at is not null then sum(schedule_minutes_at_end - schedule_minutes_at_start) over (
        partition by ticket_id order by started_at rows unbounded preceding
    ) end as minutes_after
from measured
window whole_ticket as (
    partition by ticket_id order by started_at rows between unbounded preceding and unbounded following
)

-- Every moment from or to which minutes of a ticket are counted, with the ticket's business minutes up to it: under the
-- schedules in force on the way, and as if its last schedule had always held. Moments of one ticket are subtracted.
with moments as (
    select ticket_id, created_at as occurred_at from {{ ref('int_tickets_unioned') }}
    union
    select ticket_id, first_replied_at from {{ ref('int_ticket_comments_aggregated') }}
    union
    select ticket_id, unnest([started_at, ended_at]) from {{ ref('int_ticket_statuses_spanned') }}
    union
    select ticket_id, unnest([clock_started_at, clock_stopped_at]) from {{ ref('int_sla_targets_applied') }}
),

placed as (
    select
        moments.*,
        spans.schedule_id,
        spans.last_schedule_id,
        spans.minutes_before - spans.schedule_minutes_at_start as minutes_from_elsewhere
    from moments
    asof join {{ ref('int_ticket_schedules_spanned') }} as spans
        on moments.ticket_id = spans.ticket_id and moments.occurred_at >= spans.started_at
)

select
    placed.ticket_id,
    placed.occurred_at,
    placed.minutes_from_elsewhere + {{ open_minutes('hours', 'placed.occurred_at') }} as business_minutes,
    {{ open_minutes('last_hours', 'placed.occurred_at') }} as business_minutes_last_schedule
from placed
asof left join {{ ref('int_schedule_hours_opened') }} as hours
    on placed.schedule_id = hours.schedule_id and placed.occurred_at >= hours.opened_at
asof left join {{ ref('int_schedule_hours_opened') }} as last_hours
    on placed.last_schedule_id = last_hours.schedule_id and placed.occurred_at >= last_hours.opened_at

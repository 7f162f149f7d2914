-- The moment at which the minutes of a promise ran out, or will if its clock keeps running: in the stretch in which they
-- ran out, not at the end of the last one. Business minutes are walked back through the ticket's schedules.
with running_out as (
    select
        *,
        target_minutes - minutes_before as minutes_left,
        case when is_business_hours then business_minutes_at_start + target_minutes - minutes_before end
            as business_minutes_at_breach
    from {{ ref('int_sla_stretches_counted') }}
    where minutes_before + counted_minutes > target_minutes or is_running
    qualify row_number() over (partition by sla_target_id order by started_at) = 1
),

scheduled as (
    select
        running_out.*,
        spans.schedule_id,
        running_out.business_minutes_at_breach - spans.minutes_before + spans.schedule_minutes_at_start
            as schedule_minutes_at_breach
    from running_out
    asof left join (
        -- Of a schedule that passed without an open minute no minute can be the last one.
        select * from {{ ref('int_ticket_schedules_spanned') }}
        where minutes_after is null or minutes_after > minutes_before
    ) as spans
        on running_out.ticket_id = spans.ticket_id
        and running_out.business_minutes_at_breach > spans.minutes_before
),

located as (
    select
        scheduled.sla_target_id,
        scheduled.applied_at,
        case
            when not scheduled.is_business_hours
                then scheduled.started_at + {{ minutes_as_interval('scheduled.minutes_left') }}
            else hours.opened_at
                + {{ minutes_as_interval('scheduled.schedule_minutes_at_breach - hours.minutes_before') }}
        end as ran_out_at,
        hours.closed_at
    from scheduled
    asof left join {{ ref('int_schedule_hours_opened') }} as hours
        on scheduled.schedule_id = hours.schedule_id
        and scheduled.schedule_minutes_at_breach > hours.minutes_before
)

select
    sla_target_id,
    -- A promise cannot be broken before it is made, even where its clock counts from earlier.
    greatest(ran_out_at, applied_at) as breach_at
from located
-- Beyond the last opening that is laid out nobody knows.
where ran_out_at <= coalesce(closed_at, ran_out_at)

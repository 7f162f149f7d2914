-- The stretches of time in which the clock of a promise ran, with the minutes that it had run before. What the metric does
-- not count, such as waiting for the customer, lies between the stretches.
with stretches as (
    select
        targets.sla_target_id,
        targets.ticket_id,
        targets.target_minutes,
        targets.is_business_hours,
        targets.applied_at,
        greatest(spans.started_at, targets.clock_started_at) as started_at,
        least(spans.ended_at, targets.clock_stopped_at) as ended_at,
        spans.is_running and targets.clock_stopped_at is null as is_running
    from {{ ref('int_sla_targets_applied') }} as targets
    inner join {{ ref('int_ticket_statuses_spanned') }} as spans
        on targets.ticket_id = spans.ticket_id
        and spans.ended_at > targets.clock_started_at
        and spans.started_at < coalesce(targets.clock_stopped_at, 'infinity')
    where case
        when targets.metric_name in ('requester_wait', 'pausable_update') then spans.status in ('new', 'open', 'hold')
        when targets.metric_name = 'agent_work' then spans.status in ('new', 'open')
        else not {{ is_done('spans.status') }}
    end
),

timed as (
    select
        stretches.*,
        at_start.business_minutes as business_minutes_at_start,
        case
            when stretches.is_business_hours then at_end.business_minutes - at_start.business_minutes
            else {{ minutes_between('stretches.started_at', 'stretches.ended_at') }}
        end as counted_minutes
    from stretches
    left join {{ ref('int_ticket_moments_timed') }} as at_start
        on stretches.ticket_id = at_start.ticket_id and stretches.started_at = at_start.occurred_at
    left join {{ ref('int_ticket_moments_timed') }} as at_end
        on stretches.ticket_id = at_end.ticket_id and stretches.ended_at = at_end.occurred_at
)

select
    *,
    coalesce(sum(counted_minutes) over (
        partition by sla_target_id order by started_at rows between unbounded preceding and 1 preceding
    ), 0) as minutes_before
from timed

-- One row per promise made on a ticket: policy, metric and target as they were applied, and what became of it.
with elapsed as (
    select sla_target_id, sum(counted_minutes) as elapsed_minutes, bool_or(is_running) as is_running
    from {{ ref('int_sla_stretches_counted') }}
    group by sla_target_id
),

judged as (
    select
        targets.*,
        statuses.last_solved_at,
        elapsed.elapsed_minutes,
        breaches.breach_at,
        targets.clock_stopped_at is null and not coalesce({{ is_done('statuses.last_status') }}, false) as is_active,
        coalesce(
            elapsed.elapsed_minutes > targets.target_minutes
            and breaches.breach_at < coalesce(targets.clock_stopped_at, 'infinity'),
            false
        ) as is_breach
    from {{ ref('int_sla_targets_applied') }} as targets
    left join elapsed using (sla_target_id)
    left join {{ ref('int_sla_breaches_located') }} as breaches using (sla_target_id)
    left join {{ ref('int_ticket_statuses_aggregated') }} as statuses using (ticket_id)
),

decided as (
    select
        *,
        case when is_breach then breach_at when not is_active then coalesce(clock_stopped_at, last_solved_at) end
            as decided_at
    from judged
)

select
    decided.sla_target_id as sla_event_id,
    decided.ticket_id,
    decided.source_name,
    decided.policy_name as sla_policy_name,
    decided.metric_name || '_time' as metric,
    decided.priority_applied,
    decided.target_minutes,
    decided.is_business_hours as in_business_hours,
    decided.applied_at as sla_applied_at,
    decided.clock_started_at,
    decided.clock_stopped_at,
    case when decided.is_breach or decided.is_active then decided.breach_at end as sla_breach_at,
    decided.elapsed_minutes as sla_elapsed_minutes,
    decided.is_active as is_active_sla,
    decided.is_breach as is_sla_breach,
    decided.is_replaced,
    case
        when decided.is_breach then false
        when not decided.is_active and not decided.is_replaced and decided.elapsed_minutes is not null then true
    end as is_sla_met,
    decided.decided_at as sla_decided_at,
    holders.assignee_id,
    holders.group_id
from decided
asof left join {{ ref('int_ticket_assignees_spanned') }} as holders
    on decided.ticket_id = holders.ticket_id
    and coalesce(decided.decided_at, cast({{ as_of() }} as timestamp)) >= holders.started_at

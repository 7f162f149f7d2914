-- Targets put on tickets and taken off them (without minutes) by every helpdesk that exports them.
with unioned as (
    {{ union_staged('sla_targets', [
        'zendesk',
    ]) }}
)

select
    sla_target_id,
    ticket_id,
    source_name,
    policy_name,
    metric_name,
    target_minutes,
    is_business_hours,
    applied_at
from unioned
where {{ seen('applied_at') }}

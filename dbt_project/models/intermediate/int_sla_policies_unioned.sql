-- What every helpdesk promises: one row per target of a policy.
with unioned as (
    {{ union_staged('sla_policies', [
        'zendesk',
    ]) }}
)

select
    sla_policy_id,
    source_name,
    policy_name,
    position_number,
    metric_name,
    priority,
    target_minutes,
    is_business_hours
from unioned

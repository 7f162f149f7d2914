with source as (select * from {{ raw('zendesk', 'sla_policies') }}),

targets as (
    select
        id,
        title,
        position,
        unnest(from_json(
            policy_metrics,
            '[{"priority": "VARCHAR", "metric": "VARCHAR", "target": "DOUBLE", "target_in_seconds": "DOUBLE",
               "business_hours": "BOOLEAN"}]'
        )) as target
    from source
)

select
    {{ source_id('zendesk', 'id') }} || '-' || target.metric || '-' || target.priority as sla_policy_id,
    'zendesk' as source_name,
    title as policy_name,
    position as position_number,
    case target.metric
        when 'first_reply_time' then 'first_reply'
        when 'next_reply_time' then 'next_reply'
        when 'periodic_update_time' then 'periodic_update'
        when 'pausable_update_time' then 'pausable_update'
        when 'requester_wait_time' then 'requester_wait'
        when 'agent_work_time' then 'agent_work'
        when 'total_resolution_time' then 'resolution'
    end as metric_name,
    lower(target.priority) as priority,
    coalesce(target.target_in_seconds / 60, target.target) as target_minutes,
    target.business_hours as is_business_hours
from targets

-- Targets as they were put on tickets and taken off them again. Zendesk writes them into the audits as changes of a field
-- per metric; which policy made one stands beside it.
{% set metrics = {
    'first_reply_time': 'first_reply',
    'next_reply_time': 'next_reply',
    'periodic_update_time': 'periodic_update',
    'pausable_update_time': 'pausable_update',
    'requester_wait_time': 'requester_wait',
    'agent_work_time': 'agent_work',
    'total_resolution_time': 'resolution',
} -%}
with audits as (
    select
        id,
        ticket_id,
        created_at,
        from_json(
            events,
            '[{"field_name": "VARCHAR", "value": "JSON", "via": {"current_sla_policy": "VARCHAR"}}]'
        ) as changes
    from {{ raw('zendesk', 'ticket_audits') }}
    -- Opening up every audit for the few that have targets would double the time that audits take.
    where regexp_matches(events, '"({{ metrics | join("|") }})"')
),

changed as (
    {% for field, metric in metrics.items() -%}
    select id, ticket_id, created_at, '{{ metric }}' as metric_name,
        list_filter(changes, lambda change: change.field_name = '{{ field }}')[-1] as change
    from audits
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    {{ source_id('zendesk', 'id') }} || '-' || metric_name as sla_target_id,
    {{ source_id('zendesk', 'ticket_id') }} as ticket_id,
    'zendesk' as source_name,
    change.via.current_sla_policy as policy_name,
    metric_name,
    cast(change.value ->> '$.minutes' as double) as target_minutes,
    cast(change.value ->> '$.in_business_hours' as boolean) as is_business_hours,
    created_at as applied_at
from changed
where change is not null

-- Freshdesk's own figures. The list brings neither comments nor history, so nothing of ours can be held against most.
with tickets as (
    select
        ticket_id,
        {{ minutes_between('created_time', 'initial_response_time') }} as first_reply_time_calendar_minutes,
        {{ minutes_between('created_time', 'resolved_time') }} as full_resolution_calendar_minutes,
        cast(agent_interactions as double) as count_public_agent_comments
    from {{ raw('freshdesk', 'tickets') }}
),

metrics as (
    unpivot tickets
    on first_reply_time_calendar_minutes, full_resolution_calendar_minutes, count_public_agent_comments
    into name metric_name value reported_value
)

select
    {{ source_id('freshdesk', 'ticket_id') }} || '-' || metric_name as reported_metric_id,
    {{ source_id('freshdesk', 'ticket_id') }} as ticket_id,
    'freshdesk' as source_name,
    metric_name,
    reported_value
from metrics

-- Zendesk's own figures: the metric sets of the API and, for tickets without one, the columns of the ticket list. Its
-- business minutes of single events are those under the ticket's last schedule.
{% set times = {
    'reply_time': ('first_reply_time', '_last_schedule', 'first_reply_time'),
    'first_resolution_time': ('first_resolution', '_last_schedule', 'first_resolution_time'),
    'full_resolution_time': ('full_resolution', '_last_schedule', 'full_resolution_time'),
    'agent_wait_time': ('agent_wait_time', '', 'agent_wait_time'),
    'requester_wait_time': ('requester_wait_time', '', 'requester_wait_time'),
    'on_hold_time': ('on_hold_time', '', 'on_hold_time'),
} -%}
{% set counts = {
    'reopens': 'count_reopens',
    'replies': 'count_public_agent_comments',
    'assignee_stations': 'count_assignee_stations',
    'group_stations': 'count_group_stations',
} -%}
with figures as (
    select
        1 as place,
        ticket_id
        {%- for field, (metric, convention, _) in times.items() %},
        cast({{ field }}_in_minutes ->> '$.calendar' as double) as {{ metric }}_calendar_minutes,
        cast({{ field }}_in_minutes ->> '$.business' as double) as {{ metric }}_business_minutes{{ convention }}
        {%- endfor %}
        {%- for field, metric in counts.items() %},
        cast({{ field }} as double) as {{ metric }}
        {%- endfor %}
    from {{ raw('zendesk', 'ticket_metrics') }}
    union all by name
    select
        2 as place,
        id as ticket_id
        {%- for _, (metric, convention, field) in times.items() %},
        {{ field }}_in_minutes as {{ metric }}_calendar_minutes,
        {{ field }}_in_minutes_within_business_hours as {{ metric }}_business_minutes{{ convention }}
        {%- endfor %}
        {%- for field, metric in counts.items() %},
        cast({{ field }} as double) as {{ metric }}
        {%- endfor %}
    from {{ raw('zendesk', 'ticket_list') }}
),

metrics as (
    unpivot (
        select * exclude (place) from figures
        qualify row_number() over (partition by ticket_id order by place) = 1
    )
    on columns(* exclude (ticket_id)) into name metric_name value reported_value
)

select
    {{ source_id('zendesk', 'ticket_id') }} || '-' || metric_name as reported_metric_id,
    {{ source_id('zendesk', 'ticket_id') }} as ticket_id,
    'zendesk' as source_name,
    metric_name,
    reported_value
from metrics

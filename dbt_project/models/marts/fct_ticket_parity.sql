-- Whether our figures agree with the helpdesk's own, per ticket and figure, and if not, why.
{% set status_durations_reported = ['requester_wait_time', 'agent_wait_time', 'on_hold_time'] -%}
{% set single_events = ['first_reply_time', 'first_resolution', 'full_resolution'] -%}
{% set counts = [
    'reopens', 'group_changes', 'ticket_events', 'public_agent_comments', 'assignee_stations', 'group_stations'
] -%}
with compared as (
    select
        reported.*,
        case reported.metric_name
            {% for name in single_events -%}
            when '{{ name }}_calendar_minutes' then tickets.{{ name }}_calendar_minutes
            when '{{ name }}_business_minutes_last_schedule' then tickets.{{ name }}_business_minutes_last_schedule
            {% endfor -%}
            {% for name in status_durations_reported -%}
            when '{{ name }}_calendar_minutes' then tickets.{{ name }}_calendar_minutes
            when '{{ name }}_business_minutes' then tickets.{{ name }}_business_minutes
            {% endfor -%}
            {% for name in counts -%}
            when 'count_{{ name }}' then tickets.count_{{ name }}
            {% endfor -%}
        end as our_value,
        case reported.metric_name
            {% for name in single_events -%}
            when '{{ name }}_business_minutes_last_schedule' then tickets.{{ name }}_business_minutes
            {% endfor -%}
        end as other_convention_value,
        -- Helpdesks cut minutes to whole ones; counts are whole already.
        case when reported.metric_name like '%minutes%' then {{ var('parity_tolerance_minutes') }} else 0 end as tolerance,
        reported.metric_name like '%wait_time%' or reported.metric_name like 'on_hold_time%' as is_status_duration,
        coalesce(tickets.updated_at >= {{ as_of() }}, false) as is_export_later,
        tickets.is_open,
        max(case when reported.metric_name = 'count_ticket_events' then reported.reported_value end) over (
            partition by reported.ticket_id
        ) - tickets.count_ticket_events as count_missing_events
    from {{ ref('int_reported_ticket_metrics_unioned') }} as reported
    inner join {{ ref('fct_tickets') }} as tickets using (ticket_id)
)

select
    reported_metric_id as parity_id,
    ticket_id,
    source_name,
    metric_name,
    reported_value,
    our_value,
    case
        when our_value is null then 'not_exported'
        when abs(our_value - reported_value) <= tolerance then 'match'
        when is_export_later then 'exported_later'
        when count_missing_events > 0 then 'history_incomplete'
        when count_missing_events < 0 then 'history_doubled'
        when abs(other_convention_value - reported_value) <= tolerance then 'other_convention'
        when is_status_duration and is_open and our_value > reported_value then 'running_status'
        when metric_name like 'count_%' and our_value < reported_value then 'change_not_logged'
        when metric_name like 'count_%' then 'change_not_counted'
        else 'unexplained'
    end as parity_status
from compared

-- One row per ticket of any helpdesk, with the durations and counts that support teams already know.
with tickets as (
    select
        tickets.*,
        statuses.* exclude (ticket_id, last_status),
        business.* exclude (ticket_id),
        assignments.* exclude (ticket_id),
        comments.first_replied_at,
        comments.first_reply_agent_id,
        {% for kind in ['agent', 'public_agent', 'end_user', 'internal'] -%}
        case when has_comments_exported then coalesce(comments.count_{{ kind }}_comments, 0) end
            as count_{{ kind }}_comments,
        {% endfor -%}
        ratings.* exclude (ticket_id, contact_id),
        {{ is_done('tickets.status') }} as is_solved
    from {{ ref('int_tickets_resolved') }} as tickets
    left join {{ ref('int_ticket_statuses_aggregated') }} as statuses using (ticket_id)
    left join {{ ref('int_ticket_assignments_aggregated') }} as assignments using (ticket_id)
    left join {{ ref('int_ticket_milestones_timed') }} as business using (ticket_id)
    left join {{ ref('int_ticket_comments_aggregated') }} as comments using (ticket_id)
    left join {{ ref('int_ticket_ratings_attributed') }} as ratings using (ticket_id)
)

select
    ticket_id,
    customer_id,
    account_id,
    source_name,
    created_at,
    cast(created_at as date) as created_date,
    updated_at,
    status,
    priority,
    ticket_type,
    channel,
    category,
    assignee_id,
    group_id,
    {{ minutes_between('created_at', 'first_replied_at') }} as first_reply_time_calendar_minutes,
    first_reply_time_business_minutes,
    first_reply_time_business_minutes_last_schedule,
    {{ minutes_between('created_at', 'first_solved_at') }} as first_resolution_calendar_minutes,
    first_resolution_business_minutes,
    first_resolution_business_minutes_last_schedule,
    {{ minutes_between('created_at', 'last_solved_at') }} as full_resolution_calendar_minutes,
    {{ minutes_between('created_at', 'last_solved_at') }} as final_resolution_calendar_minutes,
    full_resolution_business_minutes,
    full_resolution_business_minutes_last_schedule,
    {% for duration in status_durations() -%}
    {{ duration }}_calendar_minutes,
    {{ duration }}_business_minutes,
    {% endfor -%}
    {% for place in ['first', 'last'] -%}
    -- Given to somebody after it was solved: then nothing led to the solution.
    case when {{ place }}_assigned_at <= last_solved_at then {{ minutes_between(place ~ '_assigned_at', 'last_solved_at') }}
    end as {{ place }}_assignment_to_resolution_calendar_minutes,
    {% endfor -%}
    unassigned_minutes as ticket_unassigned_duration_calendar_minutes,
    is_solved and count_public_agent_comments < 2 as is_one_touch_resolution,
    is_solved and count_public_agent_comments = 2 as is_two_touch_resolution,
    is_solved and count_public_agent_comments > 2 as is_multi_touch_resolution,
    case when has_comments_exported then first_replied_at is null end as is_unreplied,
    count_reopens,
    count_agent_comments,
    count_public_agent_comments,
    count_end_user_comments,
    count_internal_comments,
    count_assignee_stations,
    count_group_stations,
    count_unique_assignees,
    count_group_changes,
    count_ticket_events,
    reported_count_reopens,
    reported_count_reassignments,
    first_replied_at,
    first_reply_agent_id,
    first_assigned_at,
    last_assigned_at,
    first_solved_at,
    last_solved_at,
    is_solved,
    not is_solved as is_open,
    case when is_good_satisfaction then 'good' when not is_good_satisfaction then 'bad' end as csat_score,
    is_good_satisfaction,
    is_good_to_bad_satisfaction_score,
    is_bad_to_good_satisfaction_score,
    rated_at,
    csat_assignee_id
from tickets

-- When a ticket was first and last given to somebody, and how long nobody had it: from its creation, never from before,
-- to its last solution or as_of_date.
with stretches as (
    select
        ticket_id,
        assignee_id,
        started_at,
        ended_at,
        assignee_id is distinct from lag(assignee_id) over ticket as is_new_assignee
    from {{ ref('int_ticket_assignees_spanned') }}
    window ticket as (partition by ticket_id order by started_at)
),

tickets as (
    select
        tickets.ticket_id,
        tickets.created_at,
        coalesce(statuses.last_solved_at, cast({{ as_of() }} as timestamp)) as done_at
    from {{ ref('int_ticket_events_aggregated') }}
    inner join {{ ref('int_tickets_unioned') }} as tickets using (ticket_id)
    left join {{ ref('int_ticket_statuses_aggregated') }} as statuses using (ticket_id)
)

select
    tickets.ticket_id,
    min(stretches.started_at) filter (stretches.assignee_id is not null) as first_assigned_at,
    max(stretches.started_at) filter (stretches.assignee_id is not null and stretches.is_new_assignee)
        as last_assigned_at,
    count(distinct stretches.assignee_id) as count_unique_assignees,
    any_value({{ minutes_between('tickets.created_at', 'tickets.done_at') }}) - coalesce(sum(greatest(0, {{
        minutes_between(
            'greatest(stretches.started_at, tickets.created_at)',
            'least(coalesce(stretches.ended_at, tickets.done_at), tickets.done_at)'
        )
    }})) filter (stretches.assignee_id is not null), 0) as unassigned_minutes
from tickets
left join stretches using (ticket_id)
group by tickets.ticket_id

-- Every ticket that was open on a snapshot date, with what had been recorded of it by then: of tickets with a status history,
-- from a system's first escalation on, as before it nobody knows whether none escalated or none was written down. Of more
-- than lookback_customers open tickets at a past date, so many whose ids are drawn.
{%- set counted = {
    'count_changes': "event_type = 'change'",
    'count_customer_comments': "event_type = 'customer_comment'",
    'count_replies': "event_type = 'reply'",
    'count_teams': "is_other_team",
    'count_agents': "is_other_agent",
    'count_escalations': "escalation_type is not null",
} %}
{%- set latest = {
    'customer_commented_at': "event_type = 'customer_comment'",
    'our_turn_at': "status in ('new', 'open', 'hold') and coalesce(status_before not in ('new', 'open', 'hold'), true)",
} %}
with events as (
    select
        *,
        -- Comments carry no state.
        last_value(status ignore nulls) over so_far as status_then,
        last_value(priority ignore nulls) over so_far as priority_then,
        last_value(case when event_type = 'change' then coalesce(assignee_id, '') end ignore nulls) over so_far as agent_then,
        last_value(case when event_type = 'change' then coalesce(group_id, '') end ignore nulls) over so_far as team_then,
        {% for name, condition in counted.items() -%}
        count(*) filter ({{ condition }}) over so_far as {{ name }},
        {% endfor -%}
        {% for name, condition in latest.items() -%}
        max(occurred_at) filter ({{ condition }}) over so_far as {{ name }},
        {% endfor -%}
        min(occurred_at) filter (event_type = 'reply') over so_far as first_replied_at,
        lead(occurred_at) over (partition by ticket_id order by occurred_at, event_type, event_number, ticket_event_id)
            as next_at
    from {{ ref('fct_ticket_events') }}
    where
        occurred_at is not null
        -- What was over before the first date cannot have been open on any.
        and (
            ticket_id in (select ticket_id from {{ ref('fct_tickets') }} where is_open)
            or ticket_id in (
                select ticket_id from {{ ref('fct_ticket_events') }}
                where occurred_at >= {{ as_of() }} - {{ var('ticket_step_days') * var('count_ticket_snapshots') }}
            )
        )
    window so_far as (
        partition by ticket_id order by occurred_at, event_type, event_number, ticket_event_id
        rows between unbounded preceding and current row
    )
),

firsts as (
    select source_name, min(occurred_at) as first_escalated_at
    from {{ ref('fct_ticket_events') }}
    where escalation_type is not null
    group by source_name
),

open_tickets as (
    select
        events.*,
        dates.as_of_date,
        tickets.customer_id,
        tickets.channel,
        tickets.created_at
    from events
    inner join {{ ref('fct_tickets') }} as tickets using (ticket_id)
    inner join firsts on events.source_name = firsts.source_name
    inner join ({{ snapshot_dates(var('ticket_step_days'), var('count_ticket_snapshots')) }}) as dates
        on dates.as_of_date > events.occurred_at
        and dates.as_of_date > firsts.first_escalated_at
        and (events.next_at is null or dates.as_of_date <= events.next_at)
    where
        not {{ is_done('events.status_then') }}
        and tickets.created_at < dates.as_of_date
        -- Solved without a record of it: nobody knows until when it was open.
        and (events.next_at is not null or tickets.is_open)
)

select
    ticket_id,
    as_of_date,
    source_name,
    customer_id,
    channel,
    cast(created_at as date) as created_date,
    created_at,
    status_then as status,
    priority_then as priority,
    nullif(agent_then, '') as assignee_id,
    nullif(team_then, '') as group_id,
    {{ counted | join(', ') }},
    {{ latest | join(', ') }},
    first_replied_at,
    occurred_at as last_event_at,
    count(*) over (partition by source_name, as_of_date) as count_backlog,
    count(*) over (partition by source_name, team_then, as_of_date) as count_team_backlog
from open_tickets
qualify as_of_date = {{ as_of() }}
    or row_number() over (partition by as_of_date order by md5(ticket_id)) <= {{ var('lookback_customers') }}

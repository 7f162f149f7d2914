-- The story of every ticket, one row per thing recorded of it: each change, with the values that held from then on, each
-- comment and each satisfaction rating. What an escalation is, is decided here.
with changes as (
    select
        event_id,
        ticket_id,
        source_name,
        occurred_at,
        event_number,
        last_value(status ignore nulls) over history as status,
        last_value(priority ignore nulls) over history as priority,
        -- Nobody is an empty name here, because null means that a change left the name alone.
        nullif(last_value(case when is_assignee_removed then '' else assignee_id end ignore nulls) over history, '')
            as assignee_id,
        nullif(last_value(case when is_group_removed then '' else group_id end ignore nulls) over history, '') as group_id,
        last_value(group_id ignore nulls) over history as last_group_id
    from {{ ref('int_ticket_events_unioned') }}
    where occurred_at is not null
    window history as (
        partition by ticket_id order by occurred_at, event_number, event_id
        rows between unbounded preceding and current row
    )
),

moved as (
    select
        *,
        lag(status) over history as status_before,
        lag(priority) over history as priority_before,
        coalesce(assignee_id is distinct from lag(assignee_id) over history and assignee_id is not null, false)
            as is_other_agent,
        coalesce(last_group_id is distinct from lag(last_group_id) over history, false) as is_other_team
    from changes
    window history as (partition by ticket_id order by occurred_at, event_number, event_id)
)

select
    'change:' || event_id as ticket_event_id,
    ticket_id,
    source_name,
    'change' as event_type,
    occurred_at,
    event_number,
    status,
    status_before,
    priority,
    assignee_id,
    group_id,
    is_other_agent,
    is_other_team,
    case
        when not {{ is_done('status') }} and {{ is_done('status_before') }} then 'reopened'
        when {{ priority_rank('priority') }} > {{ priority_rank('priority_before') }} then 'raised'
    end as escalation_type
from moved

union all by name

select
    'comment:' || comment_id as ticket_event_id,
    ticket_id,
    source_name,
    case
        when author_role = 'end_user' then 'customer_comment'
        when is_public_agent and not is_agent_opening then 'reply'
        else 'other_comment'
    end as event_type,
    created_at as occurred_at
from {{ ref('int_ticket_comments_classified') }}

union all by name

select
    'rating:' || response_id as ticket_event_id,
    ticket_id,
    source_name,
    'rating' as event_type,
    responded_at as occurred_at,
    case when not is_good then 'rated bad' end as escalation_type
from {{ ref('int_survey_responses_unioned') }}
where survey_type = 'csat' and is_good is not null and ticket_id is not null

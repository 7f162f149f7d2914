-- Every promise that was made on a ticket: from when its clock counts, and when it stopped for good. A target that another
-- one replaces stops there: it is not left running until it looks broken.
with changes as (
    select *
    from {{ ref('int_sla_targets_unioned') }}
    -- A target written again unchanged is the same promise, but for those that begin anew with every comment.
    qualify metric_name in ('next_reply', 'periodic_update', 'pausable_update')
        or (policy_name, target_minutes, is_business_hours) is distinct from lag(
            (policy_name, target_minutes, is_business_hours)
        ) over (partition by ticket_id, metric_name order by applied_at, sla_target_id)
),

targets as (
    select
        *,
        lead(applied_at) over (partition by ticket_id, metric_name order by applied_at, sla_target_id) as replaced_at
    from changes
    qualify target_minutes is not null
),

-- Public comments with the last word of the agents, and since when the customer has been waiting for the next one.
comments as (
    select
        ticket_id,
        created_at,
        max(created_at) filter (is_public_agent) over so_far as last_agent_comment_at,
        count(*) filter (is_public_agent) over so_far as count_agent_comments,
        author_role
    from {{ ref('int_ticket_comments_classified') }}
    where is_public and author_role in ('agent', 'end_user')
    window so_far as (partition by ticket_id order by created_at)
),

conversations as (
    select
        *,
        min(created_at) filter (author_role = 'end_user' and created_at > coalesce(last_agent_comment_at, '-infinity'))
            over (partition by ticket_id, count_agent_comments) as waiting_since_at
    from comments
),

started as (
    select
        targets.*,
        priorities.priority as priority_applied,
        case targets.metric_name
            when 'next_reply' then coalesce(conversations.waiting_since_at, targets.applied_at)
            when 'periodic_update' then coalesce(conversations.last_agent_comment_at, targets.applied_at)
            when 'pausable_update' then coalesce(conversations.last_agent_comment_at, targets.applied_at)
            else tickets.created_at
        end as clock_started_at
    from targets
    inner join {{ ref('int_tickets_unioned') }} as tickets using (ticket_id)
    asof left join (
        select * from conversations
        qualify row_number() over (partition by ticket_id, created_at order by author_role desc) = 1
    ) as conversations
        on targets.ticket_id = conversations.ticket_id and targets.applied_at >= conversations.created_at
    asof left join (
        select ticket_id, occurred_at, max_by(priority, event_number) as priority
        from {{ ref('int_ticket_events_unioned') }}
        where priority is not null
        group by all
    ) as priorities
        on targets.ticket_id = priorities.ticket_id and targets.applied_at >= priorities.occurred_at
),

ended as (
    select
        started.*,
        case when metric_name in ('first_reply', 'next_reply', 'periodic_update', 'pausable_update') then replies.replied_at
        end as replied_at,
        case when metric_name in ('first_reply', 'next_reply', 'periodic_update', 'pausable_update') then solved.solved_at
        end as solved_at
    from started
    asof left join (
        select distinct ticket_id, created_at as replied_at
        from {{ ref('int_ticket_comments_classified') }}
        where is_public_agent and not is_agent_opening
    ) as replies
        on started.ticket_id = replies.ticket_id and started.clock_started_at < replies.replied_at
    asof left join {{ ref('int_ticket_solutions_spotted') }} as solved
        on started.ticket_id = solved.ticket_id and started.clock_started_at < solved.solved_at
)

select
    sla_target_id,
    ticket_id,
    source_name,
    policy_name,
    metric_name,
    target_minutes,
    is_business_hours,
    applied_at,
    priority_applied,
    clock_started_at,
    least(replied_at, solved_at, replaced_at) as clock_stopped_at,
    coalesce(replaced_at < coalesce(least(replied_at, solved_at), 'infinity'), false) as is_replaced
from ended

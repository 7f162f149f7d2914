-- What support and its customers did: tickets opened, comments, solutions, answers to surveys.
with happenings as (
    select
        'ticket_created' as interaction_type,
        ticket_id as record_id,
        ticket_id,
        created_at as occurred_at,
        'inbound' as direction,
        channel as detail
    from {{ ref('int_tickets_resolved') }}

    union all

    select
        'ticket_comment',
        comment_id,
        ticket_id,
        created_at,
        case
            when author_role = 'end_user' then 'inbound'
            when not is_public then 'internal'
            when author_role is not null then 'outbound'
        end,
        case
            when author_role = 'end_user' then 'customer comment'
            when author_role = 'bot' then 'automatic'
            when is_agent_opening then 'opened by agent'
            when is_public_agent then 'public reply'
            when author_role = 'agent' then 'internal note'
        end
    from {{ ref('int_ticket_comments_classified') }}

    union all

    select
        'ticket_solved',
        ticket_id || '#' || solution_number,
        ticket_id,
        solved_at,
        'outbound',
        case when solution_number > 1 then 'solved again' else 'solved' end
    from {{ ref('int_ticket_solutions_spotted') }}
)

select
    happenings.interaction_type,
    happenings.record_id,
    tickets.customer_id,
    tickets.account_id,
    split_part(happenings.ticket_id, ':', 1) as source_name,
    happenings.occurred_at,
    'helpdesk' as channel,
    'support' as team,
    happenings.direction,
    cast(null as decimal(18, 4)) as amount,
    happenings.detail
from happenings
left join {{ ref('int_tickets_resolved') }} as tickets using (ticket_id)

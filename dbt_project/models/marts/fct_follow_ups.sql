-- One row per thing that some team owes a customer at as_of_date: planned in the CRM, asked on a ticket, or unhappy in
-- a survey and not spoken to since.
with last_words as (
    select
        ticket_id,
        max_by(comment_id, (created_at, comment_id)) as comment_id,
        max_by(author_role, (created_at, comment_id)) as author_role,
        max(created_at) as said_at
    from {{ ref('int_ticket_comments_classified') }}
    where is_public and author_role in ('agent', 'end_user')
    group by ticket_id
),

-- The last answer counts: who has changed their mind is content.
last_answers as (
    select
        *,
        case when {{ nps_score() }} is null then 'support' else 'marketing' end as asking_team
    from {{ ref('fct_interactions') }}
    where
        interaction_type = 'survey_response' and customer_id is not null
        and occurred_date >= {{ as_of() }} - {{ var('unhappy_days') }}
    qualify row_number() over (partition by customer_id, asking_team order by occurred_at desc, record_id desc) = 1
),

spoken_to as (
    select
        customer_id,
        max(occurred_at) as last_at
    from {{ ref('fct_interactions') }}
    where {{ is_touch() }} and interaction_type in ('ticket_comment', 'call', 'meeting', 'email', 'chat')
    group by customer_id
),

owed as (
    select
        'task' as follow_up_kind,
        planned.follow_up_id as record_id,
        'sales' as team,
        resolved.customer_id,
        {{ organisation('planned') }} as account_id,
        planned.owner_id,
        planned.source_name,
        planned.created_at as opened_at,
        planned.due_date
    from {{ ref('int_follow_ups_unioned') }} as planned
    left join {{ ref('int_customers_resolved') }} as resolved using (contact_id)
    {{ join_organisations('planned') }}
    where not planned.is_done

    union all

    select
        'answer',
        last_words.ticket_id,
        'support',
        tickets.customer_id,
        tickets.account_id,
        tickets.assignee_id,
        tickets.source_name,
        last_words.said_at,
        cast(last_words.said_at as date) + {{ var('answer_within_days') }}
    from last_words
    inner join {{ ref('fct_tickets') }} as tickets using (ticket_id)
    where tickets.is_open and last_words.author_role = 'end_user'

    union all

    select
        'unhappy',
        answers.record_id,
        answers.asking_team,
        answers.customer_id,
        answers.account_id,
        null,
        answers.source_name,
        answers.occurred_at,
        answers.occurred_date + {{ var('close_loop_within_days') }}
    from last_answers as answers
    left join spoken_to using (customer_id)
    where
        (answers.detail = 'csat bad' or {{ nps_score() }} <= 6)
        and coalesce(spoken_to.last_at <= answers.occurred_at, true)
)

select
    follow_up_kind || ':' || record_id as follow_up_id,
    follow_up_kind,
    record_id,
    team,
    customer_id,
    account_id,
    owner_id,
    source_name,
    opened_at,
    due_date,
    due_date < {{ as_of() }} as is_overdue,
    case when due_date < {{ as_of() }} then {{ as_of() }} - due_date end as overdue_days
from owed

with ratings as (select * from {{ raw('zendesk', 'satisfaction_ratings') }}),

-- Where no rating of a ticket was exported, the ticket list has the answer but not its moment: it follows the solution.
listed as (
    select
        list.id as ticket_number,
        list.satisfaction_score,
        coalesce(list.solved_at, list.updated_at, list.created_at) as responded_at
    from {{ raw('zendesk', 'ticket_list') }} as list
    where lower(list.satisfaction_score) in ('good', 'bad')
        and list.id not in (select ticket_id from ratings)
),

answers as (
    select
        {{ source_id('zendesk', 'id') }} as response_id,
        {{ source_id('zendesk', 'requester_id') }} as contact_id,
        {{ source_id('zendesk', 'ticket_id') }} as ticket_id,
        {{ source_id('zendesk', 'assignee_id') }} as assignee_id,
        score,
        -- The rating is created when it is offered and changed when it is answered.
        coalesce(updated_at, created_at) as responded_at
    from ratings
    -- An offer without an answer is not an answer.
    where score in ('good', 'bad')
    union all by name
    select
        'zendesk:ticket-' || listed.ticket_number as response_id,
        tickets.contact_id,
        tickets.ticket_id,
        tickets.assignee_id,
        lower(listed.satisfaction_score) as score,
        listed.responded_at
    from listed
    inner join {{ ref('stg_zendesk__tickets') }} as tickets
        on tickets.ticket_id = {{ source_id('zendesk', 'listed.ticket_number') }}
)

select
    response_id,
    'zendesk' as source_name,
    'csat' as survey_type,
    contact_id,
    ticket_id,
    assignee_id,
    cast(null as bigint) as score,
    score = 'good' as is_good,
    responded_at
from answers

with source as (select * from {{ raw('zendesk', 'satisfaction_ratings') }})

select
    {{ source_id('zendesk', 'id') }} as response_id,
    'zendesk' as source_name,
    'csat' as survey_type,
    {{ source_id('zendesk', 'requester_id') }} as contact_id,
    {{ source_id('zendesk', 'ticket_id') }} as ticket_id,
    {{ source_id('zendesk', 'assignee_id') }} as assignee_id,
    cast(null as bigint) as score,
    score = 'good' as is_good,
    -- The rating is created when it is offered and changed when it is answered.
    coalesce(updated_at, created_at) as responded_at
from source
-- An offer without an answer is not an answer.
where score in ('good', 'bad')

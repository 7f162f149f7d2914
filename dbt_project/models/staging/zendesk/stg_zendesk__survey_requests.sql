-- A rating is created when it is offered, so answered ones were asked for then, too.
select
    {{ source_id('zendesk', 'id') }} as request_id,
    'zendesk' as source_name,
    'csat' as survey_type,
    {{ source_id('zendesk', 'requester_id') }} as contact_id,
    {{ source_id('zendesk', 'ticket_id') }} as ticket_id,
    created_at as requested_at
from {{ raw('zendesk', 'satisfaction_ratings') }}
where score in ('offered', 'good', 'bad')

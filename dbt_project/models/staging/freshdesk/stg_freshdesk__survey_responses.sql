with source as (select * from {{ raw('freshdesk', 'tickets') }})

select
    -- A ticket has one survey result, the last one given.
    {{ source_id('freshdesk', 'ticket_id') }} as response_id,
    'freshdesk' as source_name,
    'csat' as survey_type,
    {{ source_id('freshdesk', 'contact_id') }} as contact_id,
    {{ source_id('freshdesk', 'ticket_id') }} as ticket_id,
    {{ source_id('freshdesk', "nullif(agent, 'No Agent')") }} as assignee_id,
    cast(null as bigint) as score,
    {{ freshdesk_is_good('survey_results') }} as is_good,
    -- The list does not say when: the survey goes out when the ticket is closed.
    coalesce(closed_time, resolved_time, last_update_time, created_time) as responded_at
from source
where {{ freshdesk_is_good('survey_results') }} is not null

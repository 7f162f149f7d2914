with source as (select * from {{ raw('generic', 'generic_survey_responses') }})

select
    {{ generic_id('response_id') }} as response_id,
    source_name,
    survey_type,
    {{ generic_contact_id() }} as contact_id,
    {{ generic_id('ticket_id') }} as ticket_id,
    {{ generic_id('assignee_id') }} as assignee_id,
    score,
    is_good,
    responded_at
from source

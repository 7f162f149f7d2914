with source as (select * from {{ raw('nps_survey', 'responses') }})

select
    {{ source_id('nps_survey', 'response_id') }} as response_id,
    'nps_survey' as source_name,
    'nps' as survey_type,
    {{ email_contact_id('nps_survey', 'email') }} as contact_id,
    cast(null as varchar) as ticket_id,
    cast(null as varchar) as assignee_id,
    score,
    cast(null as boolean) as is_good,
    submitted_at as responded_at
from source

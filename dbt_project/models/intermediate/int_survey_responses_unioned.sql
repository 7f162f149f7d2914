-- Answers to satisfaction and recommendation surveys.
with unioned as (
    {{ union_staged('survey_responses', [
        'zendesk',
        'nps_survey',
        'freshdesk',
        'intercom',
        'generic',
        'olist',
    ]) }}
)

select
    response_id,
    source_name,
    survey_type,
    contact_id,
    ticket_id,
    assignee_id,
    score,
    is_good,
    responded_at
from unioned
where {{ seen('responded_at') }}

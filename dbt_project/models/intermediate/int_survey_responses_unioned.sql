-- Answers to satisfaction and recommendation surveys, one arm per source.
with unioned as (
    select * from {{ ref('stg_zendesk__survey_responses') }}
    union all by name
    select * from {{ ref('stg_nps_survey__survey_responses') }}
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

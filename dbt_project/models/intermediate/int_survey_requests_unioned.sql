-- Questions that were asked, answered or not, of every tool that exports them.
with unioned as (
    {{ union_staged('survey_requests', [
        'zendesk',
    ]) }}
)

select
    request_id,
    source_name,
    survey_type,
    contact_id,
    ticket_id,
    requested_at
from unioned
where {{ seen('requested_at') }}
